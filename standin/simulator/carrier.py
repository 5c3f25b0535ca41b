"""The stand-in for the carrier, put together: its numbers, phones, calls and texts."""

from __future__ import annotations

from collections.abc import Callable

from standin.simulator.account import CarrierNumber
from standin.simulator.calls.calls import Calls
from standin.simulator.calls.documents import start_call
from standin.simulator.calls.legs import CallLeg, Connection
from standin.simulator.calls.performing import perform
from standin.simulator.calls.queues import Queues
from standin.simulator.calls.session import SessionParts
from standin.simulator.calls.steps import Ask
from standin.simulator.core import Core
from standin.simulator.exchanges import Webhook
from standin.simulator.messages import Messages
from standin.simulator.network import Network
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import Policy, Ring
from standin.simulator.webhooks import Webhooks


class NotQuiet(AssertionError):
    """Something is left over, went wrong, or went to somebody unknown."""


class Carrier(Core):
    """One account at the carrier, the telephone network around it, and the people in it.

    With `time="virtual"` nothing moves until `run_for`. With `time="real"`, or a number for how many times
    as fast as the wall clock, `start()` begins and every touch from outside holds `engine.lock`.
    """

    def clear(self) -> None:
        """Make every part anew; none of them knows what happened before."""
        super().clear()
        self.phones: dict[str, Phone] = {}
        self.webhooks = Webhooks(self)
        self.network = Network(self, self.phones, self._take_call)
        self.messages = Messages(self, self.webhooks, self.phones)
        self.calls = Calls(self, self.webhooks, self.network)
        self.queues = Queues(self)
        self.exchange = SessionParts(self, self.webhooks, self.network, self.calls, self.queues, perform)

    def reset(self) -> None:
        """Forget every phone, line, call and text; answers still on their way reach nobody."""
        with self.engine.lock:
            self.engine.forget_all()
            for leg in self.legs:
                if leg.session is not None:
                    leg.session.stop()
            self.clear()

    def _take_call(self, line: CarrierNumber, connection: Connection) -> None:
        leg = self.calls.arrive(line, connection)
        ask = Ask(line.voice_url or "", line.voice_method)
        start_call(self.exchange, leg, ask, line.voice_fallback_url)

    # -- setting the scene ----------------------------------------------------------------------------

    def line(
        self,
        number: str,
        *,
        voice_url: str | None = None,
        text_url: str | None = None,
        status_url: str | None = None,
        voice_fallback_url: str | None = None,
        text_fallback_url: str | None = None,
        voice_method: str = "POST",
        text_method: str = "POST",
        name: str = "",
    ) -> CarrierNumber:
        """A number of the account's own; a second call for the same number replaces its addresses."""
        known = self.lines.get(number)
        self.lines[number] = CarrierNumber(
            number,
            known.sid if known else self.new_sid("PN"),
            known.created_at if known else self.now(),
            voice_url,
            voice_method,
            voice_fallback_url,
            text_url,
            text_method,
            text_fallback_url,
            status_url,
            name or number,
        )
        return self.lines[number]

    def phone(self, number: str, *, name: str = "", policy: Policy | None = None) -> Phone:
        """Somebody's phone, which rings untouched unless `policy` says otherwise; one for each number."""
        phone = self.phones.get(number)
        if phone is None:
            phone = self.phones[number] = Phone(
                self, self.network, self.messages, number, name or number, policy or Ring()
            )
        else:
            phone.name, phone.policy = name or phone.name, policy or phone.policy
        self.phone_changed(number)
        return phone

    def twiml_bin(self, url: str, twiml: str) -> None:
        """A document that the carrier itself holds, and gives out whatever becomes of the service."""
        self.twiml_bins[url] = twiml.encode()

    def fail_texts_to(self, number: str, code: int = 30003) -> None:
        """Texts to the number end undelivered with this error."""
        self.text_failures[number] = code

    def after_each_webhook(self, listener: Callable[[Webhook], None]) -> None:
        """Call `listener` whenever a webhook has been answered."""
        self.webhook_listeners.append(listener)

    # -- what is there --------------------------------------------------------------------------------

    @property
    def legs(self) -> tuple[CallLeg, ...]:
        """The legs that are open now."""
        return self.calls.open

    def assert_quiet(self) -> None:
        """Raise NotQuiet if a leg or queue is left, the protocol was broken, or a number was unknown."""
        leftovers = [
            f"open leg: {leg.direction} {leg.from_number} -> {leg.to} ({leg.status})" for leg in self.legs
        ]
        leftovers += [f"queue left: {queue.name}" for queue in self.queues]
        leftovers += [
            f"error {e.code} at {e.at:%H:%M:%S}: {e.message}" for e in self.errors if not e.provoked
        ]
        leftovers += [
            f"unexpected {each.kind} from {each.from_number} to {each.to}" for each in self.unexpected
        ]
        if leftovers:
            raise NotQuiet("\n".join(leftovers))
