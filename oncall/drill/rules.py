"""What must hold after every night, whatever happened in it."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from oncall.drill.night import Expectation, Night
from oncall.simulator import Bridge, Phone
from oncall.simulator.carrier import NotQuiet
from oncall.simulator.events import Kind
from oncall.store.verification import verify

Faults = Iterator[str]


def check_rules(night: Night) -> tuple[Expectation, ...]:
    """Return each rule with whether this night has kept it, and how not."""
    return tuple(_judge(sentence, rule(night)) for sentence, rule in _RULES.items())


def _judge(sentence: str, faults: Faults) -> Expectation:
    found = list(faults)
    more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""
    return Expectation(sentence, not found, "; ".join(found[:3]) + more)


def _connected_without_a_key(night: Night) -> Faults:
    for phone in night.staff:
        for talk in (talk for call in phone.calls if not call.outgoing for talk in call.bridges):
            pressed = any(
                event.kind is Kind.PRESSED
                and event.detail == "1"
                and event.sid == talk.call_sid
                and event.at <= talk.start
                for event in night.carrier.events
            )
            if not pressed:
                yield f"{night.name(phone)} was, at {night.second(talk.start):.1f} s"


def _two_at_once(night: Night) -> Faults:
    for phone in night.carrier.phones.values():
        for one, other in pairwise(phone.bridges):
            if one.end is None or other.start < one.end:
                yield f"{night.name(phone)} did at {night.second(other.start):.1f} s"


def _left_without_a_human(night: Night) -> Faults:
    for contact in night.told():
        if not contact.answered_by and contact.follow_up is None:
            yield f"a contact ended as {contact.state} with nobody, and without a follow-up"
        if contact.caller_gone_at is None:
            yield "a caller still counts as being on the line"
        if contact.engaged:
            yield f"{', '.join(contact.engaged)} still count as busy"


def _answered_by_nobody(night: Night) -> Faults:
    """The journal may call a contact answered only where the two could hear each other."""
    for contact in night.told():
        for leg in contact.legs:
            if not leg.connected or leg.person is None:
                continue
            phone = night.carrier.phones[night.team.people[leg.person].phone]
            if not any(_is_of(talk, leg.sids) for talk in phone.bridges):
                yield f"{leg.person} did not"


def _is_of(talk: Bridge, sids: tuple[str, ...]) -> bool:
    return talk.call_sid in sids


def _given_away(night: Night) -> Faults:
    names = {person.name for person in night.team.people.values()} | {night.team.name}
    names |= {member.name for case in night.cast.cases for member in case.members}
    labels = {case.label for case in night.cast.cases}
    spoken = re.compile("|".join(re.escape(word) for word in sorted(names | labels)) + r"|\+\d{5}")
    written = re.compile("|".join(re.escape(word) for word in sorted(names)) + r"|\+\d{5}")
    staff = {person.phone for person in night.team.people.values()}
    for phone in night.carrier.phones.values():
        for heard in phone.heard:
            if heard.kind == "say" and spoken.search(heard.text):
                yield f"{night.name(phone)} heard «{heard.text}»"
        for text in phone.texts:
            if phone.number not in staff or written.search(text.body):
                yield f"{night.name(phone)} read «{text.body}»"


def _left_over(night: Night) -> Faults:
    try:
        night.carrier.assert_quiet()
    except NotQuiet as leftovers:
        yield from str(leftovers).splitlines()


def _damaged(night: Night) -> Faults:
    with night.service.db.reading() as reading:
        yield from map(str, verify(reading))


def _shown_a_family(night: Night) -> Faults:
    def lines_of(phone: Phone) -> set[str]:
        return {rang.shown for rang in phone.rang}

    for phone in (*night.staff, *night.services):
        for shown in lines_of(phone) - {night.line}:
            yield f"{night.name(phone)}'s display showed {shown}"


_RULES: dict[str, Callable[[Night], Faults]] = {
    "Only who pressed 1 is connected with a caller": _connected_without_a_key,
    "Nobody is connected with two people at once": _two_at_once,
    "Every contact ends with a named human or an open follow-up": _left_without_a_human,
    "Whoever the journal says has answered did speak with the caller": _answered_by_nobody,
    "No name, label or number is said or texted to anybody who must not know it": _given_away,
    "Staff's displays show the line's own number": _shown_a_family,
    "No call, queue or error is left at the carrier": _left_over,
    "The journal verifies": _damaged,
}
