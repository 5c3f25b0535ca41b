"""A stand-in for the carrier: what the service's tests and demonstrations call and text through."""

from standin.simulator import faults
from standin.simulator.carrier import Carrier, NotQuiet
from standin.simulator.core import Options
from standin.simulator.events import Event, EventKind
from standin.simulator.phones.memories import BridgedCall, HeardSound, Rang, ReceivedText
from standin.simulator.phones.phone_calls import PhoneCall
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import (
    Answer,
    Busy,
    Decline,
    Forward,
    NoSuchNumber,
    Off,
    Policy,
    Ring,
    Script,
    Voicemail,
    in_turn,
)
from standin.simulator.transport import HttpTransport, WsgiTransport

__all__ = [
    "Answer",
    "BridgedCall",
    "Busy",
    "Carrier",
    "Decline",
    "Event",
    "EventKind",
    "Forward",
    "HeardSound",
    "HttpTransport",
    "NoSuchNumber",
    "NotQuiet",
    "Off",
    "Options",
    "Phone",
    "PhoneCall",
    "Policy",
    "Rang",
    "ReceivedText",
    "Ring",
    "Script",
    "Voicemail",
    "WsgiTransport",
    "faults",
    "in_turn",
]
