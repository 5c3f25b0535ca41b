"""Does somebody try out the codes of alerts, with a staff member's number as sender?"""

from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.rostering.tell import tell
from oncall.rostering.watch import who_is_warned
from oncall.rota.model import PersonId, Tier
from oncall.store.journal import Note, append_notes
from oncall.store.refused_codes import count_refused
from oncall.store.session import Writing

CODES_GUESSED = "codes_guessed"  # how many, within how many minutes
WITHIN = timedelta(minutes=10)
SEVERAL = 3  # wrong codes; one or two are a slip of the finger


def beware_of_guessing(writing: Writing, team: Team, sender: PersonId, now: datetime) -> None:
    """Several wrong codes within minutes are in the journal, and the leaders know; nothing else changes."""
    wrong = count_refused(writing, sender, now - WITHIN)
    if wrong < SEVERAL:
        return
    window = int(now.timestamp() // WITHIN.total_seconds())
    if wrong == SEVERAL:
        said = {"wrong": wrong, "minutes": WITHIN // timedelta(minutes=1)}
        append_notes(writing, [Note(now, CODES_GUESSED, sender, said)])
    for leader in who_is_warned(team):
        about = (Tier.LEADER, now, now, now, now, f"{sender}:{window}")
        tell(writing, team, "codes_guessed", leader, *about, about=sender)
