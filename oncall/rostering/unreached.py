"""Has what staff were told about their duty arrived, and who must know where it has not?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from oncall.monitoring import alert_operator
from oncall.rostering.staff_texts import tell
from oncall.rostering.watch import alert_recipients
from oncall.rota.model import PersonId, Tier
from oncall.store.journal import Note, append_notes, read_notes
from oncall.store.outbox import NewJob, put
from oncall.store.session import Database, team_chain
from oncall.store.teams import current_team

STAFF_TOLD = "staff_told"  # what, tier, start, end, about
TEXT_LOST = "staff_text_lost"
LOST = frozenset({"undelivered", "failed"})


def note_told(db: Database, team_id: int, said: Mapping[str, Any], now: datetime) -> int:
    """Return the entry which says that somebody is told by text about their duty."""
    with db.writing(team_id) as writing:
        detail = {name: said.get(name, "") for name in ("what", "tier", "start", "end", "about")}
        (note,) = append_notes(writing, [Note(now, STAFF_TOLD, str(said["person"]), detail)])
        return note.seq


def hear_of_text(db: Database, team_id: int, note_seq: int, status: str, now: datetime) -> None:
    """Where a text about duty did not arrive, those who lead will know; heard again, nothing is added.

    Raises UnknownTeam.
    """
    if status in LOST:
        job = NewJob(f"{TEXT_LOST}:{team_id}:{note_seq}", TEXT_LOST, team_id, None, now, {"note": note_seq})
        with db.writing(team_id) as writing:
            put(writing, [job], now)


def tell_of_lost_text(db: Database, team_id: int, note_seq: int, now: datetime) -> None:
    """Those who lead know whom a text about duty has not reached."""
    with db.writing(team_id) as writing:
        told = read_notes(writing, team_chain(team_id), note_seq - 1, 1)
        if not told or told[0].seq != note_seq or told[0].kind != STAFF_TOLD:
            return
        person, said = PersonId(told[0].actor or ""), told[0].detail
        leaders = [one for one in alert_recipients(current_team(writing)) if one != person]
        if not leaders or said["what"] == "unreached":
            alert_operator("staff_text_undelivered", team=current_team(writing).slug)
        start, end = (datetime.fromisoformat(str(said[name])) for name in ("start", "end"))
        for leader in leaders if said["what"] != "unreached" else ():
            about = (Tier(str(said["tier"])), start, end, now, now, f"{note_seq}")
            tell(writing, current_team(writing), "unreached", leader, *about, about=person)
