"""The settings in a real browser: no page is a barrier, and what is set is seen and heard there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from oncall.usecases.accounts.accounts import add_account
from tests.barriers import list_barriers
from tests.cast import LIVS_MAIL, PASSWORD
from tests.scenes.browsing import PHONE, WIDE, visiting
from tests.scenes.evening import Evening

pytestmark = pytest.mark.browser

PAGES = (
    "", "/team", "/municipalities", "/reasons", "/staff", "/staff/new", "/staff/kari", "/staff/kari/off",
    "/line", "/line/voicemail", "/line/words", "/ladder", "/ladder/always", "/ladder/daytime", "/alerts",
    "/check", "/history",
)  # fmt: skip
LAID_OUT_ANEW = ("", "/ladder", "/ladder/always")  # on a wide screen; the others only have more room


@pytest.fixture
def team(evening: Evening) -> Iterator[tuple[Evening, str]]:
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    with evening.served() as address:
        yield evening, address


def test_no_page_of_the_settings_is_a_barrier(browser: Browser, team: tuple[Evening, str]) -> None:
    found: list[str] = []
    with visiting(browser, team, "liv", viewport=WIDE) as page:
        page.goto("/settings/team")
        page.fill("#reason", "Ny avtale")
        page.get_by_role("button", name="Lagre").click()  # nothing was changed: no line in the history
        page.goto("/settings/ladder/always")
        page.fill("#after-2", "20")
        page.get_by_role("button", name="Se hvordan").click()
        found += list_barriers(page)
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_role("status")).to_contain_text("Lagret")
        page.goto("/settings/staff/kari")
        page.fill("#phone", "123")
        page.get_by_role("button", name="Lagre").click()
        expect(page.locator("#faults")).to_be_focused()
        found += list_barriers(page)
        for screen, paths in ((WIDE, LAID_OUT_ANEW), (PHONE, PAGES)):
            page.set_viewport_size(screen)  # type: ignore[arg-type]
            for path in paths:
                page.goto(f"/settings{path}")
                found += list_barriers(page)
        page.goto("/settings/line")
        page.locator("button[data-listen]:visible").first.click()  # said by the browser, where it has a voice
        expect(page.locator(".said").first).to_contain_text("ring 112")

    assert found == []
