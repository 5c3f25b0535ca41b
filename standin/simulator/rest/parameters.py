"""Which parameters the carrier's REST interface has: a misspelled one is refused in strict mode."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_PAGES = {"Page", "PageSize", "PageToken"}
_CALLBACK = {"StatusCallback", "StatusCallbackEvent", "StatusCallbackMethod"}
_DOCUMENT = {"Url", "Method", "FallbackUrl", "FallbackMethod", "Twiml", "TimeLimit", *_CALLBACK}
_SINCE = ("StartTime", "EndTime", "DateSent", "DateCreated")
_DATES = {f"{name}{sign}" for name in _SINCE for sign in ("", "<", ">")}

KNOWN: Mapping[tuple[str, str], set[str]] = MappingProxyType(
    {
        ("POST", "/Calls"): {"To", "From", "Timeout", "SendDigits", "MachineDetection", "Record", *_DOCUMENT},
        ("POST", "/Calls/*"): {"Status", *_DOCUMENT},
        ("GET", "/Calls"): {"To", "From", "Status", "ParentCallSid", *_DATES, *_PAGES},
        ("POST", "/Messages"): {"To", "From", "Body", "MediaUrl", "ValidityPeriod", "StatusCallback"},
        ("POST", "/Messages/*"): {"Body", "Status"},
        ("GET", "/Messages"): {"To", "From", *_DATES, *_PAGES},
        ("GET", "/Queues"): _PAGES,
        ("GET", "/Recordings"): {"CallSid", *_DATES, *_PAGES},
    }
)


def unknown_parameters(method: str, path: str, names: set[str]) -> list[str]:
    """Return which names the carrier does not know there; none where the path is not in the table."""
    place = re.sub(r"[A-Z]{2}[0-9a-f]{32}", "*", path).removesuffix(".json")
    return sorted(names - KNOWN.get((method, place), names))
