"""What a team file yields: teams and their families, not yet stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from oncall.alerts.team import Team
from oncall.contacts.brief import Brief
from oncall.contacts.case import Case
from oncall.teamfile.table import Problem


class TeamFileError(Exception):
    """The file cannot be loaded; its faults are all named, and nothing of it was used."""

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        """The faults of the file called `source`."""
        self.source = source
        self.problems = problems
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """A team as the file has it. Its id and version are 0: only the database gives those."""

    team: Team
    cases: tuple[Case, ...]
    briefs: Mapping[str, Brief] = field(default_factory=dict)  # by the case's label, where there is one
