"""What the next person on duty must know: open contacts, what is expected, and changed briefs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.rota.duty import shifts
from oncall.rota.model import Tier
from oncall.store.families.history import revised_since
from oncall.store.session import Database
from oncall.usecases.contacts.board import Board, compose_board, pass_on_damage

JUST_BEGUN = timedelta(hours=12)  # whoever took over so lately asks what came before them
LOOK_BACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class BriefChange:
    """A brief that says something else than before."""

    case_id: str
    label: str
    at: datetime
    by: str | None  # staff key; None: a team file


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """The sheet for whoever hands over duty, and whoever takes it."""

    board: Board
    since: datetime  # the handover before the one that is near
    briefs: tuple[BriefChange, ...]  # of each case its latest


def read_handover(db: Database, team_id: int, now: datetime) -> HandoverSheet:
    """Return the sheet as it is now."""
    latest: dict[str, BriefChange] = {}
    with db.reading() as reading:
        board = compose_board(reading, team_id, now)
        since = handover_before(board.team, now)
        for case_id, label, at, by in revised_since(reading, team_id, since):
            latest.setdefault(case_id, BriefChange(case_id, label, at, by))
    pass_on_damage(db, board)
    return HandoverSheet(board, since, tuple(latest.values()))


def handover_before(team: Team, now: datetime) -> datetime:
    """Return when the shift began that is handed over: the one before, just after a handover of duty."""
    rota = team.rotas.get(Tier.DUTY)
    past = shifts(rota, now - LOOK_BACK, now + timedelta(seconds=1)) if rota else ()
    begun = [shift.start for shift in past]
    if len(begun) > 1 and now - begun[-1] < JUST_BEGUN:
        return begun[-2]
    return begun[-1] if begun else now - LOOK_BACK
