"""Follow up the texts to staff about their shifts: leaders hear of those that did not arrive."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText
from oncall.contacts import statuses
from oncall.monitoring import alert_operator
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.journal.entries import Note, append_notes, read_notes
from oncall.store.session import Database, team_chain
from oncall.store.team.teams import current_team
from oncall.usecases.rota.gaps import alert_recipients
from oncall.usecases.rota.texts.staff_texts import queue_staff_text, read_staff_text

STAFF_TOLD = "staff_told"  # what, tier, start, end, about
TEXT_LOST = "staff_text_lost"


def record_staff_text(db: Database, team_id: int, payload: Mapping[str, Any], now: datetime) -> int:
    """Write into the journal that somebody is texted about their duty; return the entry's number."""
    with db.writing(team_id) as writing:
        detail = {name: payload.get(name, "") for name in ("what", "tier", "start", "end", "about")}
        (note,) = append_notes(writing, [Note(now, STAFF_TOLD, str(payload["person"]), detail)])
        return note.seq


def hear_of_text(db: Database, team_id: int, note_seq: int, status: str, now: datetime) -> None:
    """Where a text about duty did not arrive, those who lead will know; heard again, nothing is added.

    Raises UnknownTeam.
    """
    if status in statuses.TEXT_LOST:
        job = NewJob(f"{TEXT_LOST}:{team_id}:{note_seq}", TEXT_LOST, team_id, None, now, {"note": note_seq})
        with db.writing(team_id) as writing:
            put(writing, [job], now)


def queue_lost_text_alerts(db: Database, team_id: int, note_seq: int, now: datetime) -> None:
    """Text the leaders whom a text about duty has not reached."""
    with db.writing(team_id) as writing:
        told = read_notes(writing, team_chain(team_id), note_seq - 1, 1)
        if not told or told[0].seq != note_seq or told[0].kind != STAFF_TOLD:
            return
        team, lost = current_team(writing), read_staff_text({**told[0].detail, "person": told[0].actor or ""})
        leaders = [one for one in alert_recipients(team) if one != lost.reader]
        of_another = lost.sentence == wording.UNREACHED
        if not leaders or of_another:
            alert_operator("staff_text_undelivered", team=team.slug)
        for leader in () if of_another else leaders:
            text = ShiftText(wording.UNREACHED, leader, lost.tier, lost.start, lost.end, about=lost.reader)
            queue_staff_text(writing, team, text, now, now, f"{note_seq}")
