"""How a call leg lives: it is placed or comes in, rings, is answered, bridged and ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime

from standin.simulator.account import CarrierNumber
from standin.simulator.calls.legs import CallLeg, Connection, Direction, Party, Sound, Status, StatusCallback
from standin.simulator.calls.steps import HungUp
from standin.simulator.core import Core
from standin.simulator.events import EventKind
from standin.simulator.network import Network
from standin.simulator.webhooks import Webhooks


class LegParty:
    """A leg of the carrier's as one end of a connection."""

    def __init__(self, calls: Calls, leg: CallLeg) -> None:
        self._calls = calls
        self._leg = leg

    @property
    def real_number(self) -> str:
        return self._leg.from_number if self._leg.is_outbound else self._leg.to

    def on_ringing(self) -> None:
        self._calls.ringing(self._leg)

    def on_answered(self) -> None:
        self._calls.answered(self._leg)

    def on_ended(self, status: Status) -> None:
        self._calls.end(self._leg, status)

    def on_heard(self, sound: Sound) -> None:
        other = self._leg.bridged_to
        if other is not None and other.connection is not None:
            other.connection.send(other.party, sound)
        elif self._leg.session is not None and sound.kind == "speech":
            self._leg.session.notify("speech", sound.seconds)

    def on_hushed(self) -> None:
        pass

    def on_pressed(self, digit: str) -> None:
        if self._leg.session is not None:
            self._leg.session.notify("digit", digit)

    def on_bridged(self, other: str) -> None:
        pass

    def on_unbridged(self) -> None:
        pass


class Calls:
    """All call legs that the account ever had."""

    def __init__(self, core: Core, webhooks: Webhooks, network: Network) -> None:
        self._core = core
        self._webhooks = webhooks
        self._network = network
        self._next_slot = core.now()  # when the next REST call may go out
        self.legs: dict[str, CallLeg] = {}

    @property
    def open(self) -> tuple[CallLeg, ...]:
        return tuple(leg for leg in self.legs.values() if not leg.is_over)

    def arrive(self, line: CarrierNumber, connection: Connection) -> CallLeg:
        """Let a call come in on a line of ours: it rings, and nothing has answered it."""
        core = self._core
        leg = CallLeg(
            core.new_sid("CA"), connection.shown, line.number, Direction.INBOUND, core.now(),
            status=Status.RINGING, line=line, forwarded_from=connection.forwarded_from, connection=connection,
        )  # fmt: skip
        if line.status_url:
            leg.callback = StatusCallback(line.status_url)
        leg.started_at = core.now()
        leg.forwards = connection.forwards
        self.legs[leg.sid] = leg
        leg.party = LegParty(self, leg)
        connection.callee = leg.party
        connection.sid = connection.sid or leg.sid
        core.note(EventKind.CALL_PLACED, line.number, connection.caller.real_number, leg.sid, "inbound")
        connection.ring()
        return leg

    def place(
        self,
        to: str,
        shown: str,
        *,
        direction: Direction,
        timeout: float,
        parent: CallLeg | None = None,
        callback: StatusCallback | None = None,
        on_answer: Callable[[CallLeg], None] | None = None,
        on_end: Callable[[CallLeg], None] | None = None,
    ) -> CallLeg:
        """A leg to `to` is on its way; `timeout` seconds after it leaves, it ends unanswered."""
        core = self._core
        leg = CallLeg(core.new_sid("CA"), shown, to, direction, core.now(), parent=parent, callback=callback)
        leg.party = LegParty(self, leg)
        leg.forwards = parent.forwards if parent is not None else 0
        leg.on_answer += [on_answer] if on_answer else []
        leg.on_end += [on_end] if on_end else []
        self.legs[leg.sid] = leg
        core.note(EventKind.CALL_PLACED, to, shown, leg.sid, str(direction))
        wait = self._wait_for_slot() if direction is Direction.API else 0.0
        core.engine.after(wait, lambda: self._dispatch(leg, timeout))
        return leg

    def _wait_for_slot(self) -> float:
        rate = self._core.options.calls_per_second
        if rate is None:
            return 0.0
        slot = max(self._next_slot, self._core.now())
        self._next_slot = slot + timedelta(seconds=1 / rate)
        return (slot - self._core.now()).total_seconds()

    def _dispatch(self, leg: CallLeg, timeout: float) -> None:
        if leg.is_over:
            return
        options = self._core.options
        leg.status = Status.INITIATED
        leg.started_at = self._core.now()
        self._report(leg, "initiated")
        self._core.engine.after(options.call_setup, lambda: self._reach(leg))
        leg.giving_up = self._core.engine.after(
            timeout + options.extra_ringing, lambda: self.end(leg, Status.NO_ANSWER)
        )

    def _reach(self, leg: CallLeg) -> None:
        """Let an outbound leg arrive in the network: somebody's phone rings, or it ends at once."""
        if leg.is_over:
            return
        if self._network.blocks(leg):
            self._core.complain(
                32017, f"the operator blocks {leg.from_number}, which arrives from abroad", sid=leg.sid
            )
            self.end(leg, Status.FAILED)
            return
        leg.connection = Connection(leg.to, leg.from_number, leg.sid)
        leg.connection.caller = leg.party
        leg.connection.forwards = leg.forwards
        self._network.deliver(leg.connection, leg.to)

    def _keep_on(self, leg: CallLeg) -> None:
        """The leg will not end for lack of an answer."""
        if leg.giving_up is not None:
            leg.giving_up.cancel()

    def ringing(self, leg: CallLeg) -> None:
        if leg.status is Status.INITIATED:
            leg.status = Status.RINGING
            self._core.note(EventKind.RINGING, leg.to, leg.from_number, leg.sid)
            self._report(leg, "ringing")

    def answered(self, leg: CallLeg) -> None:
        """The far end of an outbound leg has picked up."""
        if leg.is_over or leg.status is Status.IN_PROGRESS:
            return
        self._keep_on(leg)
        leg.status = Status.IN_PROGRESS
        leg.answered_at = self._core.now()
        self._core.note(EventKind.ANSWERED, leg.to, leg.from_number, leg.sid)
        self._report(leg, "answered")
        for act in tuple(leg.on_answer):
            act(leg)

    def pick_up(self, leg: CallLeg) -> None:
        """The carrier answers an inbound leg, if it has not yet."""
        if leg.is_outbound or leg.status is not Status.RINGING:
            return
        leg.status = Status.IN_PROGRESS
        leg.answered_at = self._core.now()
        self._core.note(EventKind.ANSWERED, leg.to, leg.from_number, leg.sid)
        if leg.connection is not None:
            leg.connection.answer()

    def end(self, leg: CallLeg, status: Status) -> None:
        """The leg is over: its far end knows, its bridge is down, its document has stopped."""
        if leg.is_over:
            return
        self._keep_on(leg)
        leg.status, leg.ended_at = status, self._core.now()
        self.unbridge(leg)
        self._core.note(EventKind.ENDED, leg.to, leg.from_number, leg.sid, str(status))
        if leg.connection is not None:
            leg.connection.end(leg.party, status)
        self._report(leg, "completed")
        if leg.session is not None:
            leg.session.interrupt(HungUp())
        for act in tuple(leg.on_end):
            act(leg)

    def cut(self, leg: CallLeg) -> None:
        """End the leg from the carrier's side, with the status that its state gives it."""
        unanswered = leg.is_outbound and leg.status is not Status.IN_PROGRESS
        self.end(leg, Status.CANCELED if unanswered else Status.COMPLETED)

    def detach(self, leg: CallLeg) -> None:
        """The Dial that placed the leg is over for it; the leg itself lives on."""
        self.unbridge(leg)
        leg.detached = True
        watchers, leg.on_end = leg.on_end, []
        for act in watchers:
            act(leg)

    def bridge(self, one: CallLeg, two: CallLeg) -> None:
        """The two hear each other from now on."""
        for leg, other in ((one, two), (two, one)):
            leg.bridged_to = other
            if leg.connection is not None:
                leg.connection.hush(leg.party)
        for leg, other in ((one, two), (two, one)):
            self._core.note(EventKind.BRIDGED, leg.far_number, other.far_number, leg.sid)
            party = self._far_end(leg)
            if party is not None:
                party.on_bridged(other.far_number)

    def unbridge(self, leg: CallLeg) -> None:
        """Whoever this leg was bridged to hears it no longer, and goes on with its own document."""
        other = leg.bridged_to
        if other is None:
            return
        for each in (leg, other):
            each.bridged_to = None
            self._core.note(EventKind.UNBRIDGED, each.far_number, sid=each.sid)
            party = self._far_end(each)
            if party is not None:
                party.on_unbridged()
        for each in (leg, other):
            if each.session is not None:
                each.session.notify("bridge over", None)

    def _far_end(self, leg: CallLeg) -> Party | None:
        return leg.connection.other(leg.party) if leg.connection is not None else None

    def play(self, leg: CallLeg, sound: Sound) -> None:
        """Whoever is at the leg's far end begins to hear `sound`."""
        if leg.connection is not None:
            leg.connection.send(leg.party, sound)

    def params(self, leg: CallLeg) -> dict[str, str]:
        """What every webhook about the leg carries."""
        params = {
            "CallSid": leg.sid,
            "AccountSid": self._core.account_sid,
            "From": leg.from_number,
            "To": leg.to,
            "Caller": leg.from_number,
            "Called": leg.to,
            "CallStatus": str(leg.status),
            "ApiVersion": "2010-04-01",
            "Direction": str(leg.direction),
        }
        if leg.parent is not None:
            params["ParentCallSid"] = leg.parent.sid
        if leg.forwarded_from:
            params["ForwardedFrom"] = leg.forwarded_from
        return params

    def _report(self, leg: CallLeg, event: str) -> None:
        """Send the status callback for `event`, if it was asked for; it may be overtaken on its way."""
        callback = leg.callback
        if callback is None or event not in callback.events:
            return
        moment = self._core.now()
        params = self.params(leg) | self._progress(leg, moment)
        if event == "completed":
            seconds = leg.seconds(moment)
            params |= {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
        leg.sequence += 1
        self._core.engine.after(self._core.callback_delay(), lambda: self._send(leg, callback, params))

    def _progress(self, leg: CallLeg, moment: datetime) -> dict[str, str]:
        return {
            "Timestamp": format_datetime(moment.replace(microsecond=0)),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(leg.sequence),
        }

    def _send(self, leg: CallLeg, callback: StatusCallback, params: Mapping[str, str]) -> None:
        self._webhooks.send(
            callback.url, params, method=callback.method, purpose="status", sid=leg.sid, base=callback.base
        )
