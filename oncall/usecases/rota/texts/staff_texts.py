"""Queue the texts that tell staff of their shifts: changed, coming up, or lacking somebody.

What is said is decided when a text is queued; its words are written when it is sent, in the language
of its reader.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from oncall.alerts.team import Team
from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText
from oncall.rota.consequences import DutyChange
from oncall.rota.model import PersonId, Tier
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.session import Transaction, Writing

STAFF_TEXT = "tell_staff"  # the kind of jobs that are stored already: not to be renamed

MOST_AT_ONCE = 3  # texts for one person about one edit: a new layer changes a year of shifts


def queue_staff_text(
    transaction: Transaction, team: Team, text: ShiftText, due_at: datetime, now: datetime, once: str
) -> None:
    """Send the text at `due_at`, if its reader is in the team.

    Queued twice with the same `once`, it is sent once.
    """
    if text.reader not in team.people:
        return
    payload = {
        "what": text.sentence.key,
        "person": text.reader,
        "tier": text.tier.value,
        "start": text.start.isoformat(),
        "end": text.end.isoformat(),
        "about": text.about or "",
    }
    which = f"{text.sentence.key}:{text.reader}:{text.tier}:{text.start.timestamp():.0f}:{once}"
    job = NewJob(f"{STAFF_TEXT}:{team.id}:{which}", STAFF_TEXT, team.id, None, due_at, payload)
    put(transaction, [job], now)


def read_staff_text(payload: Mapping[str, Any]) -> ShiftText:
    """Return the text that a job carries."""
    return ShiftText(
        wording.text_of(str(payload["what"])),
        PersonId(str(payload["person"])),
        Tier(str(payload["tier"])),
        datetime.fromisoformat(str(payload["start"])),
        datetime.fromisoformat(str(payload["end"])),
        PersonId(str(payload.get("about", ""))) or None,
    )


def queue_change_texts(
    writing: Writing, team: Team, changes: Sequence[DutyChange], actor: str, now: datetime
) -> None:
    """Text everybody whose duty has changed at once, except the person who made the change."""
    once = f"v{team.version + 1}"
    count: dict[PersonId, int] = {}
    for one in changes:
        given = wording.GIVEN if one.start > now else wording.NOW
        for sentence, person in ((wording.TAKEN, one.before), (given, one.after)):
            if person is None or person == actor:
                continue
            count[person] = count.get(person, 0) + 1
            if count[person] <= MOST_AT_ONCE:
                text = ShiftText(sentence, person, one.tier, one.start, one.end)
                queue_staff_text(writing, team, text, now, now, once)


def queue_fallback_texts(
    writing: Writing, team: Team, unmanned: Sequence[DutyChange], fallback: PersonId, now: datetime
) -> None:
    """Text the person who answers in gaps: of the first ones, where they come back again and again."""
    once = f"v{team.version + 1}"
    for one in unmanned[:MOST_AT_ONCE]:
        text = ShiftText(wording.FALLBACK, fallback, one.tier, one.start, one.end)
        queue_staff_text(writing, team, text, now, now, once)
