"""What may a team's working time be, and which rule says so?"""

from dataclasses import dataclass
from enum import StrEnum

from oncall.rota.model import PersonId, WeeklyWindow


class WorkingTimeRule(StrEnum):
    """A rule about working time. Each warns, and none forbids: coverage beats compliance."""

    PUBLISHED = "published"  # the rota is known some days ahead
    WEEK_HOURS = "week_hours"  # hours a week, home duty converted
    DAILY_REST = "daily_rest"  # hours free after a call-out before the next start
    WEEKLY_REST = "weekly_rest"  # hours free in one stretch in a week
    NIGHTS = "nights"  # nights of duty running
    WEEKENDS = "weekends"  # weekends of duty in so many weeks
    RED_DAYS = "red_days"  # a Sunday or holiday on duty: the next one off
    LEADER_BACKUP = "leader_backup"  # days running with the leader as backup
    NEWCOMER = "newcomer"  # a new employee alone
    FAIRNESS = "fairness"  # how far apart weekend and holiday hours lie


# Where each rule comes from. "AML" is the Norwegian working environment act; the text of the law is to be
# checked by the team, for tariff agreements change it.
SOURCES: dict[WorkingTimeRule, str] = {
    WorkingTimeRule.PUBLISHED: "AML § 10-3",
    WorkingTimeRule.WEEK_HOURS: "AML § 10-4",
    WorkingTimeRule.DAILY_REST: "AML § 10-8 (1)",
    WorkingTimeRule.WEEKLY_REST: "AML § 10-8 (2)",
    WorkingTimeRule.RED_DAYS: "AML § 10-8 (4)",
    WorkingTimeRule.NIGHTS: "",
    WorkingTimeRule.WEEKENDS: "",
    WorkingTimeRule.LEADER_BACKUP: "",
    WorkingTimeRule.NEWCOMER: "",
    WorkingTimeRule.FAIRNESS: "",
}  # empty: the team's own rule


@dataclass(frozen=True, slots=True)
class Limits:
    """What a team has set; the defaults are those of most teams."""

    gap_days: int = 28  # how far ahead gaps are warned of
    published_days: int = 14
    conversion: float = 7.0  # so many hours of home duty count as one of work
    week_hours: float = 40.0
    daily_rest: float = 11.0  # hours; 8 by agreement
    weekly_rest: float = 35.0  # hours; 28 by agreement
    nights: int = 4
    weekends: int = 3
    weekend_weeks: int = 8
    fairness: float = 0.20  # share of the mean
    leader_backup_days: int = 7
    swaps_approved: bool = False  # True: a swap holds only when the leader has approved it
    ordinary: WeeklyWindow | None = None  # hours of other work; None: not counted
    newcomers: frozenset[PersonId] = frozenset()  # not to be on duty without a backup


USUAL = Limits()  # of a team that has set nothing
