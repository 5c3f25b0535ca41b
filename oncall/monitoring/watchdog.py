"""Ping an address of the operator's, whose silence is an alarm: called each minute while all is well."""

import threading
import urllib.request

from oncall.monitoring.reports import report

TIMEOUT = 10  # seconds


def ping(url: str) -> None:
    """The watchdog will be told, at once and without anybody waiting for it."""
    threading.Thread(target=_ping, args=(url,), name="watchdog", daemon=True).start()


def _ping(url: str) -> None:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT):  # noqa: S310 - the operator's own address
            pass
    except OSError as error:
        report(error, "watchdog")
