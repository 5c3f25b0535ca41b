"""Whose turn it is to write, where the database itself lets only one write at a time."""

import threading
from collections import deque

NOBODY_YET = 0  # handed over to a thread that has not woken up yet; no thread has this number


class FairLock:
    """A lock that goes to whoever has waited longest.

    SQLite's own busy handler sleeps and tries again, and newcomers overtake the sleepers: one caller in a
    hundred then waits for a second. Here the lock is handed from one thread to the next.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._holder: int | None = None  # the thread's number; None: free

    def acquire(self, timeout: float) -> bool:
        """Return True once the caller holds the lock, False if `timeout` seconds passed before."""
        me = threading.get_ident()
        with self._guard:
            if self._holder is None:
                self._holder = me
                return True
            if self._holder == me:
                raise RuntimeError("a use-case is one transaction: this thread is in one already")
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if not turn.acquire(timeout=timeout):
            with self._guard:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                    return False
            # Handed over in the very moment in which the wait was given up.
        self._holder = me
        return True

    def release(self) -> None:
        """The next in line holds the lock, or nobody."""
        with self._guard:
            self._holder = None
            if self._waiting:
                self._holder = NOBODY_YET
                self._waiting.popleft().release()
