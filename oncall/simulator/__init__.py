"""A stand-in for the carrier: what the service's tests and demonstrations call and text through."""

from oncall.simulator import faults
from oncall.simulator.carrier import Carrier, NotQuiet
from oncall.simulator.core import Options
from oncall.simulator.events import Event, Kind
from oncall.simulator.memories import Bridge, Heard, Rang, Text
from oncall.simulator.phone_calls import PhoneCall
from oncall.simulator.phones import Phone
from oncall.simulator.policies import (
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
from oncall.simulator.transport import HttpTransport, WsgiTransport

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
