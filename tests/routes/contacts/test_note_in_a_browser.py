"""Notes on a phone: no typed word is lost, whether its writer is signed out or somebody else writes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from oncall.usecases.accounts.accounts import add_account
from tests.barriers import list_barriers
from tests.cast import KARIS_MAIL, OLAS_MAIL, PASSWORD
from tests.scenes.browsing import PHONE
from tests.scenes.evening import Evening
from tests.scenes.note_pages import record

pytestmark = pytest.mark.browser

SAID, CHILDS = "Mor sier at far har låst døren.", "«Jeg vil hjem.»"


@pytest.fixture
def address(evening: Evening) -> Iterator[str]:
    """Where the evening's pages are served; Ola can sign in too."""
    add_account(evening.service.db, "vestfold", "ola", OLAS_MAIL, PASSWORD)
    with evening.served() as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone's browser."""
    context = browser.new_context(ignore_https_errors=True, locale="nb-NO", viewport=PHONE)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def save(page: Page) -> None:
    page.get_by_role("button", name="Lagre notatet").click()


def test_a_session_that_ends_in_mid_note_costs_no_word(evening: Evening, address: str, page: Page) -> None:
    contact = evening.answered_at_once()
    evening.enter(page, address, f"/contacts/{contact}")

    page.get_by_label("Det som ble sagt").press_sequentially(SAID)
    expect(page.locator("#kept")).to_contain_text("Tatt vare på som utkast")
    page.context.clear_cookies()
    page.get_by_label("Barnets egne ord").press_sequentially(CHILDS)
    expect(page.locator("#not-kept")).to_be_visible()
    save(page)
    expect(page.get_by_role("heading", name="Notatet ditt er fortsatt her")).to_be_visible()
    barriers = list_barriers(page)
    evening.enter(page.context.new_page(), address)
    for _ in range(2):  # the first form was made for the session that has ended
        expect(page.get_by_label("Det som ble sagt")).to_have_value(SAID)
        expect(page.get_by_label("Barnets egne ord")).to_have_value(CHILDS)
        save(page)

    expect(page.get_by_text("Skrevet av Kari")).to_be_visible()
    (written,) = record(evening, contact).versions
    assert (written.text.said, written.text.child_words) == (SAID, CHILDS)
    assert barriers == []


def test_of_two_who_write_one_note_each_finds_the_words_of_both(
    evening: Evening, address: str, page: Page, browser: Browser
) -> None:
    contact = evening.answered_at_once()
    theirs = browser.new_context(ignore_https_errors=True, locale="nb-NO").new_page()
    for each, email in ((page, KARIS_MAIL), (theirs, OLAS_MAIL)):
        evening.enter(each, address, f"/contacts/{contact}", email)

    theirs.get_by_label("Det som ble sagt").fill("Olas ord.")
    page.get_by_label("Det som ble sagt").fill("Karis ord.")
    save(theirs)
    expect(theirs.get_by_text("Skrevet av Ola")).to_be_visible()
    save(page)
    expect(page.get_by_text("Ola har lagret en annen versjon i mellomtiden")).to_be_visible()
    expect(page.get_by_text("Olas ord.")).to_be_visible()
    expect(page.get_by_label("Det som ble sagt")).to_have_value("Karis ord.")
    barriers = list_barriers(page)
    page.get_by_role("button", name="Lagre min som den nyeste versjonen").click()

    expect(page.get_by_text("Skrevet av Kari")).to_be_visible()
    assert [each.text.said for each in record(evening, contact).versions] == ["Olas ord.", "Karis ord."]
    assert barriers == []
    theirs.context.close()
