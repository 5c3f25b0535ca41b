"""Who is told that a brief has grown old, when, and in which words."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from oncall.alerts.team import Team
from oncall.contacts.brief import Brief
from oncall.contacts.case import Case, Phase
from oncall.store.families.cases import load_cases
from oncall.store.families.history import add_revision, note_changes
from oncall.store.families.saving import save_case
from oncall.store.session import Database
from oncall.store.tables.jobs import JobRow
from oncall.store.team.teams import read_team
from oncall.usecases.families.brief_watch import (
    BRIEF_TEXT,
    plan_brief_watch,
    warn_of_briefs,
    write_brief_text,
)
from tests.cast import KARI
from tests.scenes.stored import NOW, a_case, store_team

NINE = datetime.fromisoformat("2026-11-21T09:00:00+01:00")  # the morning of NOW


@pytest.fixture
def team(db: Database) -> Team:
    """A team with one family, whose brief Kari wrote at NOW."""
    team_id = store_team(db, cases=[a_case()])
    with db.writing(team_id) as writing:
        add_revision(writing, load_cases(writing, team_id)[0].id, Brief(risks="Rus"), "kari", NOW)
        return read_team(writing, team_id)


def the_case(db: Database, team: Team) -> Case:
    with db.reading() as reading:
        return load_cases(reading, team.id)[0]


def told(db: Database, team: Team, now: datetime) -> list[tuple[str, datetime]]:
    """Whom a look at that moment has told, and for when."""
    warn_of_briefs(db, team, now)
    with db.reading() as reading:
        rows = reading.conn.execute(select(JobRow.payload, JobRow.due_at).where(JobRow.kind == BRIEF_TEXT))
        return sorted((row.payload["person"], row.due_at) for row in rows)


def test_a_fresh_brief_is_left_in_peace(db: Database, team: Team) -> None:
    assert told(db, team, NOW + timedelta(days=7)) == []


def test_after_seven_days_the_own_therapist_is_told_by_day_and_after_nine_the_leader(
    db: Database, team: Team
) -> None:
    eighth = told(db, team, NOW + timedelta(days=8))
    again = told(db, team, NOW + timedelta(days=8, hours=20))
    tenth = told(db, team, NOW + timedelta(days=10))

    assert eighth == again == [("kari", NINE + timedelta(days=8))]
    assert tenth == [*eighth, ("liv", NINE + timedelta(days=10))]


def test_who_does_nothing_is_told_again_after_a_week(db: Database, team: Team) -> None:
    told(db, team, NOW + timedelta(days=8))

    assert [person for person, _ in told(db, team, NOW + timedelta(days=15))] == ["kari", "kari", "liv"]


def test_a_family_that_never_had_a_brief_counts_from_its_first_day(db: Database) -> None:
    team_id = store_team(db, cases=[replace(a_case(), started_on=date(2026, 11, 1))])
    with db.reading() as reading:
        team = read_team(reading, team_id)

    assert [person for person, _ in told(db, team, NOW)] == ["kari", "liv"]


def test_a_family_without_a_first_day_counts_from_when_its_case_became_known(db: Database) -> None:
    team_id = store_team(db, cases=[a_case()])
    with db.writing(team_id) as writing:
        case = load_cases(writing, team_id)[0]
        note_changes(writing, None, case, "kari", NOW)
        team = read_team(writing, team_id)

    assert told(db, team, NOW + timedelta(days=7)) == []
    assert [person for person, _ in told(db, team, NOW + timedelta(days=8))] == ["kari"]
    with db.reading() as reading:
        text = write_brief_text(reading, team, case.id, KARI, NOW.isoformat(), "https://line.example")
    assert text is not None


def test_nobody_is_told_of_a_closed_case(db: Database, team: Team) -> None:
    with db.writing(team.id) as writing:
        save_case(writing, replace(the_case(db, team), phase=Phase.CLOSED))

    assert told(db, team, NOW + timedelta(days=30)) == []


def test_the_text_holds_label_and_link_alone_and_is_not_sent_once_the_brief_is_fresh(
    db: Database, team: Team
) -> None:
    case = the_case(db, team)

    with db.reading() as reading:
        text = write_brief_text(reading, team, case.id, KARI, NOW.isoformat(), "https://line.example")
    with db.writing(team.id) as writing:
        add_revision(writing, case.id, Brief(risks="Rus"), "liv", NOW + timedelta(days=8), reviewed_only=True)
        late = write_brief_text(writing, team, case.id, KARI, NOW.isoformat(), "https://line.example")

    link = f"https://line.example/cases/{case.id}/brief"
    assert text == f"Vaktarket for V-014 er ikke gjennomgått på over 7 dager. Se over det: {link}"
    assert late is None


def test_each_team_is_looked_at_once_a_day(db: Database, team: Team) -> None:
    for hours in (0, 1, 2, 30):
        plan_brief_watch(db, NOW + timedelta(hours=hours))

    with db.reading() as reading:
        assert len(reading.conn.execute(select(JobRow.key)).all()) == 2
