"""Who is on duty in a team, and until when?"""

from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.team import Team
from oncall.rota.duty import fallback_in, next_handover, on_duty
from oncall.rota.model import PersonId, Rota, Tier


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who holds a tier, and for how long."""

    tier: Tier
    person: PersonId | None  # None: nobody
    until: datetime | None  # UTC; None: unchanged for a year at least
    fallback: PersonId | None = None  # who answers where nobody holds it


def who_is_on(team: Team, at: datetime) -> tuple[OnDuty, ...]:
    """Return who holds each tier at an instant, duty first."""
    held = []
    for tier in Tier:
        rota = team.rotas.get(tier) or Rota(tier, team.zone)
        handover = next_handover(rota, at)
        person = on_duty(rota, at)
        fallback = fallback_in(rota, at) if person is None else None
        held.append(OnDuty(tier, person, handover.at if handover else None, fallback))
    return tuple(held)
