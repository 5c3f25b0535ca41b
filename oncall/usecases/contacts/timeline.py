"""What happened in a call, moment by moment, as a human would tell it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from oncall.contacts.contact import CallerPlace, Contact, Leg, Via
from oncall.contacts.model import Entry, Kind
from oncall.contacts.statuses import CALL_UNANSWERED
from oncall.rota.model import PersonId
from oncall.usecases.contacts.moments import Moment, What

# Steps that are seen by what follows from them, or that only machines care about.
_LEFT_OUT = frozenset(
    {
        Kind.CLAIM_GRANTED,
        Kind.QUEUE_CLOSED,
        Kind.QUEUE_JOINED,
        Kind.LEG_PLACED,
        Kind.LEG_RINGING,
        "queue_left",
        "pages_started",
        "message_reported",
        "back_answered",
        "voicemail_ready",
        "code_refused",
    }
)
# What needs no more than who it was; by name, so that a journal of a later version can be told too.
_PLAIN = {
    "call_joined": What.CALLED_AGAIN,
    "follow_up_joined": What.JOINED,
    "text_received": What.WROTE,
    "auto_replied": What.AUTO_REPLIED,
    "text_relayed": What.ANSWERED_IN_WRITING,
    "reminded": What.REMINDED,
    "compromised": What.DOUBTED,
    "trusted": What.TRUSTED,
    "call_back_ordered": What.CALLS_BACK,
    "note_written": What.NOTED,
    "outcome_recorded": What.OUTCOME_SET,
    "incident_recorded": What.INCIDENT_SET,
    "contact_linked": What.LINKED,
    "next_agreed": What.NEXT_AGREED,
    "next_done": What.NEXT_DONE,
    "signed_off": What.SIGNED_OFF,
}
_ORDERS = frozenset({Kind.CALL_BACK_ORDERED, Kind.CONSULT_ORDERED})
_ENDINGS = {"busy": What.BUSY, "failed": What.UNREACHABLE}


def list_moments(contact: Contact, entries: Sequence[Entry]) -> tuple[Moment, ...]:
    """Return what happened, the earliest first; each fact once, however often the carrier told it."""
    ordered = sorted(entries, key=lambda entry: (entry.at, *_in_order(entry)))
    rung: set[str] = set()
    heard: set[tuple[str, str | None]] = set()
    moments: list[Moment] = []
    # decisions of one kind that were taken together are one line: two phones ring at once
    for _, together in groupby(ordered, key=_taken_together):
        group = tuple(together)
        entry = group[0]
        if entry.kind is Kind.LEG_RUNG:
            moments.append(_rings(group, rung))
        elif entry.kind is Kind.PAGED:
            what = What.PHONED if entry.detail.get("by") == "call" else What.TEXTED
            moments.append(Moment(entry.at, what, tuple(str(each.actor) for each in group)))
        elif entry.kind is Kind.LEG_RELEASED:
            moments.extend(_released(contact, group, heard))
        elif entry.kind is Kind.MESSAGE_REPORTED:
            moments.extend(_not_picked_up(entry, entries))
        else:
            for each in group:
                if (each.kind, each.leg) not in heard or each.leg is None:
                    moments.extend(_describe(contact, each))
                heard.add((each.kind, each.leg))
    return tuple(moments)


def _in_order(entry: Entry) -> tuple[int, str, int]:
    """Those who are alerted together stand together, by text before by call."""
    if entry.kind is Kind.PAGED:
        return (entry.batch, "z" if entry.detail.get("by") == "call" else "y", entry.seq)
    return (entry.batch, "x" if entry.kind is not Kind.REMINDED else "", entry.seq)


def _taken_together(entry: Entry) -> tuple[object, ...]:
    if entry.kind is Kind.LEG_RUNG:
        return (entry.kind, entry.batch)
    if entry.kind is Kind.LEG_RELEASED:
        return (entry.kind, entry.batch, entry.detail.get("why"))
    if entry.kind is Kind.PAGED:
        return (entry.kind, entry.batch, entry.detail.get("by"))
    return (entry.seq,)


def _rings(group: Iterable[Entry], rung: set[str]) -> Moment:
    entries = tuple(group)
    targets = tuple(str(entry.detail["target"]) for entry in entries)
    again = tuple(target for target in targets if target in rung)
    rung.update(targets)
    return Moment(entries[0].at, What.RINGS, targets, again)


def _released(
    contact: Contact, group: Iterable[Entry], heard: set[tuple[str, str | None]]
) -> Iterator[Moment]:
    entries = [entry for entry in group if (entry.kind, entry.leg) not in heard]
    heard.update((entry.kind, entry.leg) for entry in entries)
    legs = [leg for entry in entries if (leg := contact.leg(entry.leg or ""))]
    ringing = tuple(leg.target for leg in legs if not leg.withdrawn_at and not leg.claim_refused)
    if ringing:
        yield Moment(entries[0].at, What.STOPPED_RINGING, ringing)


def _not_picked_up(report: Entry, entries: Sequence[Entry]) -> Iterator[Moment]:
    """Whoever ordered a call, and whose own phone did not answer, reads that nobody was called."""
    about = str(report.detail["about"])
    ordered = next((one for one in entries if str(one.seq) == about and one.kind in _ORDERS), None)
    answered = any(one.kind is Kind.BACK_ANSWERED and one.detail.get("about") == about for one in entries)
    if ordered is not None and not answered and report.detail.get("status") in CALL_UNANSWERED:
        yield Moment(report.at, What.OWN_PHONE_SILENT, (str(ordered.actor),))


def _describe(contact: Contact, entry: Entry) -> Iterator[Moment]:
    leg = contact.leg(entry.leg or "")
    if entry.kind in _LEFT_OUT:
        return
    if leg is not None:
        yield from _describe_leg(contact, entry, leg)
    else:
        yield from _describe_call(contact, entry)


def _describe_leg(contact: Contact, entry: Entry, leg: Leg) -> Iterator[Moment]:
    whom = (leg.target,)
    match entry.kind:
        case Kind.LEG_REFUSED if leg.refused:
            yield Moment(entry.at, What.CARRIER_REFUSED, whom, detail=leg.refused_by)
        case Kind.LEG_ANSWERED:
            yield Moment(entry.at, What.PICKED_UP, whom)
        case Kind.LEG_DECLINED:
            yield Moment(entry.at, What.DECLINED, whom)
        case Kind.ONE_PRESSED:
            yield Moment(entry.at, What.PRESSED_ONE, whom)
        case Kind.CLAIM_REFUSED:
            taken = entry.detail.get("why") in ("taken", "released")
            yield Moment(entry.at, What.TOO_LATE if taken else What.CALLER_WAS_GONE, whom)
        case Kind.CLAIM_WITHDRAWN:
            yield Moment(entry.at, What.CONNECTION_LOST, whom)
        case Kind.LEG_BRIDGED if leg.connected:
            first = leg.person == contact.answered_by and leg.claim_round == _first_talk(contact)
            waited = contact.seconds_to_human if first else None
            yield Moment(min(entry.at, leg.bridged_at or entry.at), What.CONNECTED, whom, seconds=waited)
        case Kind.LEG_ENDED if leg.ended_at == entry.at:
            yield from _describe_end(entry, leg)
        case Kind.ACKNOWLEDGED:
            yield _acknowledged(entry)
        case _:
            return


def _first_talk(contact: Contact) -> int:
    return min(leg.claim_round for leg in contact.legs if leg.connected)


def _describe_end(entry: Entry, leg: Leg) -> Iterator[Moment]:
    whom = (leg.target,)
    if leg.connected and leg.bridged_at:
        length = (entry.at - max(leg.taken_at, min(leg.bridged_at, entry.at))).total_seconds()
        if leg.via is Via.DIAL:  # such a bridge is often told only at its end: it began with the 1
            length = (entry.at - leg.taken_at).total_seconds()
        yield Moment(entry.at, What.TALK_ENDED, whom, seconds=length)
    elif leg.claimed_at or leg.claim_refused or leg.declined_at or leg.released_at:
        return  # told already by what was decided about it
    elif leg.answered_at:
        yield Moment(entry.at, What.NOT_ACCEPTED, whom)
    elif leg.status != "canceled":
        yield Moment(entry.at, _ENDINGS.get(leg.status, What.NO_ANSWER), whom)


def _describe_call(contact: Contact, entry: Entry) -> Iterator[Moment]:
    detail = entry.detail
    at = entry.at
    match entry.kind:
        case Kind.CALL_RECEIVED:
            yield Moment(at, What.CALLED)
        case Kind.WAVE_STARTED:
            yield from _describe_wave(contact, entry)
        case Kind.QUEUED if contact.queued_at == at:
            yield Moment(at, What.WAITS_IN_QUEUE)
        case Kind.QUEUED:
            return
        case Kind.DIALLED_ONE_BY_ONE:
            yield Moment(at, What.ONE_BY_ONE)
        case Kind.LAST_RESORT_OFFERED:
            yield Moment(at, What.SERVICE_OFFERED, detail=str(detail["municipality"]))
        case Kind.CALLER_DECLINED:
            yield Moment(at, What.SERVICE_DECLINED)
        case Kind.LAST_RESORT_RUNG:
            yield Moment(at, What.SERVICE_RUNG, detail=contact.offered or "")
        case Kind.LAST_RESORT_ENDED:
            yield Moment(at, What.SERVICE_ANSWERED if detail.get("bridged") else What.SERVICE_SILENT)
        case Kind.TEAM_ALERTED:
            yield Moment(at, What.TEAM_ALERTED, promised=detail["promise"])
        case Kind.CUT_OFF_OFFERED:
            yield Moment(at, What.MAY_COME_BACK)
        case Kind.RESUMED:
            yield Moment(at, What.CAME_BACK, (entry.actor,) if entry.actor else ())
        case Kind.CALLER_GONE if contact.caller_gone_at == at and contact.place is not CallerPlace.TOLD:
            yield Moment(at, What.HUNG_UP)
        case Kind.CALLER_GONE:
            return
        case Kind.VOICEMAIL_AGREED:
            yield Moment(at, What.AGREED_TO_RECORD)
        case Kind.VOICEMAIL_LEFT:
            yield Moment(at, What.LEFT_MESSAGE, seconds=detail["seconds"])
        case Kind.VOICEMAIL_LOST:
            yield Moment(at, What.MESSAGE_LOST)
        case Kind.FOLLOW_UP_OPENED:
            yield Moment(at, What.FOLLOW_UP, detail=detail.get("why", ""))
        case Kind.ACKNOWLEDGED:
            yield _acknowledged(entry)
        case Kind.CALL_PLANNED:
            if contact.agreed:
                yield Moment(at, What.AGREED)
        case Kind.CALL_BACK_ORDERED if contact.ours:
            yield Moment(at, What.PLACED, (str(entry.actor),))
        case Kind.HANDED_ON:
            yield Moment(at, What.HANDED_ON, (str(entry.actor),), detail=str(detail["to"]))
        case Kind.CONSULT_ORDERED:
            yield Moment(at, What.CONSULTS, (str(entry.actor),), detail=str(detail["with"]))
        case Kind.CHECK_IN_MARKED:
            yield Moment(at, What(f"marked_{detail['how']}"), (str(entry.actor),))
        case Kind.BACK_ENDED:
            yield Moment(at, What.PUT_THROUGH if detail.get("bridged") else What.NOT_PUT_THROUGH)
        case Kind.CLOSED:
            yield Moment(at, What.CLOSED, (entry.actor,) if entry.actor else ())
        case _:
            plain = _PLAIN.get(str(entry.kind))
            whom = (entry.actor,) if entry.actor else ()
            yield Moment(at, plain or What.OTHER, whom, detail="" if plain else str(entry.kind))


def _describe_wave(contact: Contact, entry: Entry) -> Iterator[Moment]:
    detail = entry.detail
    busy = tuple(PersonId(person) for person in detail["busy"])
    if busy:
        yield Moment(entry.at, What.BUSY_ELSEWHERE, busy)
    elif not detail["ring"]:
        yield Moment(entry.at, What.NOBODY_TO_RING, detail=contact.waves[detail["wave"]].targets[0])


def _acknowledged(entry: Entry) -> Moment:
    people = (entry.actor,) if entry.actor else ()
    what = What.TAKEN_BY_TALK if entry.detail.get("by") == "talk" else What.TAKEN
    return Moment(entry.at, what, people)
