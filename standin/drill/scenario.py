"""What a scenario is: a story, who plays it, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass

from oncall.alerts.team import Team
from standin.drill.nights.night import Night


def _unchanged(team: Team) -> Team:
    return team


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story that is played; its function's name and docstring are its own."""

    play: Callable[[Night], None]
    team: Callable[[Team], Team] = _unchanged  # what is different about the team in this night

    @property
    def name(self) -> str:
        """What it is called on the command line: "two-families"."""
        return self.play.__name__.replace("_", "-")

    @property
    def story(self) -> str:
        """Return the story in a sentence or two."""
        return " ".join((self.play.__doc__ or "").split())
