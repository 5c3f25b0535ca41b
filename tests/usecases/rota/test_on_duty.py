"""Who is on duty, and where a rota falls short."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from oncall.rota.model import Tier
from oncall.usecases.rota.daily_check import RotaFinding, Shortcoming, check_rota, explain_finding
from oncall.usecases.rota.on_duty import OnDuty, who_is_on
from tests.cast import KARI, LIV, OLA
from tests.scenes.written_team import ABSENCE, DAY, NOW, VESTFOLD, written

# --------------------------------------------------------------------------------------- who is on


def test_each_tier_is_held_by_somebody_until_a_handover() -> None:
    team = written()

    monday = datetime(2026, 11, 30, 7, tzinfo=UTC)
    assert who_is_on(team, NOW) == (
        OnDuty(Tier.DUTY, KARI, monday),
        OnDuty(Tier.BACKUP, OLA, monday),
        OnDuty(Tier.LEADER, LIV, None),
    )


def test_a_team_without_rotas_has_nobody_on_duty() -> None:
    team = replace(written(), rotas={})

    assert [held.person for held in who_is_on(team, NOW)] == [None, None, None]


def check(text: str, now: datetime = NOW) -> tuple[RotaFinding, ...]:
    return check_rota(written(text), now)


# ------------------------------------------------------------------------- where a rota falls short


def test_a_rota_that_is_covered_has_no_findings() -> None:
    assert check(VESTFOLD) == ()


def test_a_gap_within_the_horizon_is_found() -> None:
    absence = ABSENCE.replace("kari", "liv").replace("2027-01-01", "2026-12-02")
    start, end = datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, 23, tzinfo=UTC)

    assert check(VESTFOLD + absence) == (RotaFinding(Shortcoming.GAP, Tier.LEADER, start, end),)


def test_a_gap_beyond_the_horizon_is_not_yet_found() -> None:
    absence = ABSENCE.replace("kari", "liv").replace("2026-12-01", "2026-12-24")

    assert check(VESTFOLD + absence) == ()
    assert len(check(VESTFOLD + absence, NOW + 2 * DAY)) == 1


def test_a_tier_without_anybody_is_one_finding_and_not_a_gap() -> None:
    findings = check(VESTFOLD.replace('tier = "backup"', 'tier = "duty"'))

    assert findings == (RotaFinding(Shortcoming.EMPTY_TIER, Tier.BACKUP),)


def test_a_backup_who_is_on_duty_is_no_backup() -> None:
    same = VESTFOLD.replace('participants = ["ola", "kari"]', 'participants = ["ola"]')
    monday = datetime(2026, 11, 30, 7, tzinfo=UTC)

    findings = check(same)

    assert findings[0] == RotaFinding(Shortcoming.DOUBLE, Tier.BACKUP, monday, monday + 7 * DAY, OLA)


def test_somebody_in_the_rota_who_is_never_rung_is_found() -> None:
    resting = VESTFOLD.replace('roles = ["leader"]', 'roles = ["leader"]\non_call = false')

    assert check(resting) == (RotaFinding(Shortcoming.NOT_ON_CALL, Tier.LEADER, NOW, NOW + 28 * DAY, LIV),)


def test_somebody_in_the_rota_who_has_left_is_found() -> None:
    team = written()
    without = {key: person for key, person in team.people.items() if key != LIV}

    findings = check_rota(replace(team, people=without), NOW)

    assert findings == (RotaFinding(Shortcoming.NOT_IN_TEAM, Tier.LEADER, NOW, NOW + 28 * DAY, LIV),)


def test_a_team_in_which_nobody_is_on_call_is_found_first() -> None:
    findings = check(VESTFOLD.replace("roles =", "on_call = false\nroles ="))

    assert findings[0] == RotaFinding(Shortcoming.NOBODY_ON_CALL)


def test_a_team_without_rotas_has_three_empty_tiers() -> None:
    findings = check_rota(replace(written(), rotas={}), NOW)

    assert [(one.what, one.tier) for one in findings] == [(Shortcoming.EMPTY_TIER, tier) for tier in Tier]


@pytest.mark.parametrize("what", Shortcoming)
def test_every_finding_reads_as_a_sentence_in_the_team_s_own_time(what: Shortcoming) -> None:
    finding = RotaFinding(what, Tier.BACKUP, NOW, NOW + DAY, KARI)

    sentence = explain_finding(finding, written())

    timed = what not in (Shortcoming.NOBODY_ON_CALL, Shortcoming.EMPTY_TIER)
    assert ("from Wed 2026-11-25 13:00 until Thu 2026-11-26 13:00" in sentence) == timed
