"""On which line of a TOML text does each value stand?

The standard library's parser keeps no lines. This scanner reads only text that the parser has
accepted, so it need not judge: it walks over keys, brackets and strings and notes where they are.
"""

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]
"""The way to a value: ("team", 0, "staff", 2, "phone")."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' + r"|'''.*?'{3,5}" + r'|"(?:\\.|[^"\\])*"' + r"|'[^']*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def find_lines(text: str) -> dict[Path, int]:
    """Return the line, counted from 1, of every table, key and array element of a valid TOML text."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._tables_of: dict[Path, int] = {}  # how many [[tables]] there are of a name so far

    def scan(self) -> None:
        table: Path = ()
        while self._next():
            if self._next() == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        begins = self._at
        is_array = self._text.startswith("[[", begins)
        self._at += 2 if is_array else 1
        *parents, name = self._key()
        self._at += 2 if is_array else 1
        path: Path = ()
        for parent in parents:
            path = (*path, parent)
            self._note(path, begins)
            if path in self._tables_of:
                path = (*path, self._tables_of[path] - 1)
        path = (*path, name)
        self._note(path, begins)
        if is_array:
            number = self._tables_of.get(path, 0)
            self._tables_of[path] = number + 1
            path = (*path, number)
            self._note(path, begins)
        return path

    def _pair(self, table: Path) -> None:
        self._next()
        begins, path = self._at, table
        for part in self._key():
            path = (*path, part)
            self._note(path, begins)
        self._expect("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        match self._next():
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _array(self, path: Path) -> None:
        self._expect("[")
        number = 0
        while self._next() != "]":
            self._note((*path, number), self._at)
            self._value((*path, number))
            number += 1
            if self._next() == ",":
                self._at += 1
        self._expect("]")

    def _inline_table(self, path: Path) -> None:
        self._expect("{")
        while self._next() != "}":
            self._pair(path)
            if self._next() == ",":
                self._at += 1
        self._expect("}")

    def _key(self) -> list[str]:
        parts = [self._key_part()]
        while self._next() == ".":
            self._at += 1
            parts.append(self._key_part())
        return parts

    def _key_part(self) -> str:
        if self._next() in ('"', "'"):
            name = tomllib.loads(f"name = {self._take(_STRING)}")["name"]
            return str(name)
        return self._take(_BARE_KEY)

    def _next(self) -> str:
        """Pass over blanks and comments, and return the character there; "" at the end."""
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        return self._text[self._at : self._at + 1]

    def _expect(self, bracket: str) -> None:
        if self._next() != bracket:
            raise ValueError(f"no {bracket} at offset {self._at}: the text is not valid TOML")
        self._at += 1

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            raise ValueError(f"nothing to read at offset {self._at}: the text is not valid TOML")
        self._at = found.end()
        return found.group()

    def _note(self, path: Path, offset: int) -> None:
        self.lines.setdefault(path, bisect_right(self._newlines, offset) + 1)
