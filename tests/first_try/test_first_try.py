"""What a newcomer sees who starts the demonstration and tries what its terminal says."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.first_try.conftest import Visit

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # milliseconds; the machine may be busy with other tests
expect.set_options(timeout=PATIENCE)


def ring(phones: Page, who: str | None = None) -> None:
    """A family calls the line that the page proposes."""
    if who:
        phones.get_by_label("Hvem ringer").select_option(label=who)
    phones.locator("#family").get_by_role("button", name="Ring", exact=True).click()


def ringing(phones: Page) -> Locator:
    """The phone that can be answered."""
    return phones.get_by_role("article").filter(has=phones.get_by_role("button", name="Svar", exact=True))


def name_on(phone: Locator) -> str:
    return phone.get_by_role("heading").inner_text()


def take(phones: Page, phone: Locator) -> None:
    """Answer, listen, and press 1."""
    name = name_on(phone)
    phone.get_by_role("button", name="Svar", exact=True).click()
    card = phones.get_by_role("article", name=name)
    expect(card).to_contain_text("Trykk 1 for å svare")
    card.get_by_role("button", name="Trykk 1", exact=True).first.click()


def test_a_call_is_answered_with_1_and_stands_in_the_log(phones: Page, pages: Page) -> None:
    ring(phones)
    phone = ringing(phones)
    expect(phone).to_have_count(1)
    therapist = name_on(phone)
    first_name = therapist.split()[0]
    expect(pages.get_by_role("main")).to_contain_text(f"Ringer {first_name}")

    take(phones, phone)
    expect(phones.locator("#family")).to_contain_text(f"I samtale med {therapist}")
    expect(pages.get_by_role("main")).to_contain_text(re.compile(f"med {first_name}"))
    phones.locator("#family").get_by_role("button", name="Legg på").click()
    expect(pages.get_by_role("main")).to_contain_text("Ingen ringer akkurat nå")

    pages.get_by_role("link", name="Logg", exact=True).click()
    line = pages.get_by_role("row").filter(has=pages.get_by_role("link")).first
    expect(line).to_contain_text(first_name)
    line.get_by_role("link").click()
    expect(pages.get_by_role("main")).to_contain_text(f"Ringer {first_name}")


def test_a_call_that_duty_lets_ring_goes_on_to_backup_at_its_second(phones: Page, pages: Page) -> None:
    on_duty = pages.get_by_role("region", name="På vakt").locator(".who").inner_text()
    backup = pages.locator("dd").first.inner_text()

    ring(phones, "Skjult nummer")  # whose therapist nobody knows, so that duty is rung by day too
    expect(ringing(phones)).to_have_count(1)
    began = time.monotonic()
    assert name_on(ringing(phones)) == on_duty
    second = phones.get_by_role("article", name=backup)
    expect(second.get_by_role("button", name="Svar", exact=True)).to_be_visible()
    waited = time.monotonic() - began
    take(phones, second)

    expect(phones.locator("#family")).to_contain_text(f"I samtale med {backup}")
    assert 15 < waited < 45, "backup's second is 25, or 20 after duty's by day"
    phones.locator("#family").get_by_role("button", name="Legg på").click()


def test_a_further_start_loads_nothing_and_keeps_the_sign_ins(first_visit: Visit, visit: Visit) -> None:
    assert first_visit.process.returncode == 0, "Ctrl-C is how one stops it"
    assert any("Loading" in line for line in first_visit.said)
    assert not any("Loading" in line for line in visit.said)
    assert visit.invitation["password"] == first_visit.invitation["password"]


def test_the_terminal_shows_no_trouble(visit: Visit, phones: Page) -> None:
    ring(phones, "Ukjent nummer")
    expect(ringing(phones)).to_have_count(1)
    phones.locator("#family").get_by_role("button", name="Legg på").click()
    expect(ringing(phones)).to_have_count(0)

    assert not [line for line in visit.said if "Traceback" in line or '"error"' in line]
