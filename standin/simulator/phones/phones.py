"""What somebody's phone does when it is called, and all that it has been through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from standin.simulator.calls.legs import Connection, Status
from standin.simulator.calls.steps import spoken_seconds
from standin.simulator.core import Core
from standin.simulator.messages import Messages
from standin.simulator.network import Network
from standin.simulator.phones.handset import Handset
from standin.simulator.phones.memories import BridgedCall, Media, ReceivedText
from standin.simulator.phones.phone_calls import PhoneCall
from standin.simulator.phones.policies import (
    Answer,
    Busy,
    Decline,
    Forward,
    InTurn,
    NoSuchNumber,
    Off,
    Policy,
    Script,
    Voicemail,
)


class Phone(Handset):
    """A phone with a number, and what its owner does with it."""

    def __init__(
        self,
        core: Core,
        network: Network,
        messages: Messages,
        number: str,
        name: str,
        policy: Policy,
    ) -> None:
        super().__init__(core, number, name)
        self._network = network
        self._messages = messages
        self.policy = policy
        self.call_waiting = False  # True lets it ring during a call
        self.calls: list[PhoneCall] = []
        self._turns = 0

    def __repr__(self) -> str:
        return f"<Phone {self.name} {self.number}>"

    @property
    def bridges(self) -> tuple[BridgedCall, ...]:
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
        with self.core.engine.lock:
            connection = Connection(number, shown)
            call = PhoneCall(self, connection, outgoing=True, script=script or Script())
            connection.caller = call
            self.calls.append(call)
            self.core.engine.soon(lambda: self._dial(call))
            call.begin()
            return call

    def _dial(self, call: PhoneCall) -> None:
        if not call.is_over:
            self._network.deliver(call.connection, call.connection.called)
            call.connection.sid = call.connection.sid or self.core.new_sid("NC")

    def text(
        self, number: str, body: str, *, forged_from: str | None = None, media: Sequence[Media] = ()
    ) -> ReceivedText:
        """Send a text, with pictures perhaps; `forged_from` sets another sender, as anybody can."""
        with self.core.engine.lock:
            sender = forged_from or self.number
            return self._messages.send_from_phone(self, number, body, sender, tuple(media))

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
        with self.core.engine.lock:
            for call in self.open_calls:
                if call.state == "ringing" and not call.outgoing:
                    act(call)
                    return

    def _all(self, act: Callable[[PhoneCall], None]) -> None:
        with self.core.engine.lock:
            for call in self.open_calls:
                if call.state == "talking" or call.outgoing:
                    act(call)

    # -- what the network does to it ------------------------------------------------------------------

    def receive(self, connection: Connection) -> None:
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
                self._network.forward(connection, self.number, to)
            case _:
                self._ring(connection, policy)

    def _policy_for_this_call(self) -> Policy:
        policy = self.policy
        if isinstance(policy, InTurn):
            turn = min(self._turns, len(policy.policies) - 1)
            self._turns += 1
            return policy.policies[turn]
        return policy

    def _ring(self, connection: Connection, policy: Policy) -> None:
        script = policy.script if isinstance(policy, Answer) else Script()
        call = PhoneCall(self, connection, outgoing=False, script=script)
        connection.callee = call
        self.calls.append(call)
        self.begin_ringing(connection.shown, connection.sid)
        connection.ring()
        match policy:
            case Answer():
                call.after_ringing(policy.after, call.answer)
            case Decline():
                call.after_ringing(policy.after, call.decline)
            case Voicemail():
                call.after_ringing(policy.after, lambda: self._voicemail(call, policy))
            case Forward():
                call.after_ringing(policy.after, lambda: self._forward(call, policy))
            case _:
                pass

    def _voicemail(self, call: PhoneCall, policy: Voicemail) -> None:
        call.by_machine = True
        end = spoken_seconds(policy.greeting) + policy.records
        call.script = Script().speak(policy.greeting, at=0.5).hang_up(at=end)
        call.answer()

    def _forward(self, call: PhoneCall, policy: Forward) -> None:
        connection = call.connection
        connection.callee = None  # this phone is out of it
        call.on_ended(Status.NO_ANSWER)
        self.end_ringing(call.sid, call.started_at, "forwarded")
        self._network.forward(connection, self.number, policy.to)
