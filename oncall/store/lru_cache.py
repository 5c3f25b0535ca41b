"""Keep the values of the database that were used last in memory, up to a size."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """The `size` values that were asked for last. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._asked_for: set[K] = set()  # since `forget_unused` was last called
        self._guard = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return the value, or None if it is not cached (any more)."""
        with self._guard:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
                self._asked_for.add(key)
            return value

    def put(self, key: K, value: V) -> None:
        """Cache the value; the one that nobody asked for in the longest time may go."""
        with self._guard:
            self._values[key] = value
            self._values.move_to_end(key)
            self._asked_for.add(key)
            while len(self._values) > self._size:
                oldest, _ = self._values.popitem(last=False)
                self._asked_for.discard(oldest)

    def forget(self, key: K) -> None:
        """Drop the value."""
        with self._guard:
            self._values.pop(key, None)
            self._asked_for.discard(key)

    def forget_unused(self) -> None:
        """Drop what nobody has asked for since this was last called."""
        with self._guard:
            for key in self._values.keys() - self._asked_for:
                del self._values[key]
            self._asked_for.clear()
