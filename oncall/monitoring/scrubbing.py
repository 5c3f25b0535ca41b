"""What must be taken out of a text before it leaves the service."""

import re
from collections.abc import Mapping
from typing import Any

NUMBER = "[number]"
QUOTED = "[quoted]"

# What looks like a long number and is none: instants, dates and ids. Kept, for reports are read by them.
_HARMLESS = (
    r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])"
    r"|\b[A-Z]{2}[0-9a-f]{32}\b"  # the carrier's ids
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?=[0-9a-f]*[a-f])[0-9a-f]{32}\b"
)
# Eight digits or more, or a plus and five or more, however a person may space them.
_WIDE_GAP = r"[ \u00a0().\-/]{0,2}"
_GAP = r"[ \u00a0.\-/]?"
_NUMBER = rf"(?:\+|%2[Bb]|\b00){_WIDE_GAP}\d(?:{_WIDE_GAP}\d){{4,}}|\d(?:{_GAP}\d){{7,}}"
_HARMLESS_OR_NUMBER = re.compile(rf"(?P<harmless>{_HARMLESS})|{_NUMBER}")

_QUERY = re.compile(r"\?[^\s\"'<>]*=[^\s\"'<>]*")
_FEED = re.compile(r"/feed/[\w-]+")  # whoever has the address of a calendar may read it
_QUOTES = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|«[^»\n]*»|“[^”\n]*”")
_DATABASE_VALUES = re.compile(r"\[parameters: .*|^DETAIL: .*", re.DOTALL | re.MULTILINE)

# Keys whose values the error service reads itself; a changed one would make the report unusable.
_STRUCTURE = frozenset(
    {"event_id", "trace_id", "span_id", "parent_span_id", "timestamp", "start_timestamp", "thread_id"}
)


def scrub_text(text: str) -> str:
    """The text without phone numbers, and without what is secret in addresses: queries, calendars' names."""
    without_secrets = _FEED.sub("/feed/[secret]", _QUERY.sub("?[query]", text))
    return _HARMLESS_OR_NUMBER.sub(lambda found: found["harmless"] or NUMBER, without_secrets)


def scrub_message(text: str) -> str:
    """An exception's message without what may quote a person: quotations, row values, numbers."""
    return scrub_text(_QUOTES.sub(QUOTED, _DATABASE_VALUES.sub(QUOTED, text)))


def scrub(value: Any) -> Any:
    """The value with every text in it scrubbed, however deep; numbers of eight digits go too."""
    match value:
        case str():
            return scrub_text(value)
        case bool() | float() | None:
            return value
        case int():
            return value if abs(value) < 10_000_000 else NUMBER
        case Mapping():
            return {scrub(key): inner if key in _STRUCTURE else scrub(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [scrub(inner) for inner in value]
        case bytes() | bytearray():
            return f"[{len(value)} bytes]"
        case _:
            return scrub_text(str(value))
