"""What has to be decided about a call now."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from oncall.alerts.ladder import (
    EVERYONE,
    Situation,
    Target,
    choose_ladder,
    deadline_of,
    find_municipality,
    find_targets,
    human_waves,
)
from oncall.alerts.team import Caller, Team
from oncall.contacts.fold import Contact, Leg, Place, Via, fold
from oncall.contacts.model import Entry, Kind

BRIDGE_PATIENCE = timedelta(seconds=15)  # from a granted claim to the bridge
ORDER_PATIENCE = timedelta(seconds=6)  # from our order of a leg to the carrier's word about it
AGAIN_AFTER = timedelta(seconds=20)  # the last wave once more, when nobody's phone rings any longer
DIAL_MARGIN = 5  # seconds that the carrier rings beyond a <Dial>'s time-out
ONE_BY_ONE_TIMEOUT = 15  # seconds for each phone when they must be dialled one after another
SHORTEST_RING, LONGEST_RING = 5, 600  # what the carrier accepts as a time-out

_BEYOND_REACH = (Place.PASSED_ON, Place.TOLD, Place.CUT_OFF)
_PLACING = frozenset(
    {
        Kind.QUEUED,
        Kind.LAST_RESORT_OFFERED,
        Kind.LAST_RESORT_RUNG,
        Kind.TEAM_ALERTED,
        Kind.CUT_OFF_OFFERED,
    }
)


@dataclass(frozen=True, slots=True)
class _Question:
    contact: Contact
    situation: Situation
    now: datetime


def receive(team: Team, caller: Caller, at: datetime, seq: int) -> Entry:
    """Return the entry that begins a call; it stores the ladder, never a number."""
    ladder = choose_ladder(team, at)
    detail: dict[str, Any] = {
        "caller": caller.known,
        "case": caller.case,
        "cases": list(caller.cases),
        "municipality": caller.municipality,
        "own_therapist": caller.own_therapist,
        "language": caller.language or team.language,
        "may_call": caller.may_call,
        "waves": [{"after": wave.after, "targets": list(wave.targets)} for wave in ladder.waves],
        "deadline": deadline_of(ladder),
    }
    return Entry(seq, at, Kind.CALL_RECEIVED, detail=detail, event_key="incoming")


def decide(
    contact_id: str,
    entries: Sequence[Entry],
    situation: Situation,
    now: datetime,
    *,
    asked: bool = False,
    after: int = 0,
) -> tuple[Entry, ...]:
    """Return the decisions that are due, in order, numbered on from the last entry, or from `after`.

    With `asked` the carrier waits for what the caller shall hear next, so exactly one decision
    about that is among them, unless the caller has gone.
    """
    decided: list[Entry] = []
    while True:
        contact = fold(contact_id, (*entries, *decided))
        rules = _RULES_WHEN_ASKED if asked and not _is_placed(decided) else _RULES
        question = _Question(contact, situation, now)
        drafts = next((found for rule in rules if (found := rule(question))), ())
        if not drafts:
            return tuple(decided)
        decided += [replace(draft, seq=max(after, contact.last_seq) + n) for n, draft in enumerate(drafts, 1)]


def due(contact: Contact, now: datetime) -> datetime | None:
    """Return the next instant at which a decision may fall due by itself, or None."""
    moments: list[datetime] = []
    claim = contact.claim
    if claim and claim.via is Via.CALL and not claim.bridged_at and claim.claimed_at:
        moments.append(claim.claimed_at + BRIDGE_PATIENCE)
    if _gathers(contact):
        waves = human_waves(contact)
        unstarted = [wave.after for number, wave in waves if contact.last_start(number) is None]
        if unstarted:
            moments.append(contact.instant(unstarted[0]))
        elif waves and (last := contact.last_start(waves[-1][0])):
            moments.append(last + AGAIN_AFTER)
        moments += [leg.rung_at + ORDER_PATIENCE for leg in contact.legs if _is_unplaced(leg)]
    return min((moment for moment in moments if moment > now), default=None)


def _is_placed(decided: Iterable[Entry]) -> bool:
    return any(
        entry.kind in _PLACING or (entry.kind is Kind.LEG_RUNG and entry.detail["via"] == Via.DIAL)
        for entry in decided
    )


def _judge_claims(question: _Question) -> tuple[Entry, ...]:
    """Every pressed 1 is answered once: it has the contact, or somebody else has, or the caller went."""
    contact, now = question.contact, question.now
    for leg in contact.legs:
        if leg.accepted_at is None or leg.claim_refused or leg.claim_round:
            continue
        unreachable = leg.via is Via.DIAL and (contact.place, contact.dialled) != (Place.DIALLED, leg.id)
        if contact.caller_gone_at or contact.place in _BEYOND_REACH or unreachable:
            return (_entry(now, Kind.CLAIM_REFUSED, leg, why="caller_gone"),)
        if contact.claim or contact.talking:
            return (_entry(now, Kind.CLAIM_REFUSED, leg, why="taken"),)
        return (_entry(now, Kind.CLAIM_GRANTED, leg, round=contact.round),)
    return ()


def _withdraw_lost_claim(question: _Question) -> tuple[Entry, ...]:
    """A phone that lost its signal locks nobody out: the claim falls, and the next round begins.

    Inside the caller's own <Dial> the carrier tells by the Dial's end, so no time-out is needed there.
    """
    contact, now = question.contact, question.now
    leg = contact.claim
    if leg is None or leg.bridged_at or contact.caller_gone_at or leg.claimed_at is None:
        return ()
    too_late = leg.via is Via.CALL and now - leg.claimed_at >= BRIDGE_PATIENCE
    if leg.ended_at is None and not too_late:
        return ()
    why = "no bridge" if leg.ended_at is None else "leg lost"
    return (_entry(now, Kind.CLAIM_WITHDRAWN, leg, round=contact.round, why=why),)


def _release_legs(question: _Question) -> tuple[Entry, ...]:
    """Whoever is not needed any more is let go: told so if they have picked up, else no longer rung."""
    contact, now = question.contact, question.now
    wanted = contact.claim or (contact.conversation if contact.talking else None)
    if contact.over or contact.place is Place.PASSED_ON:
        unwanted = [leg for leg in contact.legs if not leg.connected and _released_by_us(leg, contact)]
        why = "caller_gone"
    elif wanted:
        unwanted = [leg for leg in contact.legs if leg.id != wanted.id]
        why = "taken"
    else:
        unwanted = [leg for leg in contact.legs if leg.withdrawn_at and leg.via is Via.CALL]
        why = "no bridge"
    drafts = []
    for leg in unwanted:
        sids = [sid for sid in leg.sids if sid not in leg.released_sids]
        if leg.open and not leg.declined_at and not leg.claim_refused and (sids or leg.released_at is None):
            how = "tell" if leg.answered_at else "end"
            drafts.append(_entry(now, Kind.LEG_RELEASED, leg, why=why, how=how, sids=sids))
    return tuple(drafts)


def _released_by_us(leg: Leg, contact: Contact) -> bool:
    # when a caller hangs up, the carrier itself ends what rings inside their <Dial>
    return leg.via is Via.CALL or contact.caller_gone_at is None


def _wind_up(question: _Question) -> tuple[Entry, ...]:
    """A call that is over leaves no queue behind, and no family without a human or a follow-up."""
    contact, now = question.contact, question.now
    if not contact.over:
        return ()
    if not contact.answered_this_round and contact.follow_up_round != contact.round:
        why = (
            "handed_over" if contact.handed_over_at else "nobody" if not contact.caller_gone_at else "hung_up"
        )
        return (_entry(now, Kind.FOLLOW_UP_OPENED, why=why),)
    gone = contact.caller_gone_at or contact.place is Place.TOLD
    if gone and contact.queued_at and not contact.queue_closed:
        return (_entry(now, Kind.QUEUE_CLOSED),)
    return ()


def _place_caller(question: _Question) -> tuple[Entry, ...]:
    """The carrier asks what the caller shall hear next."""
    contact, situation, now = question.contact, question.situation, question.now
    if contact.caller_gone_at or contact.place is Place.TOLD:
        return ()
    if contact.claim:
        return (_entry(now, Kind.QUEUED),)  # whoever has pressed 1 takes the caller from there
    dialled = contact.leg(contact.dialled or "")
    bridged_unwritten = contact.place is Place.DIALLED and dialled is not None and dialled.bridged_at
    if contact.answered_this_round or bridged_unwritten or contact.place is Place.CUT_OFF:
        return (_entry(now, Kind.CUT_OFF_OFFERED),)
    if contact.place is Place.PASSED_ON and contact.handed_over_at:
        return (_entry(now, Kind.CUT_OFF_OFFERED),)
    if contact.place is Place.PASSED_ON or contact.declined_last_resort:
        return (_entry(now, Kind.TEAM_ALERTED, promise=contact.may_call),)
    if contact.place is Place.OFFERED:
        return (_entry(now, Kind.LAST_RESORT_RUNG),)
    if contact.elapsed(now) < contact.deadline:
        drafts = _ring_first(question) if contact.place is Place.ARRIVED else _keep_trying(question)
        if drafts:
            return drafts
    place = find_municipality(contact, situation, now)
    if place is None:
        return (_entry(now, Kind.TEAM_ALERTED, promise=contact.may_call),)
    return (_entry(now, Kind.LAST_RESORT_OFFERED, municipality=place.name),)


def _ring_first(question: _Question) -> tuple[Entry, ...]:
    """One person is dialled, and the caller hears it ring: the first free one up the ladder."""
    contact, situation, now = question.contact, question.situation, question.now
    ladder = _targets_by_wave(question)
    same = [(n, target) for n, targets in ladder for target in targets if target.key == contact.resume_with]
    free = [(n, target) for n, targets in ladder for target in targets if not target.busy]
    anyone = [(n, target) for n, targets in ladder for target in targets]
    first = next(iter(same or free or anyone), None)
    if first is None:
        return ()
    number, target = first
    wave = 0 if same else number  # whoever was cut off is rung first, and then the ladder from its start
    rung_together = EVERYONE in contact.waves[wave].targets and len(dict(ladder)[wave]) > 1 and not same
    passed = range(wave if rung_together else wave + 1)
    starts = [_start(question, n, situation, ring=[target.key] if n == wave else []) for n in passed]
    if rung_together:
        return (_entry(now, Kind.QUEUED), *starts)
    clock = max(contact.elapsed(now), contact.waves[wave].after)
    later = [w.after for w in contact.waves if w.after > clock] or [contact.deadline]
    return (*starts, _ring(question, target, wave, Via.DIAL, later[0] - clock - DIAL_MARGIN))


def _keep_trying(question: _Question) -> tuple[Entry, ...]:
    """The caller waits in the queue while phones ring, or hears one phone after another."""
    contact, now = question.contact, question.now
    if not contact.one_by_one_since:
        return (_entry(now, Kind.QUEUED),)
    tried = [
        leg.target for leg in contact.legs if leg.via is Via.DIAL and leg.rung_at >= contact.one_by_one_since
    ]
    choices = [(number, target) for number, targets in _targets_by_wave(question) for target in targets]
    if not choices:
        return ()
    number, target = min(choices, key=lambda choice: (tried.count(choice[1].key), choice[1].busy))
    left = contact.deadline - contact.elapsed(now)
    return (_ring(question, target, number, Via.DIAL, min(ONE_BY_ONE_TIMEOUT, left)),)


def _start_waves(question: _Question) -> tuple[Entry, ...]:
    """The next wave is rung at its second, or at once where nobody's phone rings any longer."""
    contact, now = question.contact, question.now
    if not _gathers(contact) or contact.elapsed(now) >= contact.deadline:
        return ()
    waves = human_waves(contact)
    nobody_rings = not any(leg.live and leg.via is Via.CALL for leg in contact.legs)
    for number, wave in waves:
        if contact.last_start(number) is None:
            if contact.elapsed(now) >= wave.after or nobody_rings:
                return _ring_wave(question, number, final=number == waves[-1][0], again=False)
            return ()
    last = contact.last_start(waves[-1][0]) if waves else None
    if nobody_rings and last and now - last >= AGAIN_AFTER:
        return _ring_wave(question, waves[-1][0], final=True, again=True)
    return ()


def _ring_wave(question: _Question, number: int, *, final: bool, again: bool) -> tuple[Entry, ...]:
    contact, situation, now = question.contact, question.situation, question.now
    targets = find_targets(contact.waves[number], contact, situation, now)
    everybody_busy = all(target.busy for _, found in _targets_by_wave(question) for target in found)
    ringing = {leg.target for leg in contact.legs if leg.live}
    declined = {leg.target for leg in contact.legs if leg.declined_at and leg.round == contact.round}
    chosen = [
        target
        for target in targets
        if target.key not in ringing
        and (not target.busy or final or everybody_busy)  # busy people come after free ones
        and (target.key not in declined or final or again)
    ]
    left = contact.deadline - max(contact.elapsed(now), contact.waves[number].after)
    start = _start(question, number, situation, ring=[target.key for target in chosen])
    return (start, *(_ring(question, target, number, Via.CALL, left, n) for n, target in enumerate(chosen)))


def _give_up_on_calls(question: _Question) -> tuple[Entry, ...]:
    """A caller in the queue never depends on our calls: refused or unheard of, we dial instead."""
    contact, now = question.contact, question.now
    if not _gathers(contact):
        return ()
    ours = [leg for leg in contact.legs if leg.via is Via.CALL and leg.round == contact.round]
    if any(leg.live and leg.known_to_carrier for leg in ours):
        return ()
    refused = any(leg.refused and leg.refused_by == "carrier" for leg in ours)
    unheard_of = any(_is_unplaced(leg) and now - leg.rung_at >= ORDER_PATIENCE for leg in ours)
    return (_entry(now, Kind.DIALLED_ONE_BY_ONE),) if refused or unheard_of else ()


def _gathers(contact: Contact) -> bool:
    waits = contact.place is Place.QUEUED and not contact.over and not contact.one_by_one_since
    return waits and contact.claim is None and not contact.talking


def _is_unplaced(leg: Leg) -> bool:
    return leg.via is Via.CALL and leg.live and not leg.known_to_carrier


def _targets_by_wave(question: _Question) -> list[tuple[int, tuple[Target, ...]]]:
    return [
        (number, find_targets(wave, question.contact, question.situation, question.now))
        for number, wave in human_waves(question.contact)
    ]


def _start(question: _Question, number: int, situation: Situation, ring: list[str]) -> Entry:
    targets = find_targets(question.contact.waves[number], question.contact, situation, question.now)
    busy = [target.key for target in targets if target.busy and target.key not in ring]
    return _entry(question.now, Kind.WAVE_STARTED, wave=number, ring=ring, busy=busy)


def _ring(question: _Question, target: Target, wave: int, via: Via, seconds: float, more: int = 0) -> Entry:
    leg = str(len(question.contact.legs) + 1 + more)
    timeout = round(min(max(seconds, SHORTEST_RING), LONGEST_RING))
    detail = {"target": target.key, "via": via.value, "wave": wave, "timeout": timeout}
    return Entry(0, question.now, Kind.LEG_RUNG, leg, target.person, detail)


def _entry(now: datetime, kind: Kind, leg: Leg | None = None, **detail: object) -> Entry:
    return Entry(0, now, kind, leg.id if leg else None, leg.person if leg else None, detail)


_Rule = Callable[[_Question], tuple[Entry, ...]]
_RULES: tuple[_Rule, ...] = (
    _judge_claims,
    _withdraw_lost_claim,
    _release_legs,
    _wind_up,
    _start_waves,
    _give_up_on_calls,
)
_RULES_WHEN_ASKED: tuple[_Rule, ...] = (*_RULES[:3], _place_caller, *_RULES[3:])
