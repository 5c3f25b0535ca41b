"""Nobody is left waiting, seen at a phone's width: a text, one that is ignored, and a missed call."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from oncall.alerts.paging import DEFAULT_PAGE_LADDER
from oncall.store.schema import migrate
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import Answer
from tests.cast import KARIS_PHONE, LINE, MOTHER
from tests.scenes.browsing import PHONE
from tests.scenes.evening import VESTFOLD, Evening

pytestmark = pytest.mark.browser


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    """An evening at a team that alerts by the ladder that a team has which says nothing."""
    url = f"sqlite:///{tmp_path / 'pages.sqlite3'}"
    migrate(url)
    evening = Evening(url, replace(VESTFOLD, page_ladder=DEFAULT_PAGE_LADDER))
    yield evening
    evening.close()


@pytest.fixture
def address(evening: Evening) -> Iterator[str]:
    """Where the evening's pages are served."""
    with evening.served() as address:
        yield address


def alert(phone: Phone) -> tuple[str, str]:
    """The code and the page's path in the last alert that a phone got."""
    body = phone.texts[-1].body
    code, link = re.search(r"Svar (\d{4})", body), re.search(r"https://\S+", body)
    assert code, body
    assert link, body
    return code[1], urlsplit(link[0]).path


def test_a_text_is_answered_from_the_phone_and_from_the_page(
    evening: Evening, address: str, page: Page
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    evening.mother.text(LINE, "kan noen skrive til meg?")
    evening.run_for(5)
    code, path = alert(evening.kari)

    evening.kari.text(LINE, f"{code} Jeg er her. Hva har skjedd?")
    evening.run_for(5)
    evening.mother.text(LINE, "han kommer nå")
    evening.run_for(5)
    evening.enter(page, address, path)
    conversation = page.get_by_role("region", name="Oppfølging")
    expect(conversation).to_contain_text("Jeg er her. Hva har skjedd?")
    expect(conversation).to_contain_text("han kommer nå")
    page.get_by_label("Melding til familien").fill("Lås døren. Jeg ringer 112.")
    page.get_by_role("button", name="Send", exact=True).click()
    evening.run_for(5)

    assert [text.body for text in evening.mother.texts[-2:]] == [
        "Jeg er her. Hva har skjedd?",
        "Lås døren. Jeg ringer 112.",
    ]
    assert {text.from_number for text in evening.mother.texts} == {LINE}
    assert not [text.body for text in evening.kari.texts if "han kommer" in text.body or MOTHER in text.body]


def test_a_text_that_nobody_answers_is_seen_to_climb_until_somebody_takes_it(
    evening: Evening, address: str, page: Page
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    evening.enter(page, address)
    evening.mother.text(LINE, "hallo?")

    evening.run_for(400)
    _, path = alert(evening.liv)
    waiting = page.get_by_role("listitem").filter(has_text="V-014")
    expect(waiting).to_contain_text(re.compile(r"Varslet: Kari 02:4\d; Liv 02:4\d; Ola 02:4\d"))
    page.goto(address + path)
    page.get_by_role("button", name="Jeg tar den").click()
    expect(page.get_by_text("Du har den.")).to_be_visible()
    alerts = len(evening.liv.texts)
    evening.run_for(600)

    assert evening.ola.texts, "backup was asked with the leader"
    assert len(evening.liv.texts) == alerts


def test_a_missed_call_is_called_back_from_the_page_and_each_sees_the_line_alone(
    evening: Evening, address: str, page: Page
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    evening.missed(evening.mother)
    _, path = alert(evening.kari)
    evening.kari.policy = Answer(after=3).press("1", after_hearing="Trykk 1").hang_up(at=60)
    evening.mother.policy = Answer(after=3)

    evening.enter(page, address, path)
    page.get_by_role("button", name="Ring tilbake").click()
    evening.run_for(30)

    assert [bridge.other_number for bridge in evening.mother.bridges] == [KARIS_PHONE]
    assert {evening.kari.rang[-1].shown, evening.mother.rang[-1].shown} == {LINE}
