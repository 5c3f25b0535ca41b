"""What we order from the carrier over REST, and what went wrong where it did not take the order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from requests import Session
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import HttpClient, TwilioHttpClient
from twilio.rest import Client

from oncall.telephony.codes import NOT_IN_PROGRESS, NUMBER_AT_FAULT, UNKNOWN, is_passing
from oncall.telephony.documents import LEG_EVENTS
from oncall.telephony.links import Links
from oncall.telephony.resources import Resources

TIMEOUT = 5.0  # seconds; the client has none of its own

_ALREADY_SO = frozenset({NOT_IN_PROGRESS, UNKNOWN})  # it is over or gone: what was wanted
_GOING_ON = frozenset({"queued", "initiated", "ringing", "in-progress"})  # states of a call


@dataclass(frozen=True)
class CarrierRefused(Exception):
    """The carrier has not taken an order."""

    code: int  # the carrier's own, or its HTTP status; 0: no answer came in time
    permanent: bool  # whether the same order would be refused again
    number_at_fault: bool = False  # whether it is this number that cannot be reached

    def __str__(self) -> str:
        """Ids and codes only: the carrier's own text may hold a number."""
        return f"carrier code {self.code}"


class Orders:
    """The carrier's REST interface, with our time-out and our errors.

    Every method raises CarrierRefused, and nothing else, when the order was not surely taken.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        api_url: str,
        *,
        region: str | None = None,
        edge: str | None = None,
        http_client: HttpClient | None = None,
        session: Session | None = None,
    ) -> None:
        """Build the client; nothing is sent. The session fetches files, which the client cannot."""
        self.session = session or Session()
        http = http_client or TwilioHttpClient(timeout=TIMEOUT)
        client = Client(account_sid, auth_token, region=region, edge=edge, http_client=http)
        self.resources = Resources(client, api_url)

    def ring(self, number: str, caller_id: str, links: Links, leg: str, timeout: int) -> str:
        """Order a call that screens whoever picks up; return the carrier's name for it."""
        with translated():
            form = {
                "To": number,
                "From": caller_id,
                "Url": links.screen(leg),
                "StatusCallback": links.status(leg),
                "StatusCallbackEvent": LEG_EVENTS,
                "Timeout": timeout,
            }
            return str(self.resources.create("Calls", form).get("sid"))

    def end(self, sid: str) -> None:
        """End a ringing or running leg; one that has ended already is fine."""
        with translated(), _fine_if_already_so():
            self.resources.update(f"Calls/{sid}", {"Status": "completed"})

    def redirect(self, sid: str, url: str) -> None:
        """Send a running leg to another document; one that has ended already is fine."""
        with translated(), _fine_if_already_so():
            self.resources.update(f"Calls/{sid}", {"Url": url, "Method": "POST"})

    def status(self, sid: str) -> str:
        """Return how a call fares: queued, ringing, in-progress, completed, busy, failed, ..."""
        with translated():
            return str(self.resources.fetch(f"Calls/{sid}").get("status"))

    def dials(self, sid: str) -> bool:
        """Return whether somebody whom a call has dialled still rings or talks."""
        with translated():
            dialled = self.resources.stream("Calls", {"ParentCallSid": sid}, page_size=50)
            return any(call.get("status") in _GOING_ON for call in dialled)

    def find_queue(self, name: str) -> str | None:
        """Return the carrier's name for the queue that we call `name`; None if there is none."""
        with translated():
            for queue in self.resources.stream("Queues", page_size=1000):
                if queue.get("friendly_name") == name:
                    return str(queue.get("sid"))
        return None

    def queue_length(self, sid: str) -> int:
        """Return how many callers wait in a queue."""
        with translated():
            return int(self.resources.fetch(f"Queues/{sid}").get("current_size") or 0)

    def delete_queue(self, sid: str) -> None:
        """Delete a queue; one that is gone already is fine."""
        with translated(), _fine_if_already_so():
            self.resources.delete(f"Queues/{sid}")

    def delete_recording(self, sid: str) -> None:
        """Delete a recording; one that is gone already is fine."""
        with translated(), _fine_if_already_so():
            self.resources.delete(f"Recordings/{sid}")

    def delete_attachment(self, text: str, sid: str) -> None:
        """Delete a file of a text; one that is gone already is fine."""
        with translated(), _fine_if_already_so():
            self.resources.delete(f"Messages/{text}/Media/{sid}")

    def call(self, number: str, caller_id: str, url: str, timeout: int, status_url: str) -> str:
        """Order a call that goes to `url` once it is answered; return the carrier's name for it.

        Its end is told to `status_url`.
        """
        with translated():
            form = {
                "To": number,
                "From": caller_id,
                "Url": url,
                "Timeout": timeout,
                "StatusCallback": status_url,
            }
            return str(self.resources.create("Calls", form).get("sid"))

    def text(self, number: str, sender: str, body: str, status_url: str | None = None) -> str:
        """Order a text message; return the carrier's name for it."""
        form = {"To": number, "From": sender, "Body": body}
        if status_url:
            form["StatusCallback"] = status_url
        with translated():
            return str(self.resources.create("Messages", form).get("sid"))


@contextmanager
def translated() -> Iterator[None]:
    """Whatever the client raises inside is raised as CarrierRefused."""
    try:
        yield
    except TwilioRestException as error:
        code = error.code or error.status
        # Not chained: the carrier's own message may hold a number.
        raise CarrierRefused(code, not is_passing(error.status), code in NUMBER_AT_FAULT) from None
    except (TwilioException, RequestException, OSError):
        raise CarrierRefused(0, permanent=False) from None


@contextmanager
def _fine_if_already_so() -> Iterator[None]:
    try:
        yield
    except TwilioRestException as error:
        if error.code not in _ALREADY_SO and error.status != HTTPStatus.NOT_FOUND:
            raise
