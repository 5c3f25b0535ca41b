"""Choose whose phones ring next for a caller."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from oncall.alerts.call_view import CallView, Decision
from oncall.alerts.ladder import EVERYONE, Target, find_targets, human_waves
from oncall.contacts.contact import CallerPlace, Contact, Leg, Via
from oncall.contacts.model import Detail, Entry, Kind

ORDER_PATIENCE = timedelta(seconds=6)  # from our order of a leg to the carrier's word about it
AGAIN_AFTER = timedelta(seconds=20)  # everybody once more, when nobody's phone rings any longer
DIAL_MARGIN = 5  # seconds that the carrier rings beyond a <Dial>'s time-out
ONE_BY_ONE_TIMEOUT = 15  # seconds for each phone when they must be dialled one after another
ONE_BY_ONE_TRIES = 5  # a phone that fails at once is not dialled without end
SHORTEST_RING, LONGEST_RING = 5, 600  # what the carrier accepts as a time-out


def gathers(contact: Contact) -> bool:
    """Tell whether the caller waits in the queue while phones are rung by calls of ours."""
    waits = contact.place is CallerPlace.QUEUED and not contact.over and not contact.one_by_one_since
    return waits and contact.claim is None and not contact.talking


def find_moments(contact: Contact) -> tuple[datetime, ...]:
    """Return when the next wave, or giving up on our calls, may fall due."""
    if not gathers(contact):
        return ()
    waves = human_waves(contact)
    unstarted = [wave.after for number, wave in waves if contact.last_start(number) is None]
    moments = [contact.instant(unstarted[0])] if unstarted else []
    if waves and not unstarted and (last := contact.last_start(waves[-1][0])):
        moments.append(last + AGAIN_AFTER)
    moments += [leg.rung_at + ORDER_PATIENCE for leg in contact.legs if _is_unheard_of(leg)]
    return tuple(moments)


def ring_first(view: CallView) -> Decision:
    """One person is dialled, and the caller hears it ring: the first free one up the ladder."""
    contact, now = view.contact, view.now
    ladder: dict[int, tuple[Target, ...]] = {}
    for number, targets in _look_up_ladder(view):
        ladder[number] = targets
        if not contact.resume_with and not all(target.busy for target in targets):
            break  # the waves after it are not needed
    choices = [(number, target) for number, targets in ladder.items() for target in targets]
    same = [choice for choice in choices if choice[1].key == contact.resume_with]
    free = [choice for choice in choices if not choice[1].busy]
    first = next(iter(same or free or choices), None)
    if first is None:
        return ()
    number, target = first
    wave = 0 if same else number  # whoever was cut off is rung first, and then the ladder from its start
    if EVERYONE in contact.waves[wave].targets and len(ladder[wave]) > 1 and not same:
        passed = [_start(view, n, ladder[n]) for n in ladder if n < wave]
        return (view.entry(Kind.QUEUED), *passed)
    starts = [_start(view, n, ladder[n], [target] if n == wave else ()) for n in ladder if n <= wave]
    clock = max(contact.elapsed(now), contact.waves[wave].after)
    until = next((wave.after for wave in contact.waves if wave.after > clock), contact.deadline)
    return (*starts, _ring(view, target, wave, Via.DIAL, until - clock - DIAL_MARGIN))


def keep_trying(view: CallView) -> Decision:
    """The caller waits in the queue while phones ring, or hears one phone after another."""
    contact = view.contact
    began = contact.one_by_one_since
    if began is None and contact.left_queue == "leave":
        # nobody told the caller to leave: the wait's own webhook has failed, and would fail again
        return (view.entry(Kind.DIALLED_ONE_BY_ONE, why="leave"),)
    if began is None:
        return (view.entry(Kind.QUEUED),)
    dialled = [leg.target for leg in contact.legs if leg.via is Via.DIAL and leg.rung_at >= began]
    # who has not been rung at all in this wait comes first: the ladder goes on where it was
    since = contact.waiting_since or contact.received_at
    rung = [
        leg.target
        for leg in contact.legs
        if leg.rung_at >= since and (leg.via is Via.DIAL or leg.known_to_carrier)
    ]
    choices = [
        (rung.count(target.key), target.busy, number, target)
        for number, targets in _look_up_ladder(view)
        for target in targets
        if dialled.count(target.key) < ONE_BY_ONE_TRIES
    ]
    if not choices:
        return ()
    _, _, number, target = min(choices, key=lambda choice: choice[:3])
    left = contact.deadline - contact.elapsed(view.now)
    return (_ring(view, target, number, Via.DIAL, min(ONE_BY_ONE_TIMEOUT, left)),)


def give_up_on_calls(view: CallView) -> Decision:
    """A caller in the queue never depends on our calls: refused or unheard of, we dial instead."""
    contact = view.contact
    if not gathers(contact):
        return ()
    ours = [leg for leg in contact.legs if leg.via is Via.CALL and leg.round == contact.round]
    if any(leg.live and leg.known_to_carrier for leg in ours):
        return ()
    waiting = [view.now - leg.rung_at < ORDER_PATIENCE for leg in ours if _is_unheard_of(leg)]
    refused = any(leg.refused and leg.refused_by == "carrier" for leg in ours)
    if any(waiting) or not (waiting or refused):
        return ()
    return (view.entry(Kind.DIALLED_ONE_BY_ONE),)


def start_waves(view: CallView) -> Decision:
    """The next wave is rung at its second, or at once where nobody's phone rings any longer."""
    contact, now = view.contact, view.now
    if not gathers(contact) or contact.elapsed(now) >= contact.deadline:
        return ()
    waves = human_waves(contact)
    nobody_rings = not any(leg.live and leg.via is Via.CALL for leg in contact.legs)
    for number, wave in waves:
        if contact.last_start(number) is None:
            if contact.elapsed(now) < wave.after and not nobody_rings:
                return ()
            return _ring_wave(view, number, final=number == waves[-1][0])
    last = contact.last_start(waves[-1][0]) if waves else None
    if last and nobody_rings and now - last >= AGAIN_AFTER:
        return _ring_everybody_again(view, waves[-1][0])
    return ()


def _ring_wave(view: CallView, number: int, *, final: bool) -> Decision:
    contact = view.contact
    ladder = dict(_look_up_ladder(view))
    everybody_busy = all(target.busy for targets in ladder.values() for target in targets)
    declined = {leg.target for leg in contact.legs if leg.declined_at and leg.round == contact.round}
    chosen = [
        target
        for target in _leave_out_ringing(view, ladder[number])
        if final or ((not target.busy or everybody_busy) and target.key not in declined)
    ]
    return _ring_all(view, number, ladder[number], chosen)


def _ring_everybody_again(view: CallView, number: int) -> Decision:
    """The whole ladder is rung, since its last wave may mean nobody at all."""
    targets = {target.number: target for _, found in _look_up_ladder(view) for target in found}
    return _ring_all(view, number, targets.values(), _leave_out_ringing(view, targets.values()))


def _leave_out_ringing(view: CallView, targets: Iterable[Target]) -> list[Target]:
    ringing = {view.situation.team.number_of(leg.target) for leg in view.contact.legs if leg.live}
    return [target for target in targets if target.number not in ringing]


def _ring_all(view: CallView, number: int, targets: Iterable[Target], chosen: list[Target]) -> Decision:
    contact = view.contact
    left = contact.deadline - max(contact.elapsed(view.now), contact.waves[number].after)
    rung = [_ring(view, target, number, Via.CALL, left, n) for n, target in enumerate(chosen)]
    return (_start(view, number, targets, chosen), *rung)


def _look_up_ladder(view: CallView) -> Iterator[tuple[int, tuple[Target, ...]]]:
    for number, wave in human_waves(view.contact):
        yield number, find_targets(wave, view.contact, view.situation, view.now)


def _is_unheard_of(leg: Leg) -> bool:
    return leg.via is Via.CALL and leg.live and not leg.known_to_carrier


def _start(view: CallView, number: int, targets: Iterable[Target], chosen: Iterable[Target] = ()) -> Entry:
    ring = [target.key for target in chosen]
    busy = [target.key for target in targets if target.busy and target.key not in ring]
    return view.entry(Kind.WAVE_STARTED, wave=number, ring=ring, busy=busy)


def _ring(view: CallView, target: Target, wave: int, via: Via, seconds: float, more: int = 0) -> Entry:
    leg = str(len(view.contact.legs) + 1 + more)
    timeout = round(min(max(seconds, SHORTEST_RING), LONGEST_RING))
    detail: Detail = {"target": target.key, "via": via.value, "wave": wave, "timeout": timeout}
    return Entry(0, view.now, Kind.LEG_RUNG, leg, target.person, detail)
