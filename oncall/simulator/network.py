"""Which phone or line a dialled number leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.simulator.events import Kind, Unexpected
from oncall.simulator.legs import Connection, Leg, Status
from oncall.simulator.twiml import E164

if TYPE_CHECKING:
    from oncall.simulator.carrier import Carrier

MAX_FORWARDS = 5


class Network:
    """The public telephone network around the carrier."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def may_show(self, shown: str, caller: Leg) -> bool:
        """Whether the carrier lets the account show this number to whom it calls for `caller`."""
        if not E164.fullmatch(shown):
            return False
        allowed = shown in self._carrier.lines or shown in self._carrier.verified_numbers
        return allowed or shown == caller.from_number

    def reach(self, leg: Leg) -> None:
        """An outbound leg arrives in the network: somebody's phone rings, or it ends at once."""
        if leg.is_over:
            return
        if self._is_blocked(leg):
            self._carrier.complain(
                32017, f"the operator blocks {leg.from_number}, which arrives from abroad", sid=leg.sid
            )
            self._carrier.calls.end(leg, Status.FAILED)
            return
        leg.connection = Connection(leg.to, leg.from_number, leg.sid)
        leg.connection.caller = leg.party
        leg.connection.forwards = leg.forwards
        self.deliver(leg.connection, leg.to)

    def _is_blocked(self, leg: Leg) -> bool:
        """Operators block domestic numbers that arrive from abroad, unless they are the carrier's own."""
        prefix = self._carrier.options.blocked_caller_prefix
        if prefix is None or not leg.from_number.startswith(prefix) or not leg.to.startswith(prefix):
            return False
        return leg.from_number not in self._carrier.lines

    def deliver(self, connection: Connection, number: str) -> None:
        """The connection has reached `number`: a line of ours, a phone, or nobody."""
        carrier = self._carrier
        line, phone = carrier.lines.get(number), carrier.phones.get(number)
        if line is not None:
            carrier.calls.arrive(line, connection)
        elif phone is not None:
            phone.receive(connection)
        else:
            caller = connection.caller.real_number
            carrier.unexpected.append(Unexpected(carrier.now(), "call", number, caller))
            carrier.note(Kind.UNEXPECTED, number, caller, connection.sid, "call to a number that nobody has")
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
