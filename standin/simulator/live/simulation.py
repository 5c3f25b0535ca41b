"""Who takes part in a simulation that people watch, and what is to be seen of it."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from standin.simulator.account import CarrierNumber
from standin.simulator.carrier import Carrier
from standin.simulator.events import Event
from standin.simulator.phones.memories import HeardSound
from standin.simulator.phones.phone_calls import PhoneCall
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import Policy
from standin.simulator.phones.policy_words import write_policy
from standin.simulator.transport import HttpTransport, Transport

SHOWN_EVENTS = 200
SHOWN_SENTENCES = 30
SHOWN_TEXTS = 50
BACKLOG = 2000  # messages that a slow watcher may be behind
ROLES = ("family", "staff")


@dataclass(frozen=True)
class CastPart:
    """What a number is in the play."""

    role: str = "staff"  # or "family"
    team: str = ""  # "" belongs to no team, and is shown with every one


class Simulation:
    """A carrier in real or scaled time, its cast, and those who watch."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        voice_url: str | None,
        text_url: str | None,
        status_url: str | None = None,
        voice_fallback_url: str | None = None,
        api_url: str = "",
        speed: float = 1.0,
        transport: Transport | None = None,
        **options: Any,
    ) -> None:
        self.carrier = Carrier(
            transport=transport or HttpTransport(),
            start=datetime.now(UTC),
            account_sid=account_sid,
            auth_token=auth_token,
            time=speed,
            api_url=api_url,
            **options,
        )
        self.voice_url = voice_url
        self.text_url = text_url
        self.status_url = status_url
        self.voice_fallback_url = voice_fallback_url
        self.parts: dict[str, CastPart] = {}
        self.line_teams: dict[str, str] = {}
        self.code_keys: dict[str, str] = {}  # of the code generators on phones, in base32, by number
        self._watchers: list[queue.Queue[dict[str, Any] | None]] = []
        self.carrier.listeners.append(self._on_event)
        self.carrier.phone_listeners.append(self._on_phone)

    # -- the cast -------------------------------------------------------------------------------------

    def add_line(
        self, number: str, *, name: str = "", team: str = "", **addresses: str | None
    ) -> CarrierNumber:
        """A line whose addresses are the simulation's own, unless others are given."""
        with self.carrier.engine.lock:
            line = self.carrier.line(
                number,
                name=name,
                voice_url=addresses.get("voice_url") or self.voice_url,
                text_url=addresses.get("text_url") or self.text_url,
                status_url=addresses.get("status_url") or self.status_url,
                voice_fallback_url=addresses.get("voice_fallback_url") or self.voice_fallback_url,
            )
            self.line_teams[number] = team
            self._publish("cast", self.cast())
            return line

    def hold_fallback(self, line_number: str, static_number: str) -> None:
        """While the service fails, the carrier itself puts the line's callers through to `static_number`."""
        with self.carrier.engine.lock:
            line = self.carrier.lines[line_number]
            line.voice_fallback_url = f"https://bins.stand-in.example/{line_number.removeprefix('+')}"
            dial = f'<Dial callerId="{line_number}"><Number>{static_number}</Number></Dial>'
            self.carrier.twiml_bin(line.voice_fallback_url, f"<Response>{dial}</Response>")

    def add_phone(
        self,
        number: str,
        *,
        name: str = "",
        role: str = "staff",
        team: str = "",
        policy: Policy | None = None,
    ) -> Phone:
        with self.carrier.engine.lock:
            self.parts[number] = CastPart(role, team)
            phone = self.carrier.phone(number, name=name, policy=policy)
            self._publish("cast", self.cast())
            return phone

    def remove_phone(self, number: str) -> None:
        with self.carrier.engine.lock:
            phone = self.carrier.phones.pop(number)
            self.parts.pop(number, None)
            phone.hang_up()
            self._publish("cast", self.cast())

    def remove_line(self, number: str) -> None:
        with self.carrier.engine.lock:
            del self.carrier.lines[number]
            self.line_teams.pop(number, None)
            self._publish("cast", self.cast())

    def reset(self, *, everything: bool = False) -> None:
        """Forget every call and text; with `everything`, the lines and phones too."""
        with self.carrier.engine.lock:
            carrier = self.carrier
            lines, phones = tuple(carrier.lines.values()), tuple(carrier.phones.values())
            carrier.reset()
            if everything:
                self.parts.clear()
                self.line_teams.clear()
            else:
                carrier.lines = {line.number: line for line in lines}
                for phone in phones:
                    carrier.phone(phone.number, name=phone.name, policy=phone.policy)
            self._publish("state", self.state())

    def change_speed(self, speed: float) -> None:
        with self.carrier.engine.lock:
            self.carrier.engine.change_speed(speed)
            self._publish("clock", self.clock())

    # -- what is to be seen -----------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Everything that a page needs to begin with."""
        with self.carrier.engine.lock:
            return {
                **self.cast(),
                **self.clock(),
                "phones": [self.show_phone(phone) for phone in self.carrier.phones.values()],
                "events": [show_event(event) for event in self.carrier.events[-SHOWN_EVENTS:]],
                "legs": [
                    {
                        "sid": leg.sid,
                        "from": leg.from_number,
                        "to": leg.to,
                        "direction": leg.direction,
                        "status": leg.status,
                        "bridged_to": leg.bridged_to.sid if leg.bridged_to else None,
                    }
                    for leg in self.carrier.legs
                ],
                "queues": [
                    {"sid": each.sid, "name": each.name, "size": len(each.members)}
                    for each in self.carrier.queues
                ],
                "errors": [
                    {"at": e.at.isoformat(), "code": e.code, "message": e.message}
                    for e in self.carrier.errors
                ],
                "unexpected": [
                    {"at": each.at.isoformat(), "kind": each.kind, "to": each.to, "from": each.from_number}
                    for each in self.carrier.unexpected
                ],
            }

    def cast(self) -> dict[str, Any]:
        lines = [
            {"number": line.number, "name": line.friendly_name, "team": self.line_teams.get(line.number, "")}
            for line in self.carrier.lines.values()
        ]
        people = [
            {"number": phone.number, "name": phone.name, **vars(self.parts.get(phone.number, CastPart()))}
            for phone in self.carrier.phones.values()
        ]
        return {"lines": lines, "people": people}

    def clock(self) -> dict[str, Any]:
        return {"now": self.carrier.now().isoformat(), "speed": self.carrier.engine.speed}

    def show_phone(self, phone: Phone) -> dict[str, Any]:
        texts = sorted([*phone.texts, *phone.sent], key=lambda text: text.at)[-SHOWN_TEXTS:]
        call = next(iter(phone.open_calls), phone.calls[-1] if phone.calls else None)
        return {
            "number": phone.number,
            "policy": write_policy(phone.policy),
            "call": self._show_call(call) if call else None,
            "texts": [
                {
                    "at": text.at.isoformat(),
                    "mine": text in phone.sent,
                    "from": text.from_number,
                    "to": text.to,
                    "body": text.body,
                    "sid": text.sid,
                }
                for text in texts
            ],
        }

    def _show_call(self, call: PhoneCall) -> dict[str, Any]:
        bridge = call.bridges[-1] if call.bridges and call.bridges[-1].end is None else None
        since = call.ended_at or call.answered_at or call.started_at
        return {
            "id": f"{call.sid}/{call.started_at.timestamp()}",
            "state": call.state,
            "outgoing": call.outgoing,
            "by_machine": call.by_machine,
            "other": call.other_number,
            "since": since.isoformat(),
            "outcome": call.outcome,
            "with": self._name(bridge.other_number) if bridge else None,
            "heard": [_show_heard(heard) for heard in call.heard[-SHOWN_SENTENCES:]],
        }

    def _name(self, number: str) -> str:
        phone = self.carrier.phones.get(number)
        return phone.name if phone else number

    # -- those who watch --------------------------------------------------------------------------------

    def watch(self) -> queue.Queue[dict[str, Any] | None]:
        """What happens from now on, as messages; a None ends it."""
        with self.carrier.engine.lock:
            watcher: queue.Queue[dict[str, Any] | None] = queue.Queue(BACKLOG)
            watcher.put({"type": "state", "data": self.state()})
            self._watchers.append(watcher)
            return watcher

    def unwatch(self, watcher: queue.Queue[dict[str, Any] | None]) -> None:
        with self.carrier.engine.lock:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

    def _publish(self, kind: str, data: dict[str, Any]) -> None:
        for watcher in tuple(self._watchers):
            try:
                watcher.put_nowait({"type": kind, "data": data})
            except queue.Full:
                # It will come back and begin with the whole state.
                self._watchers.remove(watcher)

    def _on_event(self, event: Event) -> None:
        self._publish("event", show_event(event))
        self._on_phone(event.number)

    def _on_phone(self, number: str) -> None:
        phone = self.carrier.phones.get(number)
        if phone is not None:
            self._publish("phone", self.show_phone(phone))


def show_event(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "number": event.number,
        "other": event.other,
        "sid": event.sid,
        "detail": event.detail,
    }


def _show_heard(heard: HeardSound) -> dict[str, Any]:
    return {
        "at": heard.at.isoformat(),
        "kind": heard.kind,
        "text": heard.text,
        "language": heard.language,
        "cut": heard.cut_after is not None,
    }
