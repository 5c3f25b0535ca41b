"""Who waits in which queue, since when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from standin.simulator.calls.legs import CallLeg
from standin.simulator.core import Core
from standin.simulator.events import EventKind

DEFAULT_SIZE = 1000


@dataclass(frozen=True)
class QueueMember:
    leg: CallLeg
    since: datetime


@dataclass(eq=False)
class Queue:
    sid: str
    name: str
    created_at: datetime
    max_size: int = DEFAULT_SIZE
    members: list[QueueMember] = field(default_factory=list)
    takers: list[Callable[[], None]] = field(default_factory=list)  # dialling legs that wait for a member
    waits: list[int] = field(default_factory=list)  # seconds that earlier members waited

    def position(self, leg: CallLeg) -> int:
        return next((place for place, member in enumerate(self.members, 1) if member.leg is leg), 0)

    def seconds_waited(self, leg: CallLeg, now: datetime) -> int:
        return next((int((now - each.since).total_seconds()) for each in self.members if each.leg is leg), 0)

    def average_wait(self, now: datetime) -> int:
        waits = [int((now - member.since).total_seconds()) for member in self.members] or self.waits
        return sum(waits) // len(waits) if waits else 0


class Queues:
    """All queues of the account; each stays until it is deleted."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.by_sid: dict[str, Queue] = {}

    def __iter__(self) -> Iterator[Queue]:
        return iter(tuple(self.by_sid.values()))

    def __len__(self) -> int:
        return len(self.by_sid)

    def named(self, name: str) -> Queue | None:
        """The queue of that name or sid, if there is one."""
        return self.by_sid.get(name) or next((q for q in self.by_sid.values() if q.name == name), None)

    def create(self, name: str, max_size: int = DEFAULT_SIZE) -> Queue:
        queue = Queue(self._core.new_sid("QU"), name, self._core.now(), max_size)
        self.by_sid[queue.sid] = queue
        return queue

    def join(self, queue: Queue, leg: CallLeg) -> None:
        """The leg waits at the end of the queue; whoever dialled into the empty queue is told."""
        queue.members.append(QueueMember(leg, self._core.now()))
        self._core.note(EventKind.QUEUED, leg.far_number, sid=queue.sid, detail=queue.name)
        for taker in tuple(queue.takers):
            taker()

    def leave(self, queue: Queue, leg: CallLeg) -> int:
        """The leg is out of the queue; the seconds that it has waited."""
        waited = queue.seconds_waited(leg, self._core.now())
        if queue.position(leg):
            queue.members = [member for member in queue.members if member.leg is not leg]
            queue.waits.append(waited)
            self._core.note(EventKind.LEFT_QUEUE, leg.far_number, sid=queue.sid, detail=queue.name)
        return waited

    def delete(self, queue: Queue) -> None:
        del self.by_sid[queue.sid]
