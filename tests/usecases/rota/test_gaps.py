"""Gaps are told ahead, as often as agreed and no oftener, and whoever takes over is reminded."""

from datetime import UTC, datetime, timedelta

import pytest

from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText, describe_shift
from oncall.rota.model import Tier
from oncall.store.rota.requests import confirm
from oncall.store.session import Database
from oncall.store.tables.jobs import JobRow
from oncall.usecases.rota.confirmations import ask_again_at, request_confirmation_again
from oncall.usecases.rota.edits import AddAbsence, ChangeShift
from oncall.usecases.rota.gaps import WATCH_ROTA, plan_watch, warn_of_team, warning_of
from oncall.usecases.rota.phone_tests import by_day
from oncall.usecases.rota.saving import save_edit
from tests.cast import KARI, LIV, NILS
from tests.scenes.rotating_team import DAY, NOW, a_rotating_team, load


def hours_told(db: Database, what: str, person: str | None = None) -> set[tuple[datetime, datetime]]:
    with db.reading() as reading:
        rows = reading.conn.execute(JobRow.__table__.select().where(JobRow.kind == "tell_staff")).all()
    said = [row.payload for row in rows if row.payload["what"] == what]
    return {
        (datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))
        for one in said
        if person in (None, one["person"])
    }


def gap_warnings(db: Database) -> int:
    with db.reading() as reading:
        rows = reading.conn.execute(JobRow.__table__.select().where(JobRow.kind == "tell_staff"))
        return sum(row.payload["what"] == "gap" for row in rows)


@pytest.mark.parametrize(
    ("days", "name"),
    [(40, "28"), (27.5, "28"), (14.1, "28"), (14, "14"), (8, "14"), (7, "7"), (2.5, "7")],
)
def test_each_warning_comes_once_as_the_gap_draws_near(days: float, name: str) -> None:
    assert warning_of(NOW + timedelta(days=days), NOW) == name


def test_from_two_days_on_there_is_a_warning_a_day() -> None:
    gap = NOW + 2 * DAY

    names = {warning_of(gap, NOW + timedelta(hours=12 * n)) for n in range(6)}

    assert len(names) == 4  # of the days on which it was looked at


def test_a_gap_is_told_at_28_14_7_and_2_days_and_then_daily(db: Database, team_id: int) -> None:
    start = NOW + timedelta(days=30)
    away = AddAbsence(KARI, start, start + timedelta(days=60))
    saved = save_edit(db, team_id, away, actor="liv", now=NOW, fallback=LIV)
    first_gap = saved.consequences.gaps[0].start
    seen = []

    for days_ahead in (29, 28, 27, 20, 14, 13, 7, 5, 2, 1):
        warn_of_team(db, load(db, team_id), first_gap - timedelta(days=days_ahead))
        with db.reading() as reading:
            rows = reading.conn.execute(JobRow.__table__.select().where(JobRow.kind == "tell_staff"))
            told = {
                row.key for row in rows
                if row.payload["what"] == "gap" and row.payload["start"] == first_gap.isoformat()
                and row.payload["tier"] == "duty"
            }  # fmt: skip
        seen.append(len(told))

    assert seen == [0, 1, 1, 1, 2, 2, 3, 3, 4, 5]


def test_a_gap_is_told_to_its_end_however_far_ahead_was_looked(db: Database, team_id: int) -> None:
    away = AddAbsence(KARI, NOW + timedelta(days=30), NOW + timedelta(days=90))
    gap = save_edit(db, team_id, away, actor="liv", now=NOW, fallback=LIV).consequences.gaps[0]

    warn_of_team(db, load(db, team_id), gap.start - timedelta(days=28))

    assert hours_told(db, "gap") == {(gap.start, gap.end)}


def test_whoever_takes_over_is_reminded_and_told_in_the_moment_once(db: Database, team_id: int) -> None:
    team = load(db, team_id)
    sunday = NOW + 4 * DAY

    for _ in range(2):
        warn_of_team(db, team, sunday)

    handover = datetime(2026, 11, 30, 7, tzinfo=UTC)
    before, after = handover - timedelta(hours=12), handover - timedelta(minutes=30)
    assert planned(db, "begins") == [("kari", "backup", before), ("ola", "duty", before)]
    assert planned(db, "now") == [("kari", "backup", handover), ("ola", "duty", handover)]
    assert planned(db, "ends") == [("kari", "duty", after)]


def planned(db: Database, what: str) -> list[tuple[str, str, datetime]]:
    with db.reading() as reading:
        rows = reading.conn.execute(JobRow.__table__.select().where(JobRow.kind == "tell_staff")).all()
    told = [row for row in rows if row.payload["what"] == what]
    return sorted((row.payload["person"], row.payload["tier"], row.due_at) for row in told)


def test_whoever_begins_hears_who_backs_them_up_and_who_leads() -> None:
    begun = ShiftText(wording.NOW, KARI, Tier.DUTY, NOW, NOW + DAY)

    text = describe_shift(begun, a_rotating_team(), "https://line.example")

    assert text.startswith("Du har vakt nå, til tor. 26. nov. 13:00. Bakvakt: Ola")
    assert "Leder: Liv" in text


# ---------------------------------------------------------------------------- phones and promises


def test_a_phone_that_nobody_has_seen_work_is_asked_about_and_the_leader_knows(
    db: Database, team_id: int
) -> None:
    team = load(db, team_id)

    warn_of_team(db, team, NOW)

    asked = {person for person, *_ in planned(db, "verify")}
    assert {"kari", "ola", "liv"} == asked
    assert [tier for person, tier, _ in planned(db, "unverified") if person == "liv"] == ["backup", "duty"]


def test_whoever_has_duty_with_an_untried_phone_reads_the_hours_of_the_whole_shift(
    db: Database, team_id: int
) -> None:
    warn_of_team(db, load(db, team_id), NOW)

    monday = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert hours_told(db, "verify", "kari") == {(monday, monday + 7 * DAY)}


def test_nobody_is_woken_because_of_an_untried_phone() -> None:
    zone = a_rotating_team().zone
    night, noon = datetime(2026, 11, 26, 1, tzinfo=UTC), datetime(2026, 11, 26, 12, tzinfo=UTC)

    assert by_day(night, zone) == datetime(2026, 11, 26, 7, tzinfo=UTC)
    assert by_day(noon, zone) == noon


def test_an_unconfirmed_change_is_asked_about_until_it_is_confirmed_and_the_leader_is_told(
    db: Database, team_id: int
) -> None:
    start = NOW + DAY
    saved = save_edit(db, team_id, ChangeShift(Tier.DUTY, start, start + DAY, NILS), actor="kari", now=NOW)
    which = (db, saved.team, (LIV,), Tier.DUTY, start, NILS)

    for nth in (1, 2, 2, 3):
        request_confirmation_again(*which, nth, NOW, NOW + timedelta(hours=nth))
    with db.writing(team_id) as writing:
        confirm(writing, Tier.DUTY, start, NILS, NOW + timedelta(hours=4))
    request_confirmation_again(*which, 4, NOW, NOW + timedelta(hours=5))

    assert len(planned(db, "chase")) == 3
    assert [person for person, *_ in planned(db, "unconfirmed")] == ["liv", "liv"]


def test_the_nearer_the_shift_the_sooner_it_is_asked_about_again() -> None:
    team, minute = a_rotating_team(), timedelta(minutes=1)
    evening = datetime(2026, 11, 26, 20, 30, tzinfo=UTC)  # 21:30 in Oslo

    assert ask_again_at(team, NOW + 40 * minute, NOW) == NOW + 10 * minute
    assert ask_again_at(team, NOW + 8 * 60 * minute, NOW) == NOW + 120 * minute
    assert ask_again_at(team, evening + 36 * 60 * minute, evening) == datetime(2026, 11, 27, 6, tzinfo=UTC)
    assert ask_again_at(team, evening + 120 * minute, evening) == evening + 30 * minute, "by night if it must"


def test_every_team_is_looked_at_once_a_day(db: Database, team_id: int) -> None:
    for hour in range(3):
        plan_watch(db, NOW + timedelta(hours=hour))

    with db.reading() as reading:
        rows = reading.conn.execute(JobRow.__table__.select().where(JobRow.kind == WATCH_ROTA)).all()
    assert len(rows) == 1


def test_a_text_is_in_the_readers_language_and_holds_no_name() -> None:
    given = ShiftText(wording.GIVEN, NILS, Tier.DUTY, NOW, NOW + DAY)

    text = describe_shift(given, a_rotating_team(), "https://line.example")

    assert text == (
        "You have been given duty from Wed 25 Nov 13:00 until Thu 26 Nov 13:00. "
        "See and confirm: https://line.example/shifts"
    )
