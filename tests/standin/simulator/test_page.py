"""How people play with the phones on the stand-in's page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.cast import KARIS_PHONE, LINE, MOTHER
from tests.standin.simulator.house import GATE, SCREENED, House

pytestmark = pytest.mark.browser


@pytest.fixture
def phones(house: House, browser: Browser) -> Iterator[Page]:
    """The page in English, with a service behind it that rings and screens Kari."""
    house.service.pages |= {
        "/incoming": SCREENED,
        "/screen": lambda form: "<Response/>" if form.get("Digits") else GATE,
        "/text": "<Response><Message>See https://line.example/k/1.</Message></Response>",
    }
    house.post("/speed", speed=5)
    page = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 900})
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    page.goto(house.address)
    expect(page.get_by_role("article", name="Kari")).to_be_visible()
    yield page
    page.close()
    assert broken == []


def kari(page: Page) -> Locator:
    return page.get_by_role("article", name="Kari")


def press(place: Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).first.click()


def test_a_family_calls_and_the_therapist_answers_and_presses_1(phones: Page, house: House) -> None:
    family = phones.locator("#family")

    press(family, "Call")
    press(kari(phones), "Answer")
    expect(kari(phones)).to_contain_text("Press 1.")
    press(kari(phones), "Press 1")

    expect(kari(phones)).to_contain_text("In a call with Mor")
    expect(family).to_contain_text("In a call with Kari")
    press(family, "Hang up")
    expect(kari(phones)).to_contain_text("The call is over")


def test_the_keyboard_alone_is_enough(phones: Page) -> None:
    phones.locator("#family").get_by_role("button", name="Call", exact=True).focus()
    phones.keyboard.press("Enter")
    answer = kari(phones).get_by_role("button", name="Answer")
    expect(answer).to_be_visible()

    answer.focus()
    phones.keyboard.press("Enter")
    expect(kari(phones)).to_contain_text("Press 1.")
    phones.keyboard.press("1")

    expect(kari(phones)).to_contain_text("In a call with Mor")


def test_a_withheld_number_is_shown_as_such_to_the_service(phones: Page, house: House) -> None:
    phones.locator("#who").select_option("withheld")

    press(phones.locator("#family"), "Call")
    expect(kari(phones).get_by_role("button", name="Answer")).to_be_visible()

    assert house.service.forms("/incoming")[0]["From"] == "anonymous"


def test_a_text_is_answered_with_a_link_that_can_be_followed(phones: Page, house: House) -> None:
    family = phones.locator("#family")

    family.get_by_label("Write a text").fill("hello")
    press(family, "Send")

    link = family.get_by_role("link")
    expect(link).to_have_attribute("href", "https://line.example/k/1")
    assert house.service.forms("/text")[0]["From"] == MOTHER


def test_what_a_phone_does_by_itself_is_chosen_on_its_card(phones: Page, house: House) -> None:
    kari(phones).get_by_label("When it rings").select_option("Declines after 3 s")
    house.until(lambda: house.phone(KARIS_PHONE)["policy"]["kind"] == "decline")

    press(phones.locator("#family"), "Call")

    expect(kari(phones)).to_contain_text("Busy")


def test_the_language_changes_everywhere_at_once(phones: Page) -> None:
    phones.get_by_role("button", name="Norsk").click()

    expect(phones.locator("#speed-told")).to_contain_text("Bare telefonene går fortere")
    expect(phones.get_by_role("heading", level=1)).to_have_text("Telefonene")
    expect(kari(phones)).to_contain_text("Ledig")
    expect(phones.locator("html")).to_have_attribute("lang", "nb")


def test_a_line_that_is_added_while_the_page_is_open_can_be_called(phones: Page, house: House) -> None:
    house.post("/lines", number="+4733900009", team="Vestfold")

    expect(phones.locator("#line option")).to_have_count(2)
    assert LINE in phones.locator("#line option").first.get_attribute("value")  # type: ignore[operator]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_accessible_and_fits_while_it_rings(phones: Page, width: int) -> None:
    phones.set_viewport_size({"width": width, "height": 844})

    press(phones.locator("#family"), "Call")
    expect(kari(phones).get_by_role("button", name="Answer")).to_be_visible()

    assert phones.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(phones)
    assert found.violations_count == 0, found.generate_report()


def test_a_phone_that_rings_out_of_sight_is_named_and_one_tap_away(phones: Page) -> None:
    phones.set_viewport_size({"width": 390, "height": 844})
    answer = kari(phones).get_by_role("button", name="Answer")

    press(phones.locator("#family"), "Call")
    expect(phones.locator("#ringing")).to_have_text("Ringing now: Kari")
    expect(answer).not_to_be_in_viewport()
    phones.get_by_role("link", name="Kari").click()

    expect(answer).to_be_in_viewport()
    press(phones.locator("#family"), "Hang up")
    expect(phones.locator("#ringing")).to_be_hidden()
