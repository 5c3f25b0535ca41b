"""What must hold of every call, however it came about."""

from datetime import datetime, timedelta

from oncall.alerts.decide import decide, due
from oncall.alerts.ladder import Situation
from oncall.alerts.steps import (
    BridgeLeg,
    HangUp,
    JoinCaller,
    LeaveQueue,
    Screen,
    for_caller,
    for_leg,
    for_waiting,
)
from oncall.contacts.contact import Contact, FollowUp, Leg, Via
from oncall.contacts.model import Entry, Kind, State

MOMENT = timedelta(milliseconds=5)


def check_contact(contact: Contact, entries: list[Entry], situation: Situation, now: datetime) -> None:
    """Raise AssertionError where a call, however it came about, breaks an invariant."""
    assert decide(contact.id, entries, situation, now) == (), "deciding again decides anew"
    wake = due(contact, now)
    meanwhile = wake - MOMENT if wake else now + timedelta(hours=1)
    if meanwhile > now:
        assert decide(contact.id, entries, situation, meanwhile) == (), "no timer is set for what falls due"
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    steps = {leg.id: for_leg(contact, leg) for leg in contact.legs}
    assert sum(isinstance(step, BridgeLeg | JoinCaller) for step in steps.values()) <= 1, (
        "two people are let through"
    )
    granted = [entry.detail["round"] for entry in entries if entry.kind is Kind.CLAIM_GRANTED]
    assert len(granted) == len(set(granted)), "a claim was granted twice in a round"
    for leg in contact.legs:
        _check_leg(contact, leg, situation)
        if leg.released_at:
            assert not isinstance(steps[leg.id], Screen | BridgeLeg | JoinCaller), (
                "one who was let go is let through"
            )
    if contact.joining and not contact.over:
        assert not isinstance(for_waiting(contact, now), LeaveQueue), "the winner finds nobody"
        waits_for_dial = contact.joining.via is Via.DIAL
        assert waits_for_dial or due(contact, now), "a claim that nothing will ever withdraw"
    if contact.over and not due(contact, now):
        human = contact.named_this_round or contact.follow_up is not None
        assert human, "a call is over without a named human or a follow-up"
        assert contact.named_this_round or contact.follow_up_round >= contact.first_round
        assert contact.named_this_round <= (contact.follow_up is not FollowUp.WAITING)
    if contact.state is State.CONNECTED:
        assert contact.conversation is not None
        assert contact.conversation.accepted_at
        assert contact.conversation.bridged_at
    if contact.caller_gone_at:
        assert isinstance(for_caller(contact), HangUp)


def _check_leg(contact: Contact, leg: Leg, situation: Situation) -> None:
    team = situation.team
    assert team.number_of(leg.target) not in situation.never, "a number is rung that leads back"
    assert leg.person is None or team.people[leg.person].on_call
    assert not leg.claim_round or leg.accepted_at, "a claim without a human"
    assert not (leg.claim_round and leg.claim_refused)
    assert contact.claim is not leg or leg.claim_round == contact.round
