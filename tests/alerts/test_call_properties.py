"""Whatever carrier and people do, in whatever order, what must always hold does."""

import random
from dataclasses import replace

from hypothesis import given, note
from hypothesis import strategies as st

from oncall.alerts.team import Caller, Ladder, Team, Wave
from oncall.contacts.fold import fold
from oncall.contacts.model import FACTS
from oncall.rota.model import Tier
from tests.alerts.erratic import ErraticCarrier
from tests.cast import KARI, KARIS_PHONE, LADDER, LIV, MOTHER, NILS, OLA, OLAS_PHONE
from tests.scenes.call import HORTEN, KNOWN_CALLER, LARVIK, NIGHT, ON_DUTY, build_team, is_settled

LADDERS = (
    LADDER,
    Ladder(False, (Wave(0, ("own_therapist",)), Wave(25, ("duty",)), Wave(60, ("everyone",)))),
    Ladder(False, (Wave(0, ("duty",)), Wave(20, ("backup",)), Wave(40, ("leader",)))),
    Ladder(False, (Wave(0, ("everyone", "number:1")), Wave(60, ("last_resort",)))),
)


@st.composite
def teams(draw: st.DrawFn) -> Team:
    """Return teams with tiers held by one person, by the same person, or by nobody."""
    tiers = {tier: draw(st.sampled_from([ON_DUTY[tier], None, KARI])) for tier in Tier}
    return build_team(
        on_duty={tier: key for tier, key in tiers.items() if key},
        ladders=(draw(st.sampled_from(LADDERS)),),
        away=draw(st.sets(st.sampled_from([KARI, OLA, LIV, NILS]), max_size=2)),
        municipalities=draw(st.sampled_from([(), (HORTEN,), (HORTEN, LARVIK)])),
        fixed_numbers={"1": "+4790000009"},
    )


callers = st.sampled_from(
    [
        KNOWN_CALLER,
        replace(KNOWN_CALLER, own_therapist=NILS),
        Caller("withheld"),
        Caller("unknown", number=MOTHER),
    ]
)
calls = st.builds(
    ErraticCarrier,
    team=teams(),
    caller=callers,
    now=st.just(NIGHT),
    busy=st.frozensets(st.sampled_from([KARI, OLA, LIV, NILS]), max_size=4),
    never=st.frozensets(st.sampled_from([KARIS_PHONE, OLAS_PHONE, MOTHER]), max_size=2),
)
choices = st.integers(0, 9999)
# left to themselves, lists are so short that a call hardly gets beyond its first phone
doings = st.lists(choices, max_size=50) | st.lists(choices, min_size=25, max_size=50)


def play(call: ErraticCarrier, doings: list[int]) -> None:
    """Let as many things happen as there are `doings`, each chosen from what may happen by then."""
    for choice in doings:
        stood = f"{(call.now - NIGHT).total_seconds():.1f} s, {call.where}, {call.contact.state}"
        note(f"{stood}: {call.act(choice)}")


@given(calls, doings, st.booleans())
def test_every_call_ends_by_itself_with_a_human_or_a_follow_up(
    call: ErraticCarrier, doings: list[int], patient: bool
) -> None:
    play(call, doings)

    call.settle(patient=patient)

    contact = call.contact
    assert is_settled(contact)
    assert contact.answered_by or contact.conversation or contact.follow_up
    assert all(phone.doing == "over" for phone in call.phones)
    assert contact.queue_closed or not contact.queue_sid
    assert not contact.engaged
    talked = {leg.id for leg in contact.legs if leg.connected}
    assert talked <= call.bridged


@given(calls, doings, st.randoms(use_true_random=False))
def test_facts_fold_alike_in_any_order_and_number(
    call: ErraticCarrier, doings: list[int], chance: random.Random
) -> None:
    play(call, doings)
    facts = [entry for entry in call.entries if entry.kind in FACTS]
    decisions = [entry for entry in call.entries if entry.kind not in FACTS]
    mixed = [*decisions, *facts, *chance.choices(facts, k=len(facts))] if facts else decisions
    chance.shuffle(mixed)

    folded = fold(call.contact.id, mixed)

    assert folded == call.contact
