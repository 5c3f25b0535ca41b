"""Gaps are told ahead, as often as agreed and no oftener, and whoever takes over is reminded."""

from datetime import timedelta

import pytest

from oncall.rostering.changing import save_edit
from oncall.rostering.edits import AddAbsence
from oncall.rostering.tell import write_text
from oncall.rostering.watch import WATCH_ROTA, plan_watch, warn_of_team, warning_of
from oncall.rota.model import Tier
from oncall.store.session import Database
from oncall.store.tables import JobRow
from tests.rostering.team import DAY, KARI, LIV, NILS, NOW, a_rotating_team, load


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


def test_whoever_takes_over_is_reminded_once(db: Database, team_id: int) -> None:
    team = load(db, team_id)
    sunday = NOW + 4 * DAY

    for _ in range(2):
        warn_of_team(db, team, sunday)

    with db.reading() as reading:
        rows = reading.conn.execute(JobRow.__table__.select().where(JobRow.kind == "tell_staff"))
        reminded = [(row.payload["person"], row.payload["tier"]) for row in rows]
    assert sorted(reminded) == [("kari", "backup"), ("ola", "duty")]


def test_every_team_is_looked_at_once_a_day(db: Database, team_id: int) -> None:
    for hour in range(3):
        plan_watch(db, NOW + timedelta(hours=hour))

    with db.reading() as reading:
        rows = reading.conn.execute(JobRow.__table__.select().where(JobRow.kind == WATCH_ROTA)).all()
    assert len(rows) == 1


def test_a_text_is_in_the_readers_language_and_holds_no_name() -> None:
    text = write_text("given", a_rotating_team(), NILS, Tier.DUTY, NOW, NOW + DAY, "https://line.example")

    assert text == (
        "You have been given duty from Wed 25 Nov 13:00 until Thu 26 Nov 13:00. "
        "See and confirm: https://line.example/shifts"
    )
