"""Whom a team rings and alerts when its file does not say."""

from oncall.alerts.paging import DEFAULT_PAGE_LADDER
from oncall.alerts.team import Ladder, Wave

LADDER = Ladder(
    daytime_only=False,
    waves=(
        Wave(0, ("duty",)),
        Wave(25, ("backup",)),
        Wave(45, ("leader",)),
        Wave(75, ("everyone",)),
        Wave(150, ("last_resort",)),
    ),
)

# By day a family's own therapist comes first. Whoever has none, or none that can be rung, is put
# through to duty at once: a wave without anybody falls through to the next.
DAYTIME_LADDER = Ladder(
    daytime_only=True,
    waves=(
        Wave(0, ("own_therapist",)),
        Wave(25, ("duty",)),
        Wave(45, ("backup",)),
        Wave(60, ("leader",)),
        Wave(75, ("everyone",)),
        Wave(150, ("last_resort",)),
    ),
)

PAGE_LADDER = DEFAULT_PAGE_LADDER
