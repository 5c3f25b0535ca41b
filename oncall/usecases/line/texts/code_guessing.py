"""Notice when somebody tries out the codes of alerts with a staff member's number as sender."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText
from oncall.rota.model import PersonId, Tier
from oncall.store.journal.entries import Note, append_notes
from oncall.store.line.refused_codes import refused_at
from oncall.store.session import Writing
from oncall.usecases.rota.gaps import alert_recipients
from oncall.usecases.rota.texts.staff_texts import queue_staff_text

CODES_GUESSED = "codes_guessed"  # how many, within how many minutes
WITHIN = timedelta(minutes=10)
SEVERAL = 3  # wrong codes; one or two are a slip of the finger


def beware_of_guessing(writing: Writing, team: Team, sender: PersonId, now: datetime) -> None:
    """Several wrong codes within minutes are in the journal, and the leaders know; nothing else changes.

    They are told once, and again only after as many minutes in which there were not several.
    """
    if not _begins(refused_at(writing, sender, now - 2 * WITHIN), now):
        return
    detail = {"wrong": SEVERAL, "minutes": WITHIN // timedelta(minutes=1)}
    append_notes(writing, [Note(now, CODES_GUESSED, sender, detail)])
    for leader in alert_recipients(team):
        text = ShiftText(wording.CODES_GUESSED, leader, Tier.LEADER, now, now, about=sender)
        queue_staff_text(writing, team, text, now, now, sender)


def _begins(refused: Sequence[datetime], now: datetime) -> bool:
    """Whether the newest of these makes it several, and none of the minutes before it did; newest first."""

    def several(nth: int) -> bool:
        first = nth + SEVERAL - 1
        return first < len(refused) and refused[nth] - refused[first] <= WITHIN

    return several(0) and not any(
        several(nth) for nth, at in enumerate(refused) if nth and now - at <= WITHIN
    )
