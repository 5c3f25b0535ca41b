"""What all REST resources share: dates, pages and filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, NoReturn
from urllib.parse import urlencode

from standin.simulator.carrier import Carrier
from standin.simulator.rest.requests import PREFIX, Params, RestError, RestReply


def rfc2822(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment.astimezone(UTC).replace(microsecond=0))


def missing(what: str) -> NoReturn:
    raise RestError(404, 20404, f"The requested resource {what} was not found")


class Resource:
    """What all resources share."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier

    def uri(self, rest: str) -> str:
        return f"{PREFIX}{self.carrier.account_sid}{rest}"

    def page(self, name: str, path: str, rows: Sequence[dict[str, Any]], params: Params) -> RestReply:
        """One page of the rows, with the addresses of its neighbours."""
        size, page = params.number("PageSize", 50, 1, 1000), params.number("Page", 0, 0, 1_000_000)
        filters = {
            key: value
            for key, value in params.as_dict().items()
            if key not in ("Page", "PageSize", "PageToken")
        }

        def address(number: int) -> str:
            return f"{self.uri(path)}?{urlencode({**filters, 'PageSize': size, 'Page': number})}"

        begin = page * size
        shown = rows[begin : begin + size]
        return RestReply(
            200,
            {
                name: shown,
                "first_page_uri": address(0),
                "next_page_uri": address(page + 1) if begin + size < len(rows) else None,
                "previous_page_uri": address(page - 1) if page else None,
                "page": page,
                "page_size": size,
                "start": begin,
                "end": begin + max(0, len(shown) - 1),
                "uri": address(page),
            },
        )

    def within(self, params: Params, field: str, moment: datetime | None) -> bool:
        """Whether the moment passes the filters `Field=`, `Field<` and `Field>`, each a day or an instant."""
        for suffix in ("", "<", ">"):
            value = params.get(field + suffix)
            if value is None:
                continue
            low, high = _span(value)
            if moment is None:
                return False
            fits = {"": low <= moment < high, "<": moment < high, ">": moment >= low}[suffix]
            if not fits:
                return False
        return True


def _span(value: str) -> tuple[datetime, datetime]:
    """A day is a whole day; an instant is its second."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise RestError(400, 20001, f"{value!r} is not a date") from error
    if len(value) == 10:
        start = moment.replace(tzinfo=UTC)
        return start, start + timedelta(days=1)
    instant = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return instant, instant + timedelta(seconds=1)
