"""What a browser says it is, in two words that somebody knows their own device by; and whence it comes."""

import ipaddress
import re

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def name_device(user_agent: str) -> str:
    """Return "Firefox, Windows", as far as the browser tells."""
    found = (
        next((name for mark, name in table if mark in user_agent), None) for table in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name) or "?"


def name_network(address: str) -> str:
    """Return from which network a request comes: by its address, and by 64 bits of one in version 6.

    There one household has so many addresses that each attempt could come from another. Some proxies add
    the port, which changes with every connection.
    """
    bare = re.sub(r"^\[([^]]*)\](:[0-9]+)?$|^([^:]*):[0-9]+$", r"\1\3", address.strip())
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return bare
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)
