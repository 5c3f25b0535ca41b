"""Which of many intervals hold at an instant?"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Spans(Generic[Item]):
    """Items that hold for `[start, end)`, found by instant without looking at all of them."""

    def __init__(self, items: Iterable[tuple[datetime, datetime | None, Item]]) -> None:
        """Index items in their order of precedence, the weakest first; an end of None is for ever."""
        spans = [(_utc(start), None if end is None else _utc(end), item) for start, end, item in items]
        self.edges: Sequence[datetime] = sorted(
            {edge for start, end, _ in spans for edge in (start, end) if edge is not None}
        )
        # _holding[i] is what holds from edges[i] until edges[i + 1], the strongest first
        self._holding: list[list[Item]] = [[] for _ in self.edges]
        for start, end, item in reversed(spans):
            first = bisect_left(self.edges, start)
            last = len(self.edges) if end is None else bisect_left(self.edges, end)
            for holding in self._holding[first:last]:
                holding.append(item)

    def at(self, instant: datetime) -> Sequence[Item]:
        """Return the items that hold at an instant in UTC, the strongest first."""
        following = bisect_right(self.edges, instant)
        return self._holding[following - 1] if following else ()


def _utc(instant: datetime) -> datetime:
    # Two aware datetimes of one zone compare by the clock on the wall, blind to a clock change.
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)
