"""What a test does to the carrier's stand-in from outside, and what it sees happen there."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

PATIENCE = 60.0  # seconds; the machine may be busy with other tests


@dataclass(frozen=True)
class RemoteEvent:
    """Something that happened at the carrier or at a phone."""

    at: datetime
    kind: str
    number: str  # whose phone or line
    other: str  # the number at the other end
    sid: str
    detail: str


class RemoteCarrier:
    """The stand-in, reached over HTTP alone: orders by its control API, events by its stream."""

    def __init__(self, address: str) -> None:
        """Nothing is asked yet: `watch` begins with that."""
        self.address = address
        self.events: list[RemoteEvent] = []
        self._news = threading.Condition()

    def watch(self) -> None:
        """From here on every event is seen, in its order."""
        stream = requests.get(f"{self.address}/_/events", stream=True, timeout=60)
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream: requests.Response) -> None:
        kind = ""
        try:
            for line in stream.iter_lines(chunk_size=1):
                name, _, value = line.decode().partition(": ")
                if name == "event":
                    kind = value
                elif name == "data" and kind == "event":
                    told = json.loads(value)
                    with self._news:
                        self.events.append(RemoteEvent(**{**told, "at": datetime.fromisoformat(told["at"])}))
                        self._news.notify_all()
        except requests.RequestException:
            return  # the carrier has been stopped
        finally:
            stream.close()

    def until(self, true: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Wait until it is true, looking again when something has happened."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s\n{self._tell()}"
            with self._news:
                self._news.wait(0.25)
            time.sleep(0.02)  # a burst of events is one reason to look

    def _tell(self) -> str:
        """The latest events, for whoever has to find out what went wrong."""
        return "\n".join(f"{e.at:%H:%M:%S.%f} {e.kind} {e.number} {e.detail}" for e in self.events[-80:])

    def order(self, path: str, **body: Any) -> None:
        """Something is done at the carrier: `/phones/+47.../call`, `/faults` ..."""
        answer = requests.post(f"{self.address}/_{path}", json=body, timeout=10)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"

    def forget_faults(self) -> None:
        """Everything works again."""
        requests.delete(f"{self.address}/_/faults", timeout=10).raise_for_status()

    def state(self) -> Mapping[str, Any]:
        """What stands at the carrier now: legs, queues, errors ..."""
        answer = requests.get(f"{self.address}/_/state", timeout=10)
        answer.raise_for_status()
        state: Mapping[str, Any] = answer.json()
        return state


@dataclass(frozen=True)
class RemotePhone:
    """Somebody's phone."""

    carrier: RemoteCarrier
    number: str
    name: str

    def accepts(self, after: float = 1) -> None:
        """Its owner picks up, listens, and presses 1."""
        press = {"do": "press", "digits": "1", "after_hearing": "Trykk 1"}
        self._do("policy", kind="answer", after=after, acts=[press])

    def declines(self) -> None:
        """Its owner turns every call away, after a second."""
        self._do("policy", kind="decline", after=1)

    def calls(self, line: str) -> None:
        """Its owner dials the line."""
        self._do("call", to=line)

    def picks_up(self) -> None:
        """Its owner answers what rings now."""
        self._do("answer")

    def presses(self, digits: str) -> None:
        """Its owner presses keys."""
        self._do("press", digits=digits)

    def hangs_up(self) -> None:
        """Its owner ends the call."""
        self._do("hang-up")

    def _do(self, act: str, **how: Any) -> None:
        self.carrier.order(f"/phones/{self.number}/{act}", **how)

    def saw(self, kind: str) -> list[RemoteEvent]:
        """What of this kind happened at the phone, in its order."""
        return [event for event in self.carrier.events if (event.number, event.kind) == (self.number, kind)]

    def heard(self, sentence: str) -> list[RemoteEvent]:
        """When it was told this."""
        return [event for event in self.saw("heard") if sentence in event.detail]

    def _calls(self, kind: str) -> set[str]:
        return {event.sid for event in self.saw(kind)}

    def until_it_rings(self, times: int = 1) -> None:
        """It has begun to ring so many times."""
        self.carrier.until(lambda: len(self.saw("ringing")) >= times, f"{self.name}'s phone rings")

    def until_it_hears(self, sentence: str) -> None:
        """It has been told this."""
        self.carrier.until(lambda: self.heard(sentence), f"{self.name} hears {sentence!r}")

    def until_it_is_over(self) -> None:
        """Every call that rang here has ended."""
        self.carrier.until(
            lambda: (
                {event.sid for event in self.saw("ringing")} <= {event.sid for event in self.saw("ended")}
            ),
            f"{self.name}'s phone is quiet",
        )

    def until_it_speaks_with(self, other: "RemotePhone") -> None:
        """The two hear each other."""
        self.carrier.until(
            lambda: [event for event in self.saw("bridged") if event.other == other.number],
            f"{self.name} speaks with {other.name}",
        )
