"""What must a ladder keep to, so that no caller waits for nothing?"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from oncall.alerts.ladder import LAST_RESORT
from oncall.alerts.team import PageStep, Wave

LATEST_WAVE = 3600  # seconds: nobody waits longer
SHORTEST_FIRST_WAVE = 10  # seconds: before the second wave a phone rings, and less is not even a ring
LATEST_STEP = 24 * 60  # minutes


class LadderFault(StrEnum):
    """What is wrong with a wave, or with a step of the alerts."""

    NOBODY = "nobody"  # it means nobody
    NOT_AT_ONCE = "not_at_once"  # the first begins later than at 0
    NOT_LATER = "not_later"  # it does not begin later than the one before
    TOO_SOON = "too_soon"  # the first phone has no time to ring
    TOO_LATE = "too_late"
    NOT_ALONE = "not_alone"  # the last resort is not alone in the last wave, after people of the team

    @property
    def about_time(self) -> bool:
        """Whether it is the time that is wrong, and not whom it means."""
        return self not in (LadderFault.NOBODY, LadderFault.NOT_ALONE)


def find_wave_faults(waves: Sequence[Wave]) -> Iterator[tuple[int, LadderFault]]:
    """Yield what is wrong with which wave, counted from 0."""
    for number, wave in enumerate(waves):
        if not wave.targets:
            yield number, LadderFault.NOBODY
        if not 0 <= wave.after <= LATEST_WAVE:
            yield number, LadderFault.TOO_LATE
        elif number == 0 and wave.after != 0:
            yield number, LadderFault.NOT_AT_ONCE
        elif number > 0 and wave.after <= waves[number - 1].after:
            yield number, LadderFault.NOT_LATER
        elif number == 1 and wave.after < SHORTEST_FIRST_WAVE:
            yield number, LadderFault.TOO_SOON
        alone = wave.targets == (LAST_RESORT,) and 0 < number == len(waves) - 1
        if LAST_RESORT in wave.targets and not alone:
            yield number, LadderFault.NOT_ALONE


def find_step_faults(steps: Sequence[PageStep]) -> Iterator[tuple[int, LadderFault]]:
    """Yield what is wrong with which step of the alerts, counted from 0."""
    for number, step in enumerate(steps):
        if not step.targets or not step.by:
            yield number, LadderFault.NOBODY
        if not 0 <= step.after_minutes <= LATEST_STEP:
            yield number, LadderFault.TOO_LATE
        elif number == 0 and step.after_minutes != 0:
            yield number, LadderFault.NOT_AT_ONCE
        elif number > 0 and step.after_minutes <= steps[number - 1].after_minutes:
            yield number, LadderFault.NOT_LATER
