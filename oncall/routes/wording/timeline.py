"""The sentences in which a contact's page describes the moments of its timeline."""

from flask_babel import gettext, lazy_gettext

from oncall.rota.model import PersonId
from oncall.routes.web.languages import write_duration
from oncall.routes.wording.contacts import describe_target, join_names
from oncall.usecases.contacts.moments import Moment, What
from oncall.usecases.people import Names


def describe_moment(moment: Moment, names: Names) -> str:
    """Return a moment of the timeline as a sentence."""
    whom = join_names([_name(key, names) for key in moment.people])
    match moment.what:
        case What.CALLED:
            return str(gettext("The call comes in"))
        case What.RINGS:
            return _describe_ringing(moment, names)
        case What.TALK_ENDED:
            length = write_duration(moment.seconds or 0)
            return str(gettext("The conversation with %(name)s ends after %(time)s", name=whom, time=length))
        case What.CONNECTED if moment.seconds is not None:
            waited = write_duration(moment.seconds)
            return str(
                gettext(
                    "%(name)s and the caller are connected: a human after %(time)s", name=whom, time=waited
                )
            )
        case What.LEFT_MESSAGE:
            return str(
                gettext("The caller leaves a message of %(time)s", time=write_duration(moment.seconds or 0))
            )
        case What.NOBODY_TO_RING:
            return str(
                gettext("Next step, %(tier)s: nobody more to ring", tier=describe_target(moment.detail))
            )
        case What.SERVICE_OFFERED:
            return str(
                gettext(
                    "The caller hears that the emergency service in %(place)s can answer", place=moment.detail
                )
            )
        case What.SERVICE_RUNG:
            return str(gettext("Put through to the emergency service in %(place)s", place=moment.detail))
        case What.TEAM_ALERTED if moment.promised:
            return str(gettext("The caller hears that the team is alerted and will call back"))
        case What.CAME_BACK if whom:
            return str(gettext("The caller was cut off and pressed 1: %(name)s is rung first", name=whom))
        case What.HANDED_ON:
            asked = _name(moment.detail, names)
            return str(gettext("%(name)s asks %(colleague)s to take over", name=whom, colleague=asked))
        case What.CONSULTS:
            asked = _name(moment.detail, names)
            return str(gettext("%(name)s consults %(colleague)s", name=whom, colleague=asked))
        case What.FOLLOW_UP:
            return str(FOLLOW_UPS.get(moment.detail, gettext("Now waits for a human")))
        case What.CARRIER_REFUSED if moment.detail == "number":
            return str(gettext("%(name)s has a number that cannot be rung", name=whom))
        case What.OTHER:
            return str(gettext("Also noted: %(kind)s", kind=moment.detail.replace("_", " ")))
    return str(SENTENCES[moment.what] % {"name": whom})


def _describe_ringing(moment: Moment, names: Names) -> str:
    phones = [
        str(gettext("%(name)s again", name=_name(key, names))) if key in moment.again else _name(key, names)
        for key in moment.people
    ]
    return str(gettext("Ringing %(names)s", names=join_names(phones)))


FOLLOW_UPS = {
    "hung_up": lazy_gettext("The caller reached nobody: now waits for a human"),
    "nobody": lazy_gettext("Nobody answered: now waits for a human"),
    "handed_over": lazy_gettext("Handed over: the team still follows up"),
    "check_in": lazy_gettext("Nobody has said in time how the agreed call went: now waits for a human"),
    "no_answer": lazy_gettext("The family did not answer the agreed call: to be followed up"),
}
SENTENCES = {
    What.AGREED_TO_RECORD: lazy_gettext("The caller presses 2 to leave a message"),
    What.DOUBTED: lazy_gettext("%(name)s marks the number as possibly in the wrong hands"),
    What.TRUSTED: lazy_gettext("%(name)s trusts the number again"),
    What.MESSAGE_LOST: lazy_gettext("The carrier had no sound for the message"),
    What.BUSY_ELSEWHERE: lazy_gettext("%(name)s is busy with another call"),
    What.WAITS_IN_QUEUE: lazy_gettext("The caller waits in a queue of their own"),
    What.ONE_BY_ONE: lazy_gettext("The carrier takes no calls of ours: phones are rung one after another"),
    What.NO_ANSWER: lazy_gettext("%(name)s: no answer"),
    What.BUSY: lazy_gettext("%(name)s: busy, or declined"),
    What.UNREACHABLE: lazy_gettext("%(name)s: the phone cannot be reached"),
    What.CARRIER_REFUSED: lazy_gettext("%(name)s: the carrier did not take the call"),
    What.PICKED_UP: lazy_gettext("%(name)s: picked up"),
    What.NOT_ACCEPTED: lazy_gettext("%(name)s: voicemail or silence, nobody pressed 1"),
    What.DECLINED: lazy_gettext("%(name)s pressed another key: declined"),
    What.PRESSED_ONE: lazy_gettext("%(name)s pressed 1"),
    What.CONNECTED: lazy_gettext("%(name)s and the caller are connected"),
    What.TOO_LATE: lazy_gettext("%(name)s pressed 1 too, and heard that the call was already taken"),
    What.CALLER_WAS_GONE: lazy_gettext(
        "%(name)s pressed 1 when the caller was no longer there, and heard so"
    ),
    What.CONNECTION_LOST: lazy_gettext("%(name)s was lost before the two were connected: ringing goes on"),
    What.STOPPED_RINGING: lazy_gettext("%(name)s: no longer rung"),
    What.SERVICE_DECLINED: lazy_gettext("The caller does not want that"),
    What.SERVICE_ANSWERED: lazy_gettext("The emergency service has spoken with the caller"),
    What.SERVICE_SILENT: lazy_gettext("The emergency service did not answer"),
    What.TEAM_ALERTED: lazy_gettext("The caller hears that the team is alerted"),
    What.MAY_COME_BACK: lazy_gettext("The caller may press 1 if they were cut off"),
    What.CAME_BACK: lazy_gettext("The caller was cut off and pressed 1"),
    What.HUNG_UP: lazy_gettext("The caller has hung up"),
    What.TAKEN: lazy_gettext("%(name)s has taken it"),
    What.TAKEN_BY_TALK: lazy_gettext("%(name)s has spoken with the caller since"),
    What.CLOSED: lazy_gettext("Closed by %(name)s"),
    What.CALLED_AGAIN: lazy_gettext("The same number has called again, and reached nobody again"),
    What.JOINED: lazy_gettext("An older contact with this number stands for this one"),
    What.WROTE: lazy_gettext("The family writes"),
    What.AUTO_REPLIED: lazy_gettext("The line has confirmed that the text has come"),
    What.ANSWERED_IN_WRITING: lazy_gettext("%(name)s answers in writing"),
    What.TEXTED: lazy_gettext("Alert by text to %(name)s"),
    What.PHONED: lazy_gettext("Alert by call to %(name)s"),
    What.REMINDED: lazy_gettext("%(name)s is reminded"),
    What.CALLS_BACK: lazy_gettext("%(name)s calls back"),
    What.AGREED: lazy_gettext("Agreed call: its time has come"),
    What.PLACED: lazy_gettext("%(name)s calls the family"),
    What.PUT_THROUGH: lazy_gettext("Put through: the two have spoken"),
    What.OWN_PHONE_SILENT: lazy_gettext("%(name)s did not answer their own phone: nobody was called"),
    What.NOT_PUT_THROUGH: lazy_gettext("Not put through: no answer"),
    What.MARKED_DONE: lazy_gettext("%(name)s: the agreed call was made"),
    What.MARKED_NO_ANSWER: lazy_gettext("%(name)s: nobody answered the agreed call"),
    What.MARKED_MOVED: lazy_gettext("%(name)s has moved the agreed call"),
    What.NOTED: lazy_gettext("%(name)s writes the note"),
    What.OUTCOME_SET: lazy_gettext("%(name)s records what it came to"),
    What.INCIDENT_SET: lazy_gettext("%(name)s reports an incident, or corrects it"),
    What.LINKED: lazy_gettext("%(name)s says whom it concerns"),
    What.NEXT_AGREED: lazy_gettext("%(name)s records what was agreed"),
    What.NEXT_DONE: lazy_gettext("%(name)s has done what was agreed"),
    What.SIGNED_OFF: lazy_gettext("%(name)s signs it off"),
}


def _name(target: str, names: Names) -> str:
    return names.get(PersonId(target)) or describe_target(target)
