"""How a file that lies at the carrier, a picture or a recording, is fetched with our authorisation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from requests import Response
from requests.exceptions import RequestException

from oncall.telephony.codes import is_passing
from oncall.telephony.orders import TIMEOUT, CarrierRefused, Orders

CHUNK = 64 * 1024
LARGEST_ATTACHMENT = 16 * 1024 * 1024  # bytes; more than the carrier takes with a text
_FILE = re.compile(
    r"/2010-04-01/Accounts/(AC[0-9a-f]{32})/"
    r"(?:Messages/[A-Z]{2}[0-9a-f]{32}/Media/ME[0-9a-f]{32}|Recordings/RE[0-9a-f]{32}\.wav)"
)


class FileGone(Exception):
    """The carrier has no such file, or not yet."""


class FileTooLarge(Exception):
    """The file is larger than whoever asked for it takes."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that is being fetched; it raises FileTooLarge or CarrierRefused where it breaks off."""

    content_type: str  # in small letters, without parameters
    chunks: Iterator[bytes]


def file_name_of(reference: str) -> str:
    """Return the carrier's name for the file of this address."""
    return urlsplit(reference).path.rpartition("/")[2]


class Files:
    """The carrier's files; our password goes to the carrier alone, whatever a reference says."""

    def __init__(self, orders: Orders) -> None:
        """Ask where the orders go."""
        self._resources, self._session = orders.resources, orders.session

    def open(self, reference: str, largest: int) -> File:
        """Return the file of this address or path at the carrier, at most `largest` bytes of it.

        Raises FileGone, FileTooLarge and CarrierRefused.
        """
        path = urlsplit(reference).path
        found = _FILE.fullmatch(path)
        if found is None or found[1] != self._resources.account_sid:
            raise FileGone
        response = self._ask(self._resources.in_our_region(self._resources.address_of(path)))
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > largest:
            response.close()
            raise FileTooLarge
        content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return File(content_type, _read(response, largest))

    def recording(self, sid: str, largest: int) -> File:
        """Return a recording's sound; raises like `open`."""
        account = self._resources.account_sid
        return self.open(f"/2010-04-01/Accounts/{account}/Recordings/{sid}.wav", largest)

    def _ask(self, address: str) -> Response:
        try:
            response = self._session.get(address, auth=self._resources.auth, stream=True, timeout=TIMEOUT)
        except RequestException:
            raise CarrierRefused(0, permanent=False) from None
        status = response.status_code
        if status >= HTTPStatus.BAD_REQUEST:
            response.close()
            if status == HTTPStatus.NOT_FOUND:
                raise FileGone
            raise CarrierRefused(status, permanent=not is_passing(status))
        return response


def _read(response: Response, largest: int) -> Iterator[bytes]:
    got = 0
    with response:
        try:
            for chunk in response.iter_content(CHUNK):
                got += len(chunk)
                if got > largest:
                    raise FileTooLarge
                yield chunk
        except RequestException:
            raise CarrierRefused(0, permanent=False) from None
