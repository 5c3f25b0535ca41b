"""What a <Dial>'s action is told."""

from __future__ import annotations

from dataclasses import dataclass

from standin.simulator.calls.legs import CallLeg
from standin.simulator.calls.session import Session


@dataclass
class DialResult:
    """What the Dial's action is told."""

    status: str = "no-answer"
    leg: CallLeg | None = None  # the one that answered, else the last to end
    bridged: bool = False

    def params(self, session: Session) -> dict[str, str]:
        params = {"DialCallStatus": self.status, "DialBridged": "true" if self.bridged else "false"}
        if self.leg is not None:
            params["DialCallSid"] = self.leg.sid
            if self.leg.answered_at is not None:
                params["DialCallDuration"] = str(self.leg.seconds(session.core.now()))
        return params
