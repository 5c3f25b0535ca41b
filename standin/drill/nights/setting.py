"""What is different about the team in a random night: when it is, who is missing, how fast it alerts."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from oncall.alerts.team import PageStep, Team
from oncall.contacts.case import Case
from oncall.rota.clock_hours import Hours
from oncall.rota.model import Tier
from standin.drill.cast import NIGHT
from standin.drill.nights.night import with_gap

BY_DAY = Hours(time(8), time(21))
QUICK_LADDER = (
    PageStep(0, ("duty",), ("text",)),
    PageStep(1, ("duty",), ("call",)),
    PageStep(2, ("backup", "leader"), ("text",)),
    PageStep(3, ("everyone",), ("text",)),
)
BEGINNINGS = (
    NIGHT,
    datetime(2026, 3, 3, 10, 0, tzinfo=UTC),  # a Tuesday, 11:00 in Norway: the daytime ladder
    datetime(2026, 3, 29, 0, 55, tzinfo=UTC),  # five minutes before the clocks go forward
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is different about the team in a random night."""

    began: datetime
    gaps: tuple[Tier, ...] = ()
    quick: bool = False  # alerts follow each other faster
    by_hours: bool = False  # every other phone of a family may be reached by day only
    voicemail: bool = False  # whoever reached nobody may leave a message

    def change(self, team: Team) -> Team:
        """Return the team as it is tonight."""
        ladder = QUICK_LADDER if self.quick else team.page_ladder
        return with_gap(replace(team, page_ladder=ladder, voicemail=self.voicemail), *self.gaps)

    def ask(self, families: tuple[Case, ...]) -> tuple[Case, ...]:
        """Return the families with what they have agreed to tonight."""
        return tuple(map(_limit_hours, families)) if self.by_hours else families


def _limit_hours(family: Case) -> Case:
    members = tuple(
        replace(member, phones=tuple(replace(phone, hours=BY_DAY) for phone in member.phones))
        if nth % 2 == 0
        else member
        for nth, member in enumerate(family.members)
    )
    return replace(family, members=members)


def choose_setting(chance: random.Random) -> Setting:
    """Return one of the few settings: each is stored once, and its copies serve many nights."""
    gaps = chance.choices(
        ((), (Tier.DUTY,), (Tier.BACKUP,), (Tier.LEADER,), (Tier.DUTY, Tier.BACKUP), tuple(Tier)),
        (76, 7, 4, 4, 5, 4),
    )[0]
    return Setting(
        chance.choices(BEGINNINGS, (70, 20, 10))[0],
        gaps,
        quick=chance.random() < 0.8,
        by_hours=chance.random() < 0.2,
        voicemail=chance.random() < 0.3,
    )
