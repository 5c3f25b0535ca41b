"""A stand-in for the carrier: what the service's tests and demonstrations call and text through."""

from standin.simulator import faults
from standin.simulator.carrier import Carrier, NotQuiet
from standin.simulator.core import Options
from standin.simulator.events import Event, Kind
from standin.simulator.phones.memories import Bridge, Heard, Rang, Text
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
    "Bridge",
    "Busy",
    "Carrier",
    "Decline",
    "Event",
    "Forward",
    "Heard",
    "HttpTransport",
    "Kind",
    "NoSuchNumber",
    "NotQuiet",
    "Off",
    "Options",
    "Phone",
    "PhoneCall",
    "Policy",
    "Rang",
    "Ring",
    "Script",
    "Text",
    "Voicemail",
    "WsgiTransport",
    "faults",
    "in_turn",
]
