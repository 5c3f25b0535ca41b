"""Whom a wave of the ladder means."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from oncall.alerts.decide import receive
from oncall.alerts.ladder import Situation, choose_ladder, deadline_of, find_municipality, find_targets
from oncall.alerts.team import Caller, LastResort, Municipality, Role, Team
from oncall.contacts.contact import Contact, WaveSpec
from oncall.contacts.fold import fold
from oncall.contacts.model import number_entries
from oncall.rota.model import Tier
from tests.cast import KARI, KARIS_PHONE, LADDER, LINE, LIV, MIA, MIAS_PHONE, NILS, OLA, OSLO, person
from tests.scenes.call import (
    BY_DAY,
    HORTEN,
    KNOWN_CALLER,
    LARVIK,
    NIGHT,
    NIGHT_SERVICE,
    NOON,
    TEAM,
    WHOLE_STAFF,
    build_team,
)


def call(team: Team = TEAM, caller: Caller = KNOWN_CALLER, at: datetime = NIGHT) -> Contact:
    return fold("c1", number_entries([receive(team, caller, at)], after=0))


def who(target: str, situation: Situation, contact: Contact | None = None) -> list[str]:
    found = find_targets(WaveSpec(0, (target,)), contact or call(), situation, NIGHT)
    return [each.key for each in found]


def test_everyone_means_all_staff_on_call_but_never_the_administrator() -> None:
    situation = Situation(TEAM)

    found = who("everyone", situation)

    assert found == [KARI, OLA, LIV, NILS]


def test_an_administrator_who_is_a_therapist_too_belongs_to_everyone() -> None:
    both = person(MIA, MIAS_PHONE, Role.ADMINISTRATOR, Role.THERAPIST)

    found = who("everyone", Situation(build_team(staff=(*WHOLE_STAFF[:4], both))))

    assert MIA in found


def test_who_is_not_on_call_is_rung_neither_among_everyone_nor_on_duty() -> None:
    resting = person(KARI, KARIS_PHONE, on_call=False)
    situation = Situation(build_team(staff=(resting, *WHOLE_STAFF[1:])))

    found = who("everyone", situation) + who("duty", situation)

    assert KARI not in found


def test_absent_people_are_not_rung_in_any_tier() -> None:
    situation = Situation(build_team(away=[KARI, NILS]))

    found = [who("duty", situation), who("everyone", situation)]

    assert found == [[], [OLA, LIV]]


def test_a_familys_own_therapist_is_not_rung_while_absent() -> None:
    contact = call(caller=replace(KNOWN_CALLER, own_therapist=NILS))

    found = who("own_therapist", Situation(build_team(away=[NILS])), contact)

    assert found == []


def test_a_caller_without_a_case_has_no_own_therapist() -> None:
    contact = call(caller=Caller("unknown"))

    found = who("own_therapist", Situation(TEAM), contact)

    assert found == []


def test_free_people_come_before_busy_ones() -> None:
    situation = Situation(TEAM, busy=frozenset({KARI, LIV}))

    found = find_targets(WaveSpec(0, ("everyone",)), call(), situation, NIGHT)

    assert [(each.key, each.busy) for each in found] == [
        (OLA, False),
        (NILS, False),
        (KARI, True),
        (LIV, True),
    ]


def test_two_people_with_one_number_are_rung_once() -> None:
    sharing = person(OLA, KARIS_PHONE)
    situation = Situation(build_team(staff=(WHOLE_STAFF[0], sharing)))

    found = who("everyone", situation)

    assert found == [KARI]


def test_a_shared_phone_is_busy_when_either_of_its_people_is() -> None:
    sharing = person(OLA, KARIS_PHONE)
    situation = Situation(build_team(staff=(WHOLE_STAFF[0], sharing)), busy=frozenset({OLA}))

    found = find_targets(WaveSpec(0, ("duty",)), call(), situation, NIGHT)

    assert [each.busy for each in found] == [True]


def test_numbers_that_lead_back_to_the_line_are_never_rung() -> None:
    team = build_team(fixed_numbers={"1": LINE})
    situation = Situation(team, never=frozenset({KARIS_PHONE, LINE}))

    found = who("duty", situation) + who("number:1", situation)

    assert found == []


def test_a_fixed_number_is_rung_without_a_person() -> None:
    team = build_team(fixed_numbers={"1": "+4790000009"})

    found = find_targets(WaveSpec(0, ("number:1",)), call(), Situation(team), NIGHT)

    assert [(each.key, each.person, each.number) for each in found] == [("number:1", None, "+4790000009")]


def test_a_fixed_number_is_busy_with_whoever_has_that_phone() -> None:
    team = build_team(fixed_numbers={"1": KARIS_PHONE})

    found = find_targets(WaveSpec(0, ("number:1",)), call(), Situation(team, frozenset({KARI})), NIGHT)

    assert [each.busy for each in found] == [True]


def test_a_fixed_number_that_the_team_has_given_up_is_not_rung() -> None:
    found = who("number:1", Situation(TEAM))

    assert found == []


def test_a_gap_in_the_rota_means_nobody() -> None:
    team = build_team(on_duty={Tier.LEADER: LIV})

    found = who("duty", Situation(team))

    assert found == []


def test_by_day_the_daytime_ladder_holds() -> None:
    team = build_team(ladders=(LADDER, BY_DAY))

    chosen = [choose_ladder(team, at) for at in (NOON, NIGHT, NOON + timedelta(days=4))]

    assert chosen == [BY_DAY, LADDER, LADDER]  # the last is a Saturday


def test_the_deadline_is_that_of_the_last_resort() -> None:
    assert deadline_of(LADDER) == 150


def test_without_a_last_resort_the_last_wave_rings_for_a_while() -> None:
    short = replace(LADDER, waves=LADDER.waves[:3])

    assert deadline_of(short) == 45 + 75


@pytest.mark.parametrize(
    ("clock", "open_"),
    [("15:29", False), ("15:30", True), ("23:59", True), ("02:00", True), ("07:59", True), ("08:00", False)],
)
def test_hours_of_a_last_resort_may_run_over_midnight(clock: str, open_: bool) -> None:
    at = datetime.combine(date(2026, 3, 3), time.fromisoformat(clock), OSLO).astimezone(UTC)

    found = find_municipality(call(), Situation(build_team(municipalities=(LARVIK,))), at)

    assert (found is not None) == open_


@pytest.mark.parametrize(("clock", "open_"), [("07:59", False), ("08:00", True), ("15:30", False)])
def test_hours_of_a_last_resort_may_lie_within_a_day(clock: str, open_: bool) -> None:
    by_day = Municipality("Larvik", replace(NIGHT_SERVICE, opens=time(8), closes=time(15, 30)))
    at = datetime.combine(date(2026, 3, 3), time.fromisoformat(clock), OSLO).astimezone(UTC)

    found = find_municipality(call(), Situation(build_team(municipalities=(by_day,))), at)

    assert (found is not None) == open_


def test_hours_that_begin_as_they_end_are_round_the_clock() -> None:
    always = Municipality("Larvik", replace(NIGHT_SERVICE, opens=time(8), closes=time(8)))

    found = find_municipality(call(), Situation(build_team(municipalities=(always,))), NOON)

    assert found == always


def test_an_agreement_counts_from_its_day_on_in_the_teams_zone() -> None:
    agreed: LastResort = replace(NIGHT_SERVICE, agreed=date(2026, 3, 4))
    situation = Situation(build_team(municipalities=(Municipality("Larvik", agreed),)))
    midnight = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)  # 4 March begins in Oslo

    found = [find_municipality(call(), situation, at) for at in (midnight - timedelta(seconds=1), midnight)]

    assert [place is not None for place in found] == [False, True]


def test_a_case_gets_its_own_municipalitys_last_resort_and_no_other() -> None:
    situation = Situation(build_team(municipalities=(LARVIK, HORTEN)))
    in_horten = call(caller=replace(KNOWN_CALLER, municipality="Horten"))

    found = [find_municipality(contact, situation, NIGHT) for contact in (call(), in_horten)]

    assert found == [LARVIK, None]


def test_a_last_resort_that_leads_back_to_the_line_or_is_the_caller_is_none() -> None:
    situation = Situation(build_team(municipalities=(LARVIK,)), never=frozenset({NIGHT_SERVICE.number}))

    assert find_municipality(call(), situation, NIGHT) is None


def test_an_unknown_caller_gets_the_first_last_resort_in_force() -> None:
    situation = Situation(build_team(municipalities=(HORTEN, LARVIK)))

    found = find_municipality(call(caller=Caller("withheld")), situation, NIGHT)

    assert found == LARVIK
