"""What callers see: many signed webhooks at once, and how long each waited for its answer."""

import http.client
import secrets
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

Request = tuple[bytes, dict[str, str]]


@dataclass(frozen=True)
class Result:
    """One run."""

    seconds: float
    waits: tuple[float, ...]  # milliseconds, ascending
    failed: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.waits) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the wait, in milliseconds, that `share` of the requests did not exceed."""
        return self.waits[min(len(self.waits) - 1, int(share * len(self.waits)))]

    @property
    def p50(self) -> float:
        """The median wait."""
        return statistics.median(self.waits)


def merge(results: Sequence[Result]) -> Result:
    """Return several runs as one."""
    waits = sorted(wait for result in results for wait in result.waits)
    return Result(
        sum(result.seconds for result in results), tuple(waits), sum(result.failed for result in results)
    )


def make_calls(count: int, lines: Sequence[str], public_url: str, token: str) -> list[Request]:
    """Return signed incoming calls, each a new one, from ever new numbers to each line in turn."""
    validator = RequestValidator(token)
    url = f"{public_url}/voice/incoming"
    requests = []
    for n in range(count):
        form = {
            "CallSid": "CA" + secrets.token_hex(16),
            "AccountSid": "AC" + "0" * 32,
            "From": f"+479{secrets.randbelow(10_000_000):07}",
            "To": lines[n % len(lines)],
            "CallStatus": "ringing",
            "ApiVersion": "2010-04-01",
            "Direction": "inbound",
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": validator.compute_signature(url, form),
        }
        requests.append((urlencode(form).encode(), headers))
    return requests


def press(port: int, requests: Sequence[Request], callers: int) -> Result:
    """Send the requests, `callers` at a time, each as soon as its turn comes."""
    queue = iter(requests)
    guard = threading.Lock()

    def next_request() -> Request | None:
        with guard:
            return next(queue, None)

    return _run(port, callers, next_request)


def stroll(port: int, requests: Sequence[Request], rate: float, callers: int = 64) -> Result:
    """Send the requests at a steady `rate` a second, however long the answers take.

    A wait is counted from the instant at which the request was due, so that a server which falls
    behind is not spared.
    """
    begin = time.perf_counter() + 0.2
    queue = iter(enumerate(requests))
    guard = threading.Lock()
    due = threading.local()

    def next_request() -> Request | None:
        with guard:
            numbered = next(queue, None)
        if numbered is None:
            return None
        due.at = begin + numbered[0] / rate
        time.sleep(max(0.0, due.at - time.perf_counter()))
        return numbered[1]

    return _run(port, callers, next_request, lambda: float(due.at))


def _run(
    port: int,
    callers: int,
    next_request: Callable[[], Request | None],
    due_at: Callable[[], float] = time.perf_counter,
) -> Result:
    waits: list[float] = []
    failed: list[int] = []

    def call() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while (request := next_request()) is not None:
            begin = due_at()
            connection.request("POST", "/voice/incoming", request[0], request[1])
            response = connection.getresponse()
            body = response.read()
            waits.append((time.perf_counter() - begin) * 1000)
            if response.status != 200 or b"<Number" not in body:
                failed.append(response.status)
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(callers)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Result(time.perf_counter() - begin, tuple(sorted(waits)), len(failed))
