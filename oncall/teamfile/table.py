"""How the tables of a team file are read, and every fault found on the way noted with its line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from typing import TypeVar

from oncall.teamfile.lines import Path

Value = TypeVar("Value")

_LONGEST_SHOWN = 60


class Unreadable(Exception):
    """A value is not what its field needs; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a team file."""

    line: int  # counted from 1
    field: str  # "phone"; "" where the fault is no field's own
    value: str | None  # as written, shortened; None where it is missing
    advice: str

    def __str__(self) -> str:
        """The fault in one line, without the file's name."""
        shown = " = ".join(part for part in (self.field, self.value) if part)
        return f"line {self.line}: {shown}{': ' if shown else ''}{self.advice}"


class Report:
    """All faults found in one file so far."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        """Begin without a fault; `lines` tells where each value of the file stands."""
        self._lines = lines
        self._problems: list[Problem] = []

    def note(self, path: Path, value: object, advice: str) -> None:
        """Note a fault of the value at `path`; a value of None is missing."""
        field = next((part for part in reversed(path) if isinstance(part, str)), "")
        shown = None if value is None else _show(value)
        self._problems.append(Problem(self._line(path), field, shown, advice))

    def problems(self) -> tuple[Problem, ...]:
        """Return all faults in the order of their lines."""
        return tuple(sorted(self._problems, key=lambda problem: problem.line))

    def _line(self, path: Path) -> int:
        while path not in self._lines and path:
            path = path[:-1]
        return self._lines.get(path, 1)


class Table:
    """One table of the file, whose fields are asked for by name.

    Where a field is missing or unreadable the fault is noted and a stand-in returned, so that one
    reading finds all faults. Stand-ins never leave the reader: a file with faults is refused.
    """

    def __init__(self, fields: Mapping[str, object], path: Path, report: Report) -> None:
        """The table found at `path`."""
        self._fields = fields
        self._path = path
        self._report = report
        self._asked: set[str] = set()

    def need(self, key: str, read: Callable[[object], Value], stand_in: Value) -> Value:
        """Return a field that must be there."""
        if key not in self._fields:
            self._asked.add(key)
            self._report.note((*self._path, key), None, "is missing")
            return stand_in
        return self.may(key, read, stand_in)

    def may(self, key: str, read: Callable[[object], Value], default: Value) -> Value:
        """Return a field that need not be there, or its default."""
        self._asked.add(key)
        if key not in self._fields:
            return default
        readable = self._try(self._fields[key], (*self._path, key), read)
        return readable[0] if readable else default

    def each(self, key: str, read: Callable[[object], Value]) -> tuple[Value, ...]:
        """Return the elements of an array, which need not be there."""
        elements: list[Value] = []
        for number, element in enumerate(self._array(key)):
            elements += self._try(element, (*self._path, key, number), read)
        return tuple(elements)

    def some(self, key: str, read: Callable[[object], Value]) -> tuple[Value, ...]:
        """Return the elements of an array that must be there and not be empty."""
        self._asked.add(key)
        if self._fields.get(key) in (None, []):
            self.fault(key, "is missing" if key not in self._fields else "needs at least one entry")
        return self.each(key, read)

    def length(self, key: str) -> int:
        """Return how many elements an array has, readable or not; 0 where it is no array."""
        found = self._fields.get(key)
        return len(found) if isinstance(found, list) else 0

    def tables(self, key: str) -> tuple["Table", ...]:
        """Return the tables of an array, which need not be there."""
        found: list[Table] = []
        for number, element in enumerate(self._array(key)):
            found += self._open(element, (*self._path, key, number))
        return tuple(found)

    def table(self, key: str) -> "Table | None":
        """Return a table, or None where there is none."""
        self._asked.add(key)
        if key not in self._fields:
            return None
        opened = self._open(self._fields[key], (*self._path, key))
        return opened[0] if opened else None

    def fault(self, key: str, advice: str) -> None:
        """Note a fault of a field that is readable in itself."""
        self._report.note((*self._path, key), self._fields.get(key), advice)

    def finish(self) -> None:
        """Note every field that nobody has asked for."""
        for key in self._fields.keys() - self._asked:
            close = get_close_matches(key, self._asked, n=1)
            known = f"did you mean {close[0]}?" if close else f"known here: {', '.join(sorted(self._asked))}"
            self._report.note((*self._path, key), self._fields[key], f"no such field; {known}")

    def _array(self, key: str) -> Sequence[object]:
        self._asked.add(key)
        found = self._fields.get(key, [])
        if isinstance(found, list):
            return found
        self.fault(key, "must be a list, in square brackets")
        return ()

    def _open(self, value: object, path: Path) -> tuple["Table", ...]:
        if isinstance(value, dict):
            return (Table(value, path, self._report),)
        self._report.note(path, value, "must be a table: { name = value, ... }")
        return ()

    def _try(self, value: object, path: Path, read: Callable[[object], Value]) -> tuple[Value, ...]:
        try:
            return (read(value),)
        except Unreadable as fault:
            self._report.note(path, value, str(fault))
            return ()


def _show(value: object) -> str:
    """Return a value much as the file has it, cut where it is long."""
    match value:
        case bool():
            shown = "true" if value else "false"
        case str():
            shown = f'"{value}"'
        case date() | time():  # a datetime is a date as well
            shown = value.isoformat()
        case dict():
            shown = "{ ... }"
        case list():
            shown = f"[{', '.join(map(_show, value))}]"
        case _:
            shown = str(value)
    shown = "".join(character if character.isprintable() else "?" for character in shown)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}..."
