"""What a phone is and has been through, as its calls and the texts to it see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from standin.simulator.core import Core
from standin.simulator.events import EventKind
from standin.simulator.phones.memories import HeardSound, Rang, ReceivedText


class Handset:
    """A phone's number, what it can receive, and its memory."""

    def __init__(self, core: Core, number: str, name: str) -> None:
        self.core = core
        self.number = number
        self.name = name
        self.landline = False  # True receives no texts
        self.text_error: int | None = None  # why texts do not arrive; None when they do
        self.texts: list[ReceivedText] = []
        self.sent: list[ReceivedText] = []
        self._heard: list[HeardSound] = []
        self._rang: list[Rang] = []

    @property
    def heard(self) -> tuple[HeardSound, ...]:
        return tuple(self._heard)

    @property
    def said_to(self) -> tuple[str, ...]:
        """The sentences that were spoken to it."""
        return tuple(heard.text for heard in self._heard if heard.kind == "say")

    @property
    def rang(self) -> tuple[Rang, ...]:
        return tuple(self._rang)

    def begin_ringing(self, shown: str, call_sid: str) -> None:
        """Remember that it rings, with this number on its display."""
        self._rang.append(Rang(self.core.now(), None, shown, "ringing", call_sid))
        self.changed()

    def end_ringing(self, call_sid: str, start: datetime, outcome: str) -> None:
        """Remember how the ringing for a call that came at `start` has ended."""
        for index, rang in enumerate(self._rang):
            if rang.call_sid == call_sid and rang.start == start:
                end = rang.end or self.core.now()
                self._rang[index] = replace(rang, end=end, outcome=outcome)
        self.changed()

    def remember(self, heard: HeardSound) -> None:
        self._heard.append(heard)
        self.core.note(EventKind.HEARD, self.number, sid=heard.call_sid, detail=f"{heard.kind}: {heard.text}")

    def correct(self, heard: HeardSound, corrected: HeardSound) -> None:
        for index in range(len(self._heard) - 1, -1, -1):
            if self._heard[index] is heard:
                self._heard[index] = corrected
                return

    def changed(self) -> None:
        self.core.phone_changed(self.number)
