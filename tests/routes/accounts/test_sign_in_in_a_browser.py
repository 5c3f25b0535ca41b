"""How people sign in with a real browser, whose passkeys a virtual phone keeps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from oncall.app import create_app
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.accounts.enrolment import make_set_up_code
from tests.barriers import list_barriers
from tests.cast import KARIS_MAIL, LIVS_MAIL, OLAS_MAIL, PASSWORD, TOTP
from tests.scenes.browsing import PHONE
from tests.scenes.evening import Evening, code_at
from tests.serving import serving

pytestmark = pytest.mark.browser

UNLOCK = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class House:
    """The pages at a name that passkeys can be bound to, and the browsers of those who use them."""

    evening: Evening
    address: str
    browser: Browser

    def phone(self) -> BrowserContext:
        """Somebody's phone, with an unlock of its own."""
        return self.browser.new_context(locale="nb-NO", viewport=PHONE)  # type: ignore[arg-type]

    def page(self, phone: BrowserContext) -> Page:
        """A page on that phone, which complains to nobody."""
        page = phone.new_page()
        devtools = phone.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": UNLOCK})
        return page


@pytest.fixture
def house(bare_evening: Evening, browser: Browser) -> Iterator[House]:
    evening = bare_evening
    server = make_server("127.0.0.1", 0, evening.app, threaded=True)
    address = f"http://localhost:{server.port}"
    settings = evening.service.settings.model_copy(update={"public_url": address})
    server.app = create_app(replace(evening.service, settings=settings), lambda _: None)
    with serving(server):
        yield House(evening, address, browser)


def first_run(house: House, page: Page) -> list[str]:
    """The first leader gets in by the console's code and her phone's unlock; return her recovery codes."""
    code = make_set_up_code(house.evening.service.db, house.evening.carrier.now())
    page.goto(f"{house.address}/set-up")
    page.get_by_label("Kode fra konsollen").fill(code or "")
    page.get_by_label("Team").fill("vestfold")
    page.get_by_role("button", name="Gå videre").click()
    page.get_by_label("E-postadresse").fill(LIVS_MAIL)
    page.get_by_role("button", name="Gå videre").click()
    page.get_by_role("button", name="Bruk skjermlåsen").click()
    expect(page.get_by_role("heading", name="Gjenopprettingskoder")).to_be_visible()
    return page.get_by_role("main").locator("code").all_inner_texts()


def test_the_first_leader_gets_in_invites_and_signs_out_everywhere(house: House) -> None:
    liv, ola = house.phone(), house.phone()
    leader, invited = house.page(liv), house.page(ola)

    codes = first_run(house, leader)
    barriers = list_barriers(leader)
    leader.goto(f"{house.address}/accounts")
    barriers += list_barriers(leader)
    card = leader.get_by_role("listitem").filter(has_text="Ola Hansen")
    card.get_by_role("button", name="Vis meg en lenke").click()
    link = leader.locator(".address code").inner_text()
    invited.goto(link)
    invited.get_by_label("E-postadresse").fill(OLAS_MAIL)
    invited.get_by_role("button", name="Gå videre").click()
    barriers += list_barriers(invited)
    invited.get_by_role("button", name="Bruk skjermlåsen").click()
    invited.get_by_role("link", name="Jeg har tatt vare").click()
    expect(invited.get_by_text("Logget inn som Ola Hansen")).to_be_visible()
    leader.goto(f"{house.address}/account")
    barriers += list_barriers(leader)
    leader.get_by_role("button", name="Logg ut overalt").click()
    expect(leader.get_by_role("heading", name="Logg inn")).to_be_visible()
    leader.goto(f"{house.address}/log")
    leader.get_by_role("button", name="Logg inn med skjermlåsen").click()

    expect(leader.get_by_role("heading", name="Logg", exact=True)).to_be_visible()
    assert len(set(codes)) == 10
    assert barriers == []
    invited.reload()
    expect(invited.get_by_text("Logget inn som Ola Hansen")).to_be_visible()
    liv.close()
    ola.close()


def test_after_a_quarter_of_an_hour_the_phones_own_unlock_opens_the_page_again(house: House) -> None:
    phone = house.phone()
    page = house.page(phone)
    first_run(house, page)

    house.evening.run_for(16 * 60)
    page.goto(f"{house.address}/rota")
    expect(page.get_by_role("heading", name="Låst")).to_be_visible()
    barriers = list_barriers(page)
    page.get_by_role("button", name="Åpne med skjermlåsen").click()

    expect(page).to_have_url(f"{house.address}/rota")
    assert barriers == []
    phone.close()


def test_who_has_lost_the_phone_gets_in_by_a_code_on_paper_and_sets_up_the_new_one(house: House) -> None:
    lost, new = house.phone(), house.phone()
    codes = first_run(house, house.page(lost))
    lost.close()
    page = house.page(new)

    page.goto(f"{house.address}/sign-in")
    page.get_by_role("link", name="Jeg har mistet telefonen").click()
    barriers = list_barriers(page)
    page.get_by_label("E-postadresse").fill(LIVS_MAIL)
    page.get_by_label("Gjenopprettingskode").fill(codes[3])
    page.get_by_role("button", name="Logg inn").click()
    page.get_by_role("button", name="Bruk skjermlåsen").click()
    page.get_by_role("link", name="Jeg har tatt vare").click()
    page.get_by_role("listitem").filter(has_text="Chrome").first.get_by_role("button", name="Fjern").click()

    expect(page.get_by_role("status")).to_contain_text("Fjernet")
    assert barriers == []
    new.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_password_and_code_open_the_pages_with_javascript_and_without(
    house: House, browser: Browser, *, javascript: bool
) -> None:
    add_account(house.evening.service.db, "vestfold", "kari", KARIS_MAIL, PASSWORD, totp_secret=TOTP)
    context = browser.new_context(locale="nb-NO", java_script_enabled=javascript)
    page = context.new_page()

    page.goto(f"{house.address}/rota")
    by_unlock = page.get_by_role("button", name="Logg inn med skjermlåsen")
    expect(by_unlock).to_be_visible(visible=javascript)
    page.get_by_label("E-postadresse").fill(KARIS_MAIL)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn", exact=True).click()
    page.get_by_label("Kode", exact=True).fill(code_at(house.evening.carrier.now()))
    page.get_by_role("button", name="Logg inn", exact=True).click()

    expect(page).to_have_url(re.compile("/rota$"))
    context.close()
