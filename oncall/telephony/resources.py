"""The resources of our account at the carrier, asked for by path over REST.

The carrier's package has a class for each of its hundred resources, and loads all of them where one is used:
ten megabytes in each process. We use five, name them by path, and leave to the package what is hard to get
right: authorisation, regions, errors and pages.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from twilio.base.domain import Domain
from twilio.base.page import Page
from twilio.base.version import Version
from twilio.rest import Client

from oncall.settings import TWILIO

VOICE = "https://voice.twilio.com"  # where the carrier keeps what concerns calls to whole countries

Record = Mapping[str, Any]
"""A resource as the carrier describes it in JSON."""


class Resources:
    """The account's resources: `Calls`, `Messages/SM...`, `Messages/SM.../Media`.

    Every method raises TwilioException, or what `requests` raises, where the carrier refuses or is silent.
    """

    def __init__(self, client: Client, api_url: str) -> None:
        """Ask at `api_url`; an address that is not the carrier's own has all its interfaces."""
        self._client = client
        self._api_url = api_url
        self._api = Version(Domain(client, api_url), "2010-04-01")
        self._voice = Version(Domain(client, VOICE if api_url == TWILIO else api_url), "v1")
        self.account_sid = str(client.account_sid)
        self.auth = client.auth

    def create(self, path: str, form: Mapping[str, object]) -> Record:
        """Return the new resource."""
        record: Record = self._api.create("POST", self._uri(path), data=form)
        return record

    def update(self, path: str, form: Mapping[str, object]) -> None:
        """Change a resource."""
        self._api.update("POST", self._uri(path), data=form)

    def fetch(self, path: str = "") -> Record:
        """Return a resource; without a path, the account itself."""
        record: Record = self._api.fetch("GET", self._uri(path))
        return record

    def fetch_voice(self, path: str) -> Record:
        """Return what the carrier's interface for voice says there."""
        record: Record = self._voice.fetch("GET", path)
        return record

    def delete(self, path: str) -> None:
        """Delete a resource."""
        self._api.delete("DELETE", self._uri(path))

    def stream(
        self, path: str, filters: Mapping[str, object] | None = None, *, page_size: int | None = None
    ) -> Iterator[Record]:
        """Yield the resources of a list, each page of it fetched when the one before is used up."""
        params = {**(filters or {}), **({"PageSize": page_size} if page_size else {})}
        first = _Records(self._api, self._api.page("GET", self._uri(path), params=params))
        yield from self._api.stream(first)

    def address_of(self, path: str) -> str:
        """Return the address of something else at the carrier, such as a file."""
        return f"{self._api_url}{path}"

    def in_our_region(self, address: str) -> str:
        """Return where an address of the carrier's is asked for, if the account lies in a region."""
        return str(self._client.get_hostname(address))

    def _uri(self, path: str) -> str:
        account = f"/Accounts/{self.account_sid}"
        return f"{account}/{path}.json" if path else f"{account}.json"


class _Records(Page):  # type: ignore[misc]  # the package has no types
    def get_instance(self, payload: Record) -> Record:
        return payload
