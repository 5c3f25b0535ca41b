"""Whatever is written in a team file, it is read or refused with lines that it has."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from oncall.teamfile import TeamFileError, parse_team_file
from oncall.teamfile.lines import find_lines
from tests.scenes.team_file import VALID

PIECES = (
    *("[", "]", "[[", "]]", "{", "}", "=", ",", ".", '"', "'", '"""', "#", "\n", "\r", "\\", "\x00", "æ"),
    *("0", "-1", "1e400", "nan", "true", '""', "[]", "{}", '"duty"', "9" * 5000),
    *("2026-02-30", "9999-12-31", "0001-01-01T00:00:00+23:59", "23:59:60"),
    *("[[team]]", "[team]", "team = 3\n", "[[team.staff]]\n", "[[team.case.member]]\n", "slug = 1\n"),
    *('[team.daytime]\nfrom = "09:00"\n', "a.b.c = 1\n"),
)


VALUES = (
    *("0", "-1", "1e400", "nan", "true", "0x1F", "9" * 400, '""', '"x"', '"\\u0000"', "'''\n\n'''"),
    *("[]", "[[]]", "[{}]", "{}", '["duty", 3]', "[" * 60 + "]" * 60, "{ a.b = 1, c = [ 2,\n3 ] }"),
    *("2026-01-01", "1979-05-27T07:32:00", "07:32:00.5"),
    *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"),
)


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """Return the valid file with pieces cut out, doubled, moved and put in."""
    text = VALID
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.one_of(st.integers(0, 3), st.integers(0, 200))))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=5), st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


@st.composite
def revalued(draw: st.DrawFn) -> str:
    """Return the valid file with some values replaced by others: still TOML, mostly wrong."""
    lines = VALID.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[number].partition(" = ")
        value = draw(st.sampled_from(VALUES))
        if equals:
            lines[number] = f"{key} = {value}"
    return "\n".join(lines)


def lines_of_faults(text: str) -> list[int]:
    try:
        parse_team_file(text, "mangled.toml")
    except TeamFileError as refused:
        return [problem.line for problem in refused.problems]
    return []


@given(st.one_of(mangled(), revalued()))
def test_whatever_a_file_says_it_is_read_or_refused_with_lines_that_it_has(text: str) -> None:
    lines = lines_of_faults(text)

    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


def paths_in(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Return the way to every value of a parsed TOML document."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return {path}.union(*(paths_in(child, (*path, step)) for step, child in inner))


@given(st.one_of(mangled(), revalued(), st.just(VALID)))
def test_every_value_that_the_parser_finds_has_a_line(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return

    lines = find_lines(text)

    assert set(lines) | {()} == paths_in(document)


def test_lines_are_right_around_comments_strings_and_nested_tables() -> None:
    text = (
        '# one\n"a key".b = """two\n\'\'\'three\\"""" # four\n'
        "[x.y] # [z]\nc = [\n  1,\n  { d = '\"#' }, # ]\n]\n"
        "[[x.list]]\n[[x.list]]\n[x.list.sub]\ne = 1979-05-27 07:32:00 # f = 3\n"
    )

    lines = find_lines(text)

    assert lines["a key", "b"] == 2
    assert lines["x", "y"] == 4
    assert lines["x", "y", "c", 0] == 6
    assert lines["x", "y", "c", 1, "d"] == 7
    assert (lines["x", "list", 0], lines["x", "list", 1]) == (9, 10)
    assert lines["x", "list", 1, "sub", "e"] == 12
