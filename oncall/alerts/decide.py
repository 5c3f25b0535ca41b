"""Decide everything that is due in a call now, one rule after another, until no rule applies."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from oncall.alerts.call_view import CallView, Decision
from oncall.alerts.claims import BRIDGE_PATIENCE, judge_claims, release_legs, withdraw_lost_claim
from oncall.alerts.ladder import Situation, choose_ladder, deadline_of, find_municipality
from oncall.alerts.team import Caller, Team, describe_caller
from oncall.alerts.waves import find_moments, give_up_on_calls, keep_trying, ring_first, start_waves
from oncall.contacts.contact import CallerPlace, Contact, FollowUp, Via
from oncall.contacts.fold import fold
from oncall.contacts.model import Detail, Entry, Kind, number_entries

# A caller may hang up before the carrier has told of a bridge in their <Dial>; it soon will.
WORD_OF_A_BRIDGE = timedelta(seconds=10)

# Far more than any call needs. The team's line is locked meanwhile, so an endless decision would close it;
# an exception leads to the team's static number.
MOST_DECISIONS = 200


class EndlessDecision(Exception):
    """The rules found something new to decide again and again."""


_PLACING = frozenset(
    {
        Kind.QUEUED,
        Kind.LAST_RESORT_OFFERED,
        Kind.LAST_RESORT_RUNG,
        Kind.TEAM_ALERTED,
        Kind.CUT_OFF_OFFERED,
    }
)


def receive(team: Team, caller: Caller, at: datetime) -> Entry:
    """Return the entry that begins a call, not yet numbered; it stores the ladder, never a phone number."""
    ladder = choose_ladder(team, at)
    detail: Detail = {
        **describe_caller(caller, team),
        "waves": [{"after": wave.after, "targets": list(wave.targets)} for wave in ladder.waves],
        "deadline": deadline_of(ladder),
    }
    return Entry(0, at, Kind.CALL_RECEIVED, detail=detail, event_key="incoming")


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
    about that is among them, unless the caller has gone or has been told that the team is alerted.
    Raises EndlessDecision.
    """
    return settle(contact_id, entries, situation, now, asked=asked, after=after)[0]


def settle(
    contact_id: str,
    entries: Sequence[Entry],
    situation: Situation,
    now: datetime,
    *,
    asked: bool = False,
    after: int = 0,
) -> tuple[tuple[Entry, ...], Contact]:
    """`decide`, and the contact as it stands after the decisions."""
    decided: list[Entry] = []
    for _ in range(MOST_DECISIONS):
        contact = fold(contact_id, (*entries, *decided))
        view = CallView(contact, situation, now, asked)
        rules = _RULES_WHEN_ASKED if asked and not _is_placed(decided) else _RULES
        drafts = next((found for rule in rules if (found := rule(view))), ())
        if not drafts:
            return tuple(decided), contact
        decided += number_entries(drafts, max(after, contact.last_seq))
    raise EndlessDecision(contact_id)


def due(contact: Contact, now: datetime) -> datetime | None:
    """Return the next instant at which a decision may fall due by itself, or None."""
    moments = list(find_moments(contact))
    leg = contact.joining
    if leg and leg.via is Via.CALL and not contact.over:
        moments.append(leg.taken_at + BRIDGE_PATIENCE)
    if leg and leg.via is Via.DIAL and contact.caller_gone_at:
        moments.append(contact.caller_gone_at + WORD_OF_A_BRIDGE)
    return min((moment for moment in moments if moment > now), default=None)


def _is_placed(decided: Iterable[Entry]) -> bool:
    return any(
        entry.kind in _PLACING or (entry.kind is Kind.LEG_RUNG and entry.detail["via"] == Via.DIAL)
        for entry in decided
    )


def _settle_follow_up(view: CallView) -> Decision:
    """Whoever spoke with a caller who had been missed before has come back to the family."""
    contact = view.contact
    if contact.follow_up is not FollowUp.WAITING or not contact.named_this_round:
        return ()
    return (view.entry(Kind.ACKNOWLEDGED, contact.conversation, by="talk"),)


def _open_follow_up(view: CallView) -> Decision:
    """A call that is over leaves no family without a named human or a follow-up."""
    contact = view.contact
    opened = contact.follow_up_round >= contact.first_round
    if not contact.over or contact.named_this_round or opened or _may_have_talked(view):
        return ()
    handed_over = contact.handed_over_at or contact.answered_this_round  # to nobody whose name is known
    why = "handed_over" if handed_over else "hung_up" if contact.caller_gone_at else "nobody"
    return (view.entry(Kind.FOLLOW_UP_OPENED, why=why),)


def _may_have_talked(view: CallView) -> bool:
    leg, gone = view.contact.joining, view.contact.caller_gone_at
    if leg is None or gone is None or leg.via is Via.CALL or view.asked:
        return False
    return view.now - gone < WORD_OF_A_BRIDGE


def _close_queue(view: CallView) -> Decision:
    """A call that is over leaves no queue behind."""
    contact = view.contact
    left = contact.caller_gone_at or contact.place is CallerPlace.TOLD
    if left and contact.queued_at and not contact.queue_closed:
        return (view.entry(Kind.QUEUE_CLOSED),)
    return ()


def _place_caller(view: CallView) -> Decision:
    """The carrier asks what the caller shall hear next."""
    contact, now = view.contact, view.now
    if contact.caller_gone_at or contact.place is CallerPlace.TOLD:
        return ()
    if contact.joining:
        return (view.entry(Kind.QUEUED),)  # whoever has pressed 1 takes the caller from there
    if _has_spoken(contact):
        return (view.entry(Kind.CUT_OFF_OFFERED),)
    if contact.place is CallerPlace.PASSED_ON or contact.declined_last_resort:
        return _announce_alerted(view)
    if contact.place is CallerPlace.OFFERED:
        return (view.entry(Kind.LAST_RESORT_RUNG),)
    if contact.elapsed(now) < contact.deadline:
        tried = ring_first(view) if contact.place is CallerPlace.ARRIVED else keep_trying(view)
        if tried:
            return tried
    municipality = find_municipality(contact, view.situation, now)
    if municipality is None:
        return _announce_alerted(view)
    return (view.entry(Kind.LAST_RESORT_OFFERED, municipality=municipality.name),)


def _announce_alerted(view: CallView) -> Decision:
    """The ladder is at its end. The follow-up opens now, whether or not a message is left after it."""
    promise = view.contact.may_call
    if view.situation.team.voicemail:
        return (view.entry(Kind.TEAM_ALERTED, promise=promise, voicemail=True),)
    return (view.entry(Kind.TEAM_ALERTED, promise=promise),)


def _has_spoken(contact: Contact) -> bool:
    if contact.answered_this_round or contact.place is CallerPlace.CUT_OFF:
        return True
    if contact.place is CallerPlace.DIALLED:  # the carrier bridged them, though no 1 has reached us
        leg = contact.leg(contact.dialled or "")
        return leg is not None and leg.bridged_at is not None
    return contact.place is CallerPlace.PASSED_ON and contact.handed_over_at is not None


_Rule = Callable[[CallView], Decision]
_BEFORE: tuple[_Rule, ...] = (judge_claims, withdraw_lost_claim, release_legs)
_AFTER: tuple[_Rule, ...] = (_settle_follow_up, _open_follow_up, _close_queue, give_up_on_calls, start_waves)
_RULES = (*_BEFORE, *_AFTER)
_RULES_WHEN_ASKED = (*_BEFORE, _place_caller, *_AFTER)
