"""What a human with a real browser sees, on a wide screen and on a phone, with JavaScript and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.barriers import list_barriers
from tests.scenes.browsing import PHONE, WIDE
from tests.scenes.evening import Evening

pytestmark = pytest.mark.browser


@pytest.fixture
def address(evening: Evening) -> Iterator[str]:
    """Where the evening's pages are served."""
    with evening.served() as address:
        yield address


@pytest.mark.parametrize("screen", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_puts_a_barrier_before_anybody(
    evening: Evening, address: str, page: Page, screen: dict[str, int], scheme: str
) -> None:
    page.set_viewport_size(screen)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{address}/sign-in")
    barriers = list_barriers(page)
    evening.enter(page, address)
    barriers += list_barriers(page)
    evening.escalated()
    lost = evening.hung_up()
    ringing = evening.rings_many()

    for path in (
        "/",
        "/log",
        "/log?case=V-999",
        "/log?from=2026-03-14&to=2026-03-01",
        f"/contacts/{lost}",
        f"/contacts/{ringing}",
        "/nowhere",
    ):
        page.goto(address + path)
        barriers += list_barriers(page)

    assert barriers == []


def test_the_start_page_follows_a_call_by_itself(evening: Evening, address: str, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    evening.enter(page, address)
    expect(page.get_by_text("Ingen ringer akkurat nå.")).to_be_visible()

    evening.rings()

    call = page.get_by_role("listitem").filter(has_text="V-014")
    expect(call).to_contain_text("Ringer Kari, 1 av 4")
    expect(page.locator("[aria-live=polite]")).to_contain_text("1 samtale pågår")
    evening.kari.answer()
    evening.run_for(3)
    evening.kari.press("1")
    evening.run_for(3)
    expect(call).to_contain_text("I samtale med Kari siden 02:40")
    assert complaints == []


@pytest.mark.parametrize("status", [None, 500], ids=["no-answer", "failure"])
def test_what_is_no_longer_brought_up_to_date_is_greyed_with_its_age(
    evening: Evening, address: str, page: Page, status: int | None
) -> None:
    evening.enter(page, address)
    warning = page.locator("#stale")
    expect(warning).to_be_hidden()

    page.route("**/now/live", lambda route: route.fulfill(status=status) if status else route.abort())

    expect(warning).to_contain_text("Ikke oppdatert på", timeout=15_000)
    expect(page.locator("#live")).to_have_class("stale")
    page.unroute("**/now/live")
    expect(warning).to_be_hidden(timeout=15_000)


def test_a_session_that_has_ended_leads_the_open_page_to_the_sign_in(
    evening: Evening, address: str, page: Page
) -> None:
    evening.enter(page, address)

    page.context.clear_cookies()

    expect(page.get_by_role("heading", name="Logg inn")).to_be_visible(timeout=15_000)


def test_everything_works_without_javascript(evening: Evening, address: str, browser: Browser) -> None:
    contact = evening.answered_at_once()
    context = browser.new_context(ignore_https_errors=True, java_script_enabled=False, locale="nb-NO")
    page = context.new_page()
    evening.enter(page, address)
    evening.rings()

    page.get_by_role("link", name="Oppdater").click()
    expect(page.get_by_text("Ringer Kari, 1 av 4").last).to_be_visible()
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.get_by_role("link", name="Logg", exact=True).click()
    page.get_by_label("Utfall").select_option("answered")
    page.get_by_role("button", name="Vis").click()
    page.get_by_role("link", name="V-014").click()
    assert page.url.endswith(contact)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def test_the_keyboard_alone_reaches_the_content_first(evening: Evening, address: str, page: Page) -> None:
    evening.enter(page, address, "/log")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Til innholdet")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_label("Utfall")).to_be_focused()
