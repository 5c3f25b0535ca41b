"""Hours by the wall clock that may run past midnight, and which hours count as night."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time on the wall clock until another, `[opens, closes)`.

    Where `closes` is earlier they end on the next day; where both are the same they last round the clock.
    """

    opens: time
    closes: time

    @property
    def end_next_day(self) -> bool:
        """Tell whether they end on the day after the one on which they begin."""
        return self.closes <= self.opens

    def hold(self, clock: time) -> bool:
        """Tell whether a time on the wall clock lies within."""
        if self.end_next_day:
            return clock >= self.opens or clock < self.closes
        return self.opens <= clock < self.closes

    def __str__(self) -> str:
        """Write the hours as a team file has them: "08:00-20:00"."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


NIGHT = Hours(time(22), time(7))
"""By the team's wall clock: alerts are spoken as well as texted, and nobody is woken for what can wait."""
