"""Who is told before, at and after a handover?"""

from datetime import datetime, timedelta
from itertools import pairwise

from oncall.alerts.team import Team
from oncall.rostering.staff_texts import tell
from oncall.rota.duty import shifts
from oncall.rota.model import Tier
from oncall.store.session import Transaction

REMINDED_AHEAD = timedelta(hours=12)
OUTGOING_AHEAD = timedelta(minutes=30)
LOOKED_AHEAD = timedelta(hours=36)  # a look a day, and some hours to spare
LONGEST = timedelta(days=31)  # a shift whose end lies further off is told with that


def plan_handovers(transaction: Transaction, team: Team, now: datetime) -> None:
    """Whoever takes over soon will be reminded, and told in the moment; so will whoever hands over on duty.

    Put again for the same shift, nothing is added; what is no longer so is not told.
    """
    if not team.on_call:
        return
    for tier in Tier:
        rota = team.rotas.get(tier)
        if rota is None or not (rota.layers or rota.overrides):
            continue
        for before, shift in pairwise(shifts(rota, now, now + LONGEST)):
            if shift.start >= now + LOOKED_AHEAD:
                break
            if shift.person is not None:
                hours, reminded = (tier, shift.start, shift.end), shift.start - REMINDED_AHEAD
                if reminded >= now:  # who is given a shift later than that has just been told of it
                    tell(transaction, team, "begins", shift.person, *hours, reminded, now, "once")
                tell(transaction, team, "now", shift.person, *hours, shift.start, now, "once")
            if before.person is not None and tier is Tier.DUTY:
                over = (tier, before.end, before.end, max(now, before.end - OUTGOING_AHEAD))
                tell(transaction, team, "ends", before.person, *over, now, "once")
