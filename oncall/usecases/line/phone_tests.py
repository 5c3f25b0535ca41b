"""What is asked and heard while the phone of a staff member is tried by call and by text."""

from datetime import datetime

from oncall.alerts.team import Person, Team
from oncall.store.rota.phone_tests import NOT_PRESSED, PRESSED, note_call, note_text, tested_by
from oncall.store.session import Database
from oncall.store.team.teams import read_team


def find_tested(db: Database, team_id: int, token: str) -> tuple[Team, Person] | None:
    """Return the team and whose phone the test of this token tries; None for one that is over."""
    with db.reading() as reading:
        key = tested_by(reading, team_id, token)
        team = read_team(reading, team_id) if key else None
    person = team.people.get(key) if team and key else None
    return (team, person) if team and person else None


def confirm_call(db: Database, team_id: int, token: str, now: datetime) -> None:
    """Record that 1 was pressed: the phone rings, and its owner hears us. Raises UnknownTeam."""
    with db.writing(team_id) as writing:
        note_call(writing, token, PRESSED, now)


def record_call_end(db: Database, team_id: int, token: str, status: str, now: datetime) -> None:
    """Record how the test call ended, in the carrier's word. Raises UnknownTeam.

    Completed without a 1 means that a voicemail or nobody has listened.
    """
    with db.writing(team_id) as writing:
        note_call(writing, token, NOT_PRESSED if status == "completed" else status, now)


def record_text_status(db: Database, team_id: int, token: str, status: str, now: datetime) -> None:
    """Record how far the test text got, in the carrier's word. Raises UnknownTeam."""
    with db.writing(team_id) as writing:
        note_text(writing, token, status, now)
