"""Plan the texts before, at and after a handover."""

from datetime import datetime, timedelta
from itertools import pairwise

from oncall.alerts.team import Team
from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText
from oncall.rota.duty import shifts
from oncall.rota.model import Tier
from oncall.store.session import Transaction
from oncall.usecases.rota.texts.staff_texts import queue_staff_text

REMINDED_AHEAD = timedelta(hours=12)
OUTGOING_AHEAD = timedelta(minutes=30)
LOOKED_AHEAD = timedelta(hours=36)  # a look a day, and some hours to spare
LONGEST = timedelta(days=31)  # a shift whose end lies further off is told with that


def plan_handovers(transaction: Transaction, team: Team, now: datetime) -> None:
    """Remind the person who takes over, and text both at the handover; the one who leaves only of tier duty.

    Planned again for the same shift, nothing is added; what no longer holds is not sent.
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
                reminded = shift.start - REMINDED_AHEAD
                if reminded >= now:  # who is given a shift later than that has just been texted about it
                    begins = ShiftText(wording.BEGINS, shift.person, tier, shift.start, shift.end)
                    queue_staff_text(transaction, team, begins, reminded, now, "once")
                begun = ShiftText(wording.NOW, shift.person, tier, shift.start, shift.end)
                queue_staff_text(transaction, team, begun, shift.start, now, "once")
            if before.person is not None and tier is Tier.DUTY:
                ends = ShiftText(wording.ENDS, before.person, tier, before.end, before.end)
                due_at = max(now, before.end - OUTGOING_AHEAD)
                queue_staff_text(transaction, team, ends, due_at, now, "once")
