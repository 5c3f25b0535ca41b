"""Look at pages in a real browser, on a wide screen or on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.scenes.evening import Evening

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@contextmanager
def visiting(browser: Browser, team: tuple[Evening, str], key: str, **options: Any) -> Iterator[Page]:
    """A page in which that person is signed in."""
    evening, address = team
    client = evening.signed_in(f"{key}@vestfold.example")
    context = browser.new_context(
        ignore_https_errors=True, locale="nb-NO", timezone_id="Europe/Oslo", base_url=address, **options
    )
    context.add_cookies(
        [{"name": one.key, "value": one.value, "url": address} for one in (client._cookies or {}).values()]
    )
    yield context.new_page()
    context.close()
