"""Hold what every use-case of the line works with: the database, our address, and our lines."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from oncall.languages import FALLBACK_LANGUAGE
from oncall.store.session import Database
from oncall.store.team.teams import TeamLine, all_lines, count_changes


@dataclass(eq=False)
class Lines:
    """Which team a number leads to; kept in memory, so that a call survives the database."""

    db: Database
    fallback: str | None  # rung when a team has no static number of its own
    _lines: Mapping[str, TeamLine] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _changes: int | None = None  # of teams, that we know of; None: nobody has looked

    def keep_up(self) -> None:
        """What another process has changed since we last looked is known here, too."""
        with self.db.reading() as reading:
            changes = count_changes(reading)
        if changes != self._changes:
            self.refresh()
            self._changes = changes

    def refresh(self) -> None:
        """Every team's lines are as the database has them now."""
        with self.db.reading() as reading:
            lines = all_lines(reading)
        with self._guard:
            self._lines = lines

    def find(self, number: str) -> TeamLine | None:
        """Return the line of that number; a team may have been loaded since we last looked."""
        if number not in self._lines:
            self.refresh()
        return self._lines.get(number)

    def static_number(self, number: str) -> str | None:
        """Return what to ring when nothing else works, from memory alone; None where nothing is set."""
        line = self._lines.get(number)
        return (line.static_number if line else None) or self.fallback

    def language(self, number: str) -> str:
        """Return what the team of that number speaks, from memory alone; bokmål where there is none."""
        line = self._lines.get(number)
        return line.language if line else FALLBACK_LANGUAGE

    @property
    def numbers(self) -> frozenset[str]:
        """Every number that leads back to a line of ours."""
        if not self._lines:  # nobody has looked yet
            self.refresh()
        return frozenset(self._lines)


@dataclass(frozen=True)
class CallContext:
    """The database, where we are reached, and our lines."""

    db: Database
    public_url: str  # scheme, host and port; no slash at the end
    lines: Lines
