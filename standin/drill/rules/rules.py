"""What must hold after every night, whatever happened in it."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from oncall.store.journal.verification import verify
from standin.drill.nights.night import Expectation
from standin.drill.rules.discretion import find_given_away, find_shown_families
from standin.drill.rules.judged import Judged
from standin.simulator import BridgedCall
from standin.simulator.events import EventKind

Faults = Iterator[str]

REFUSALS = frozenset({400, 401, 404, 405})
# Of what a caller or a phone did in the same moment: opted out, gone, not in progress any more.
EXPECTED = frozenset({20009, 20404, 21220, 21610})


def check_rules(night: Judged) -> tuple[Expectation, ...]:
    """Return each rule with whether this night has kept it, and how not."""
    return tuple(judge_night(sentence, rule(night)) for sentence, rule in _RULES.items())


def judge_night(sentence: str, faults: Faults) -> Expectation:
    """Return the rule of that sentence with whether it was kept, and how not."""
    found = list(faults)
    more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""
    return Expectation(sentence, not found, "; ".join(found[:3]) + more)


def _connected_without_a_key(night: Judged) -> Faults:
    colleagues = {phone.number for phone in night.staff}  # who may speak with each other unasked
    for phone in night.staff:
        for talk in (talk for call in phone.calls if not call.outgoing for talk in call.bridges):
            pressed = any(
                event.kind is EventKind.PRESSED
                and event.detail == "1"
                and event.sid == talk.call_sid
                and event.at <= talk.start
                for event in night.carrier.events
            )
            if not pressed and talk.other_number not in colleagues:
                yield f"{night.name(phone)} was, at {night.second(talk.start):.1f} s"


def _two_at_once(night: Judged) -> Faults:
    for phone in night.carrier.phones.values():
        if phone.call_waiting:
            continue  # whoever takes a second call has put the first on hold
        talks = [talk for call in phone.calls if not call.by_machine for talk in call.bridges]
        for one, other in pairwise(sorted(talks, key=lambda talk: talk.start)):
            if one.end is None or other.start < one.end:
                yield f"{night.name(phone)} did at {night.second(other.start):.1f} s"


def _left_without_a_human(night: Judged) -> Faults:
    for contact in night.list_contacts():
        if not contact.answered_by and contact.follow_up is None:
            yield f"a contact ended as {contact.state} with nobody, and without a follow-up"
        if contact.caller_gone_at is None and not contact.by_text:
            yield "a caller still counts as being on the line"
        if contact.engaged:
            yield f"{', '.join(contact.engaged)} still count as busy"


def _answered_by_nobody(night: Judged) -> Faults:
    """The journal may call a contact answered only where the two could hear each other."""
    for contact in night.list_contacts():
        for leg in contact.legs:
            if not leg.connected or leg.person is None:
                continue
            if not any(_is_of(talk, leg.sids) for phone in night.staff for talk in phone.bridges):
                yield f"{leg.person} did not"


def _is_of(talk: BridgedCall, sids: tuple[str, ...]) -> bool:
    return talk.call_sid in sids


def _left_over(night: Judged) -> Faults:
    for leg in night.carrier.legs:
        yield f"a call from {leg.from_number} to {leg.to} is {leg.status}"
    for queue in night.carrier.queues:
        yield f"queue {queue.name}"
    for error in night.carrier.errors:
        if not (error.provoked or night.excuses(error)):
            yield f"error {error.code} at {night.second(error.at):.1f} s: {error.message}"
    for each in night.carrier.unexpected:
        yield f"an unexpected {each.kind} to {each.to}"


def _refused(night: Judged) -> Faults:
    """The carrier has refused an order of ours that no armed fault made it refuse."""
    for order in night.carrier.rest_log:
        code = order.payload.get("code") if isinstance(order.payload, dict) else None
        if order.status in REFUSALS and not order.fault and code not in EXPECTED:
            at = night.second(order.at)
            yield f"{order.method} {order.path} at {at:.1f} s was answered {order.status} ({code})"


def _damaged(night: Judged) -> Faults:
    with night.service.db.reading() as reading:
        yield from map(str, verify(reading))


_RULES: dict[str, Callable[[Judged], Faults]] = {
    "Only who pressed 1 is connected with a caller": _connected_without_a_key,
    "Nobody is connected with two people at once": _two_at_once,
    "Every contact ends with a named human or an open follow-up": _left_without_a_human,
    "Whoever the journal says has answered did speak with the caller": _answered_by_nobody,
    "No name, label or number is said or texted to anybody who must not know it": find_given_away,
    "Staff's displays show the line's own number": find_shown_families,
    "No call, queue or error is left at the carrier": _left_over,
    "The carrier takes every order of ours as it stands": _refused,
    "The journal verifies": _damaged,
}
