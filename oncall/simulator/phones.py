"""What somebody's phone does, rings, hears and receives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from oncall.simulator.events import Kind
from oncall.simulator.legs import Connection, Sound, Status
from oncall.simulator.policies import (
    Act,
    Answer,
    Busy,
    Decline,
    Forward,
    InTurn,
    NoSuchNumber,
    Off,
    Policy,
    Ring,
    Script,
    Voicemail,
)
from oncall.simulator.session import spoken_seconds

if TYPE_CHECKING:
    from oncall.simulator.carrier import Carrier
    from oncall.simulator.engine import Timer

KEY_SECONDS = 0.2  # between two keys of one number


@dataclass(frozen=True)
class Heard:
    """Something that was heard, from `at` on."""

    at: datetime
    kind: str  # "say", "play", "speech", "ringing", "silence", "beep", "tones", "error"
    text: str
    call_sid: str
    seconds: float = 0.0
    language: str | None = None
    voice: str | None = None
    cut_after: float | None = None  # seconds after which it was broken off; None when it came to its end


@dataclass(frozen=True)
class Rang:
    """One time that the phone rang."""

    start: datetime
    end: datetime | None  # None while it rings
    shown: str  # the number on its display
    outcome: str  # "ringing", "answered", "declined", "missed", "forwarded", "voicemail"
    call_sid: str


@dataclass(frozen=True)
class Bridge:
    """Two people could hear each other."""

    other_number: str  # of the phone at the other end, shown or not
    start: datetime
    end: datetime | None  # None while they talk
    call_sid: str


@dataclass(frozen=True)
class Text:
    at: datetime
    from_number: str
    to: str
    body: str
    sid: str


class PhoneCall:
    """One call at one phone, from its own side."""

    def __init__(self, phone: Phone, connection: Connection, *, outgoing: bool, script: Script) -> None:
        self.phone = phone
        self.connection = connection
        self.outgoing = outgoing
        self.script = script
        self.state = "dialling" if outgoing else "ringing"  # then "talking", at last "ended"
        self.by_machine = False
        self.started_at = phone.carrier.now()
        self.answered_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.outcome = ""  # of an ended call: the status in the network's words
        self.heard: list[Heard] = []
        self.bridges: list[Bridge] = []
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
            self.answered_at = self.phone.carrier.now()
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
            self.phone.rang_out(self, "missed")

    def on_heard(self, sound: Sound) -> None:
        self._break_off()
        now = self.phone.carrier.now()
        heard = Heard(
            now, sound.kind, sound.text, sound.sid or self.sid, sound.seconds, sound.language, sound.voice
        )
        self.heard.append(heard)
        self.phone.remember(heard)
        for act in self.script.acts:
            if act.heard is not None and sound.text and act.heard.search(sound.text):
                timer = self.phone.carrier.engine.after(sound.seconds + act.at, self._doing(act))
                self._hearing.append(timer)
                self._timers.append(timer)

    def on_hushed(self) -> None:
        self._break_off()

    def on_pressed(self, digit: str) -> None:
        self.on_heard(Sound("tones", digit, KEY_SECONDS, sid=self.sid))

    def on_bridged(self, other: str) -> None:
        bridge = Bridge(other, self.phone.carrier.now(), None, self.sid)
        self.bridges.append(bridge)
        self.phone.changed()

    def on_unbridged(self) -> None:
        if self.bridges and self.bridges[-1].end is None:
            self.bridges[-1] = replace(self.bridges[-1], end=self.phone.carrier.now())
            self.phone.changed()

    # -- what its owner does --------------------------------------------------------------------------

    def answer(self) -> None:
        """Take the ringing call."""
        if self.state != "ringing" or self.outgoing:
            return
        self.state, self.answered_at = "talking", self.phone.carrier.now()
        self.phone.rang_out(self, "voicemail" if self.by_machine else "answered")
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
        self.phone.rang_out(self, outcome)
        self.connection.end(self, status)

    # -- inside ---------------------------------------------------------------------------------------

    def _at_a_line(self) -> bool:
        return self.connection.callee is not None and not isinstance(self.connection.callee, PhoneCall)

    def _leave(self, status: Status) -> None:
        ringing = self.state == "ringing" and not self.outgoing
        self._finish(str(status))
        if ringing:
            self.phone.rang_out(self, "declined")
            status = Status.BUSY
        self.connection.end(self, status)

    def _finish(self, outcome: str) -> None:
        self._break_off()
        self.on_unbridged()
        self.state, self.outcome, self.ended_at = "ended", outcome, self.phone.carrier.now()
        for timer in self._timers:
            timer.cancel()
        self.phone.changed()

    def _press(self, digit: str) -> None:
        if self.state == "talking" or (self.outgoing and not self.is_over):
            self.phone.carrier.note(Kind.PRESSED, self.phone.number, sid=self.sid, detail=digit)
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
        self._timers.append(self.phone.carrier.engine.after(seconds, action))

    def after_ringing(self, seconds: float, action: Callable[[], None]) -> None:
        """Do it if the phone still rings then."""

        def if_ringing() -> None:
            if self.state == "ringing":
                action()

        self._after(seconds, if_ringing)

    def _break_off(self) -> None:
        """What was being heard is heard no longer."""
        for timer in self._hearing:
            if timer.due > self.phone.carrier.engine.elapsed():
                timer.cancel()
        if not self.heard:
            return
        last = self.heard[-1]
        lasted = (self.phone.carrier.now() - last.at).total_seconds()
        if last.cut_after is None and lasted < last.seconds:
            self.heard[-1] = replace(last, cut_after=lasted)
            self.phone.correct(last, self.heard[-1])


class Phone:
    """A phone with a number, and what its owner does with it."""

    def __init__(self, carrier: Carrier, number: str, name: str, policy: Policy) -> None:
        self.carrier = carrier
        self.number = number
        self.name = name
        self.policy = policy
        self.call_waiting = False  # True lets it ring during a call
        self.landline = False  # True receives no texts
        self.text_error: int | None = None  # why texts do not arrive; None when they do
        self.calls: list[PhoneCall] = []
        self.texts: list[Text] = []
        self.sent: list[Text] = []
        self._heard: list[Heard] = []
        self._rang: list[Rang] = []
        self._turns = 0

    def __repr__(self) -> str:
        return f"<Phone {self.name} {self.number}>"

    @property
    def heard(self) -> tuple[Heard, ...]:
        return tuple(self._heard)

    @property
    def said_to(self) -> tuple[str, ...]:
        """The sentences that were spoken to it."""
        return tuple(heard.text for heard in self._heard if heard.kind == "say")

    @property
    def rang(self) -> tuple[Rang, ...]:
        return tuple(self._rang)

    @property
    def bridges(self) -> tuple[Bridge, ...]:
        return tuple(
            sorted((b for call in self.calls for b in call.bridges), key=lambda bridge: bridge.start)
        )

    @property
    def open_calls(self) -> tuple[PhoneCall, ...]:
        return tuple(call for call in self.calls if not call.is_over)

    @property
    def is_engaged(self) -> bool:
        """In a call or ringing; a call that the voicemail took does not count."""
        return any(not call.by_machine for call in self.open_calls)

    # -- what its owner does --------------------------------------------------------------------------

    def call(self, number: str, script: Script | None = None, *, withheld: bool | str = False) -> PhoneCall:
        """Dial the number; `withheld` hides this phone's, or shows the given word in its place."""
        shown = withheld if isinstance(withheld, str) else "anonymous" if withheld else self.number
        with self.carrier.engine.lock:
            connection = Connection(number, shown)
            call = PhoneCall(self, connection, outgoing=True, script=script or Script())
            connection.caller = call
            self.calls.append(call)
            self.carrier.engine.soon(lambda: self._dial(call))
            call.begin()
            return call

    def _dial(self, call: PhoneCall) -> None:
        if not call.is_over:
            self.carrier.network.deliver(call.connection, call.connection.called)
            call.connection.sid = call.connection.sid or self.carrier.new_sid("NC")

    def text(self, number: str, body: str, *, forged_from: str | None = None) -> Text:
        """Send a text; `forged_from` sets another sender, as anybody can."""
        with self.carrier.engine.lock:
            return self.carrier.messages.send_from_phone(self, number, body, forged_from or self.number)

    def answer(self) -> None:
        """Take the call that rings, if one does."""
        self._ringing(PhoneCall.answer)

    def decline(self) -> None:
        self._ringing(PhoneCall.decline)

    def press(self, digits: str) -> None:
        self._all(lambda call: call.press(digits))

    def speak(self, text: str) -> None:
        self._all(lambda call: call.speak(text))

    def hang_up(self) -> None:
        self._all(PhoneCall.hang_up)

    def _ringing(self, act: Callable[[PhoneCall], None]) -> None:
        with self.carrier.engine.lock:
            for call in self.open_calls:
                if call.state == "ringing" and not call.outgoing:
                    act(call)
                    return

    def _all(self, act: Callable[[PhoneCall], None]) -> None:
        with self.carrier.engine.lock:
            for call in self.open_calls:
                if call.state == "talking" or call.outgoing:
                    act(call)

    # -- what the network does to it ------------------------------------------------------------------

    def receive(self, connection: Connection, hops: int = 0) -> None:
        """A call comes in: it rings, or the network says at once why not."""
        policy = self._policy_for_this_call()
        if self.is_engaged and not self.call_waiting:
            if not (isinstance(policy, Voicemail) and policy.also_when_busy):
                connection.end(None, Status.BUSY)
                return
            policy = replace(policy, after=0.0)
        match policy:
            case Busy():
                connection.end(None, Status.BUSY)
            case Off():
                connection.end(None, Status(policy.status))
            case NoSuchNumber():
                connection.end(None, Status.FAILED)
            case Forward(to=to, after=0.0):
                self.carrier.network.forward(connection, self.number, to, hops)
            case _:
                self._ring(connection, policy, hops)

    def _policy_for_this_call(self) -> Policy:
        policy = self.policy
        if isinstance(policy, InTurn):
            turn = min(self._turns, len(policy.policies) - 1)
            self._turns += 1
            return policy.policies[turn]
        return policy

    def _ring(self, connection: Connection, policy: Policy, hops: int) -> None:
        script = policy.script if isinstance(policy, Answer) else Script()
        call = PhoneCall(self, connection, outgoing=False, script=script)
        connection.callee = call
        self.calls.append(call)
        self._rang.append(Rang(self.carrier.now(), None, connection.shown, "ringing", connection.sid))
        self.changed()
        connection.ring()
        match policy:
            case Answer():
                call.after_ringing(policy.after, call.answer)
            case Decline():
                call.after_ringing(policy.after, call.decline)
            case Voicemail():
                call.after_ringing(policy.after, lambda: self._voicemail(call, policy))
            case Forward():
                call.after_ringing(policy.after, lambda: self._forward(call, policy, hops))
            case _:
                pass

    def _voicemail(self, call: PhoneCall, policy: Voicemail) -> None:
        call.by_machine = True
        end = spoken_seconds(policy.greeting) + policy.records
        call.script = Script().speak(policy.greeting, at=0.5).hang_up(at=end)
        call.answer()

    def _forward(self, call: PhoneCall, policy: Forward, hops: int) -> None:
        connection = call.connection
        connection.callee = None  # this phone is out of it
        call.on_ended(Status.NO_ANSWER)
        self.rang_out(call, "forwarded")
        self.carrier.network.forward(connection, self.number, policy.to, hops)

    # -- its memory -----------------------------------------------------------------------------------

    def rang_out(self, call: PhoneCall, outcome: str) -> None:
        """The ringing for this call is over."""
        for index, rang in enumerate(self._rang):
            if rang.call_sid == call.sid and rang.start == call.started_at:
                end = rang.end or self.carrier.now()
                self._rang[index] = replace(rang, end=end, outcome=outcome)
        self.changed()

    def remember(self, heard: Heard) -> None:
        self._heard.append(heard)
        self.carrier.note(Kind.HEARD, self.number, sid=heard.call_sid, detail=f"{heard.kind}: {heard.text}")

    def correct(self, heard: Heard, corrected: Heard) -> None:
        for index in range(len(self._heard) - 1, -1, -1):
            if self._heard[index] is heard:
                self._heard[index] = corrected
                return

    def changed(self) -> None:
        self.carrier.phone_changed(self)

    def heard_between(self, start: datetime, seconds: float) -> tuple[Heard, ...]:
        end = start + timedelta(seconds=seconds)
        return tuple(heard for heard in self._heard if start <= heard.at < end)


__all__ = ["Bridge", "Heard", "Phone", "PhoneCall", "Rang", "Ring", "Text"]
