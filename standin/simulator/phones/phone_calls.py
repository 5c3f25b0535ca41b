"""How one call goes at one phone, from its owner's side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from standin.simulator.calls.legs import Connection, Sound, Status
from standin.simulator.calls.steps import spoken_seconds
from standin.simulator.engine import Timer
from standin.simulator.events import EventKind
from standin.simulator.phones.handset import Handset
from standin.simulator.phones.memories import BridgedCall, HeardSound
from standin.simulator.phones.policies import Act, Script

KEY_SECONDS = 0.2  # between two keys of one number


class PhoneCall:
    """One call at one phone, from its own side."""

    def __init__(self, phone: Handset, connection: Connection, *, outgoing: bool, script: Script) -> None:
        self.phone = phone
        self.connection = connection
        self.outgoing = outgoing
        self.script = script
        self.state = "dialling" if outgoing else "ringing"  # then "talking", at last "ended"
        self.by_machine = False
        self.started_at = phone.core.now()
        self.answered_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.outcome = ""  # of an ended call: the status in the network's words
        self.heard: list[HeardSound] = []
        self.bridges: list[BridgedCall] = []
        self._timers: list[Timer] = []
        self._hearing: list[Timer] = []  # acts that wait for the present sentence's end

    @property
    def real_number(self) -> str:
        return self.phone.number

    @property
    def sid(self) -> str:
        return self.connection.sid

    @property
    def is_over(self) -> bool:
        return self.state == "ended"

    @property
    def other_number(self) -> str:
        """What the display shows."""
        return self.connection.called if self.outgoing else self.connection.shown

    # -- what the network tells it --------------------------------------------------------------------

    def on_ringing(self) -> None:
        if self.state == "dialling":
            self.state = "ringing"
            self.on_heard(Sound("ringing", sid=self.sid))

    def on_answered(self) -> None:
        if not self.is_over:
            self.state = "talking"
            self.answered_at = self.phone.core.now()
            self.phone.changed()
            callee = self.connection.callee
            if isinstance(callee, PhoneCall):
                self.on_bridged(callee.real_number)
                callee.on_bridged(self.real_number)

    def on_ended(self, status: Status) -> None:
        if self.is_over:
            return
        rang = self.state == "ringing" and not self.outgoing
        self._finish(str(status))
        if rang:
            self._end_ringing("missed")

    def on_heard(self, sound: Sound) -> None:
        self._break_off()
        now = self.phone.core.now()
        heard = HeardSound(
            now, sound.kind, sound.text, sound.sid or self.sid, sound.seconds, sound.language, sound.voice
        )
        self.heard.append(heard)
        self.phone.remember(heard)
        words = sound.text or sound.kind  # a tone has none, and is known by what it is
        for act in self.script.acts:
            if act.heard is not None and act.heard.search(words):
                timer = self.phone.core.engine.after(sound.seconds + act.at, self._doing(act))
                self._hearing.append(timer)
                self._timers.append(timer)

    def on_hushed(self) -> None:
        self._break_off()

    def on_pressed(self, digit: str) -> None:
        self.on_heard(Sound("tones", digit, KEY_SECONDS, sid=self.sid))

    def on_bridged(self, other: str) -> None:
        bridge = BridgedCall(other, self.phone.core.now(), None, self.sid)
        self.bridges.append(bridge)
        self.phone.changed()

    def on_unbridged(self) -> None:
        if self.bridges and self.bridges[-1].end is None:
            self.bridges[-1] = replace(self.bridges[-1], end=self.phone.core.now())
            self.phone.changed()

    # -- what its owner does --------------------------------------------------------------------------

    def answer(self) -> None:
        """Take the ringing call."""
        if self.state != "ringing" or self.outgoing:
            return
        self.state, self.answered_at = "talking", self.phone.core.now()
        self._end_ringing("voicemail" if self.by_machine else "answered")
        self.connection.answer()
        self._begin_script()

    def decline(self) -> None:
        """Refuse the ringing call, which the network reports as busy."""
        if self.state == "ringing" and not self.outgoing:
            self.leave("declined", Status.BUSY)

    def hang_up(self) -> None:
        if not self.is_over:
            unanswered = self.outgoing and self.answered_at is None
            self._leave(Status.CANCELED if unanswered and not self._at_a_line() else Status.COMPLETED)

    def press(self, digits: str) -> None:
        """Press the keys one after another."""
        for index, digit in enumerate(digits):
            self._after(index * KEY_SECONDS, partial(self._press, digit))

    def speak(self, text: str) -> None:
        """Say something to whoever listens."""
        if self.state == "talking":
            self.connection.send(self, Sound("speech", text, spoken_seconds(text), sid=self.sid))

    def leave(self, outcome: str, status: Status) -> None:
        """Stop ringing here."""
        self._finish(str(status))
        self._end_ringing(outcome)
        self.connection.end(self, status)

    # -- inside ---------------------------------------------------------------------------------------

    def _at_a_line(self) -> bool:
        return self.connection.callee is not None and not isinstance(self.connection.callee, PhoneCall)

    def _leave(self, status: Status) -> None:
        ringing = self.state == "ringing" and not self.outgoing
        self._finish(str(status))
        if ringing:
            self._end_ringing("declined")
            status = Status.BUSY
        self.connection.end(self, status)

    def _finish(self, outcome: str) -> None:
        self._break_off()
        self.on_unbridged()
        self.state, self.outcome, self.ended_at = "ended", outcome, self.phone.core.now()
        for timer in self._timers:
            timer.cancel()
        self.phone.changed()

    def _end_ringing(self, outcome: str) -> None:
        self.phone.end_ringing(self.sid, self.started_at, outcome)

    def _press(self, digit: str) -> None:
        if self.state == "talking" or (self.outgoing and not self.is_over):
            self.phone.core.note(EventKind.PRESSED, self.phone.number, sid=self.sid, detail=digit)
            self.connection.press(self, digit)

    def _begin_script(self) -> None:
        for act in self.script.acts:
            if act.heard is None:
                self._after(act.at, self._doing(act))

    def begin(self) -> None:
        """The caller's own script runs from the moment of dialling."""
        self._begin_script()

    def _doing(self, act: Act) -> Callable[[], None]:
        match act.what:
            case "press":
                return lambda: self.press(act.value)
            case "speak":
                return lambda: self.speak(act.value)
            case _:  # hanging up and losing the signal look alike to the network
                return self.hang_up

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        self._timers.append(self.phone.core.engine.after(seconds, action))

    def after_ringing(self, seconds: float, action: Callable[[], None]) -> None:
        """Do it if the phone still rings then."""

        def if_ringing() -> None:
            if self.state == "ringing":
                action()

        self._after(seconds, if_ringing)

    def _break_off(self) -> None:
        """What was being heard is heard no longer."""
        for timer in self._hearing:
            if timer.due > self.phone.core.engine.elapsed():
                timer.cancel()
        if not self.heard:
            return
        last = self.heard[-1]
        lasted = (self.phone.core.now() - last.at).total_seconds()
        if last.cut_after is None and lasted < last.seconds:
            self.heard[-1] = replace(last, cut_after=lasted)
            self.phone.correct(last, self.heard[-1])
