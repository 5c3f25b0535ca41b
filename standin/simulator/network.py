"""Which phone or line a dialled number leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from standin.simulator.account import CarrierNumber
from standin.simulator.calls.legs import CallLeg, Connection, Status
from standin.simulator.core import Core
from standin.simulator.events import EventKind, Unexpected
from standin.simulator.twiml.parsing import E164

MAX_FORWARDS = 5


class Receiver(Protocol):
    """A phone, as far as the network knows it."""

    def receive(self, connection: Connection) -> None:
        """Take a call that comes in."""


class Network:
    """The public telephone network around the core."""

    def __init__(
        self,
        core: Core,
        phones: Mapping[str, Receiver],
        take_call: Callable[[CarrierNumber, Connection], None],
    ) -> None:
        """Lead calls to the phones by their numbers, and those to a line of the account to `take_call`."""
        self._core = core
        self._phones = phones
        self._take_call = take_call

    def may_show(self, shown: str, caller: CallLeg) -> bool:
        """Whether the carrier lets the account show this number to whom it calls for `caller`."""
        if not E164.fullmatch(shown):
            return False
        allowed = shown in self._core.lines or shown in self._core.verified_numbers
        return allowed or shown == caller.from_number

    def blocks(self, leg: CallLeg) -> bool:
        """Whether operators block the leg: a domestic number from abroad that is not the carrier's own."""
        prefix = self._core.options.blocked_caller_prefix
        if prefix is None or not leg.from_number.startswith(prefix) or not leg.to.startswith(prefix):
            return False
        return leg.from_number not in self._core.lines

    def deliver(self, connection: Connection, number: str) -> None:
        """The connection has reached `number`: a line of ours, a phone, or nobody."""
        core = self._core
        line, phone = core.lines.get(number), self._phones.get(number)
        if line is not None:
            self._take_call(line, connection)
        elif phone is not None:
            phone.receive(connection)
        else:
            caller = connection.caller.real_number
            core.unexpected.append(Unexpected(core.now(), "call", number, caller))
            core.note(
                EventKind.UNEXPECTED, number, caller, connection.sid, "call to a number that nobody has"
            )
            connection.end(None, Status.FAILED)

    def forward(self, connection: Connection, from_number: str, to: str) -> None:
        """A phone passes the call on to another number; the network ends what goes round in a circle."""
        connection.forwards += 1
        if connection.forwards > MAX_FORWARDS:
            connection.end(None, Status.FAILED)
            return
        connection.forwarded_from = from_number
        connection.callee = None
        self.deliver(connection, to)
