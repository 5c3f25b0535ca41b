"""The words of the pages for states and targets, for live calls, and for contacts that wait."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask_babel import gettext, lazy_gettext, ngettext

from oncall.alerts.safe_contact import Objection, Rules, Way
from oncall.contacts.case import Consent
from oncall.contacts.model import State
from oncall.usecases.contacts.log import Which
from oncall.usecases.contacts.open_contacts import LiveCall, WaitingContact

STATES = {
    State.RINGING: lazy_gettext("Ringing"),
    State.GATHERING: lazy_gettext("Ringing several"),
    State.ACCEPTED: lazy_gettext("Accepted"),
    State.CONNECTED: lazy_gettext("In conversation"),
    State.LAST_RESORT: lazy_gettext("Put through to the emergency service"),
    State.HANDED_OVER: lazy_gettext("Handed over, to be followed up"),
    State.ENDED: lazy_gettext("Answered"),
    State.WAITING: lazy_gettext("Waiting for a human"),
    State.ACKNOWLEDGED: lazy_gettext("Somebody has taken it"),
    State.CLOSED: lazy_gettext("Closed"),
    State.DUE: lazy_gettext("Agreed call, due now"),
    State.PLACED: lazy_gettext("We called"),
}
# The icon says the same as the text, and the colour never says it alone.
ICONS = {
    State.RINGING: "ring",
    State.GATHERING: "ring",
    State.ACCEPTED: "talk",
    State.CONNECTED: "talk",
    State.LAST_RESORT: "pass",
    State.HANDED_OVER: "pass",
    State.ENDED: "done",
    State.WAITING: "wait",
    State.ACKNOWLEDGED: "person",
    State.CLOSED: "done",
    State.DUE: "wait",
    State.PLACED: "ring",
}
COLOURS = {
    State.RINGING: "info",
    State.GATHERING: "warning",
    State.ACCEPTED: "info",
    State.CONNECTED: "success",
    State.LAST_RESORT: "warning",
    State.HANDED_OVER: "warning",
    State.ENDED: "success",
    State.WAITING: "danger",
    State.ACKNOWLEDGED: "info",
    State.CLOSED: "neutral",
    State.DUE: "warning",
    State.PLACED: "neutral",
}
OUTCOMES = {
    Which.ALL: lazy_gettext("All contacts"),
    Which.WAITING: lazy_gettext("Waiting for a human"),
    Which.GOING_ON: lazy_gettext("Going on now"),
    Which.ANSWERED: lazy_gettext("Answered by a human"),
    Which.UNANSWERED: lazy_gettext("Reached nobody"),
    Which.CLOSED: lazy_gettext("Nothing left to do"),
}
TARGETS = {
    "own_therapist": lazy_gettext("the family's own therapist"),
    "duty": lazy_gettext("on duty"),
    "backup": lazy_gettext("backup"),
    "leader": lazy_gettext("leader"),
    "everyone": lazy_gettext("everyone in the team"),
    "last_resort": lazy_gettext("the agreed emergency service"),
}

CONSENTS = {
    Consent.YES: lazy_gettext("Yes"),
    Consent.NO: lazy_gettext("No"),
    Consent.NOT_ASKED: lazy_gettext("Not asked"),
}
RELATIONS = {
    "parent": lazy_gettext("parent"),
    "child": lazy_gettext("child"),
    "network": lazy_gettext("network"),
}


def describe_objection(objection: Objection, way: str, rules: Rules) -> str:
    """Return what stands against calling a number, or writing to it (`way`)."""
    match objection:
        case Objection.COMPROMISED:
            return str(gettext("The phone may be in the wrong hands."))
        case Objection.REFUSED if way == Way.CALL:
            return str(gettext("The family has said no to calls to this number."))
        case Objection.REFUSED:
            return str(gettext("The family has said no to texts to this number."))
        case Objection.OUTSIDE_HOURS:
            hours = join_names([str(each) for each in rules.hours])
            return str(gettext("This number may be contacted at %(hours)s only.", hours=hours))
        case Objection.NAMES_US:
            return str(gettext("The text names the team or the case, and the family has not agreed to that."))
    return str(
        gettext(
            "The family has not been asked about this. Whoever picks up or reads may not be who you expect."
        )
    )


def name_caller(case: str | None, known: str, colleague: str | None = None, sender: str | None = None) -> str:
    """Return the case's label, or what is known of a number without a case.

    `colleague` has that number; `sender` is the name of one who wrote without a number.
    """
    if case is not None:
        return case
    if colleague is not None:
        return str(gettext("Colleague: %(name)s", name=colleague))
    if sender is not None:
        return sender
    if known == "withheld":
        return str(gettext("Withheld number"))
    return str(gettext("Number of several cases") if known == "known" else gettext("Unknown number"))


def describe_target(target: str) -> str:
    """Return a target of the ladder as a reader knows it."""
    if target.startswith("number:"):
        return str(gettext("the fixed number “%(name)s”", name=target.removeprefix("number:")))
    return str(TARGETS.get(target, target))


def join_names(names: Sequence[str]) -> str:
    """Return "Kari, Ola and Liv"."""
    if len(names) < 2:
        return "".join(names)
    return str(gettext("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1]))


def describe_call(call: LiveCall, since: str) -> str:
    """Return what is happening in a live call; `since` is when its holder took it."""
    match call.state:
        case State.CONNECTED:
            return str(gettext("Connected with %(name)s since %(since)s", name=call.holder, since=since))
        case State.ACCEPTED:
            return str(gettext("%(name)s has pressed 1 and is being connected", name=call.holder))
        case State.LAST_RESORT:
            return str(gettext("Put through to the emergency service in %(place)s", place=call.service))
        case State.ENDED:
            return str(gettext("The conversation is over; the caller may press 1 to come back"))
    if not call.ringing:
        return str(gettext("In the queue; nobody's phone rings just now"))
    names = join_names([describe_target(name) for name in call.ringing])
    return str(
        gettext("Ringing %(names)s, %(step)s of %(steps)s", names=names, step=call.step, steps=call.steps)
    )


def describe_waiting(contact: WaitingContact) -> str:
    """Return what a waiting contact waits for."""
    if contact.acknowledged_by and contact.offered_to:
        name, asked = contact.acknowledged_by, contact.offered_to
        return str(
            gettext("%(name)s has it, and has asked %(colleague)s to take over", name=name, colleague=asked)
        )
    if contact.acknowledged_by:
        return str(gettext("%(name)s has taken it", name=contact.acknowledged_by))
    if contact.state is State.DUE:
        return str(gettext("Agreed with the family; nobody has said yet how it went"))
    if contact.colleague:
        return str(gettext("A colleague called and reached nobody"))
    if contact.promised:
        return str(gettext("The caller was promised a call back"))
    if contact.state is State.HANDED_OVER:
        return str(gettext("Was put through to the emergency service; the team follows up"))
    if contact.known == "withheld":
        return str(gettext("Cannot be called back: the number is withheld"))
    if contact.sender is not None:
        return str(gettext("Cannot be called back: the sender has no phone number"))
    if contact.may_call:
        return str(gettext("May be called back"))
    return str(gettext("Not known to be safe to call back"))


def describe_alerts(contact: WaitingContact, clock: Callable[[datetime], str]) -> str:
    """Return who was alerted when, for the last time each; empty where nobody was, or somebody has it."""
    alerts = [
        gettext("%(name)s %(at)s, not reached", name=one.name, at=clock(one.at))
        if one.failed
        else f"{one.name} {clock(one.at)}"
        for one in contact.alerted
    ]
    return str(gettext("Alerted: %(whom)s", whom="; ".join(alerts))) if alerts else ""


def summarise(calls: Sequence[LiveCall], waiting: Sequence[WaitingContact]) -> str:
    """Return the one sentence that a screen reader speaks when something has changed."""
    parts = [
        ngettext("%(num)s call going on", "%(num)s calls going on", len(calls)),
        ngettext("%(num)s to be followed up", "%(num)s to be followed up", len(waiting)),
    ]
    return ". ".join(parts) + "."
