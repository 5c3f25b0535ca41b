"""The first of the twelve nights, in a real browser at a phone's width: text, sign-in, brief, note, done."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from oncall.contacts.brief import Brief
from oncall.contacts.case import Case, Consent, Member, MemberNumber
from oncall.contacts.model import Kind
from oncall.store.contacts.contacts import load_contact
from oncall.store.families.cases import load_cases
from oncall.store.families.history import add_revision
from oncall.store.families.saving import save_case
from oncall.usecases.accounts.accounts import add_account
from tests.barriers import list_barriers
from tests.cast import LIVS_MAIL, MOTHER, PASSWORD
from tests.scenes.browsing import PHONE, WIDE
from tests.scenes.evening import Evening

pytestmark = pytest.mark.browser

FAMILY = ("Solveig", "Eirik", "Havnegata", "mormor", "Kniv")  # words that no text and no address may hold
BRIEF = Brief(
    staff_safety="Kniv i huset. Gå alltid to.",
    do_not_disclose="Far må ikke få vite at Eirik har ringt.",
    no_contact="Far har besøksforbud til 1. august.",
    sleeps_where="Mor og Eirik hjemme.",
    safety_plan="Gå ut i gangen\nRing mormor\nRing 112 om han kommer",
    risks="Rus hos far i helgene.",
    triggers="Lønningsdag.",
    address="Havnegata 5",
    door="Kode 2468, andre etasje",
    support="Mormor, bor i nabohuset",
    interpreter="Trengs ikke.",
    caseworker="Barneverntjenesten i Larvik",
)


@pytest.fixture
def address(evening: Evening) -> Iterator[str]:
    """Where the evening's pages are served; the family of V-014 has its people and its brief."""
    now = evening.carrier.now()
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    with evening.service.db.writing(evening.team_id) as writing:
        case = next(case for case in load_cases(writing, evening.team_id) if case.label == "V-014")
        phone = MemberNumber(MOTHER, Consent.YES, Consent.YES, code_word="fjelltur", seen_by="far")
        members = (
            replace(case.members[0], name="Solveig", phones=(phone,)),
            Member("Eirik", "child", "nb", birth_year=2014),
        )
        case = save_case(writing, replace(case, members=members, started_on=date(2025, 12, 1)))
        add_revision(writing, case.id, BRIEF, "nils", now)
    with evening.served() as address:
        yield address


def the_case(evening: Evening) -> Case:
    with evening.service.db.reading() as reading:
        return next(case for case in load_cases(reading, evening.team_id) if case.label == "V-014")


@pytest.mark.parametrize("scripts", [True, False], ids=["", "without-javascript"])
def test_a_parent_calls_at_night_and_the_therapist_reads_the_brief_and_writes_the_note(
    evening: Evening, address: str, browser: Browser, scripts: bool
) -> None:
    contact = evening.answered_at_once()
    (text,) = [message.body for message in evening.kari.texts if contact in message.body]
    path = urlsplit(re.search(r"https://\S+", text)[0]).path  # type: ignore[index]
    context = browser.new_context(
        ignore_https_errors=True,
        java_script_enabled=scripts,
        locale="nb-NO",
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    visited: list[str] = []
    page.on("framenavigated", lambda frame: visited.append(frame.url))

    page.goto(address + path)
    expect(page.get_by_role("heading", name="Logg inn")).to_be_visible()
    evening.enter(page, address, path)

    brief = page.locator(".brief-card")
    expect(brief).to_contain_text("Kniv i huset. Gå alltid to.")
    expect(brief).to_contain_text("Eirik, 12 i år")
    danger, safe = brief.locator(".danger-part").first, page.get_by_role("heading", name="Trygg kontakt")
    assert danger.bounding_box()["y"] < safe.bounding_box()["y"]  # type: ignore[index]
    brief.get_by_role("link", name="Vaktark for V-014").click()
    expect(page.get_by_role("heading", name="Vaktark for V-014")).to_be_visible()
    page.get_by_role("link", name="Til henvendelsen").click()
    page.get_by_label("Det som ble sagt").fill("Mor er redd for at far kommer.")
    page.get_by_role("button", name="Lagre notatet").click()
    expect(page.get_by_text("Skrevet av Kari")).to_be_visible()
    context.close()
    with evening.service.db.reading() as reading:
        stored = load_contact(reading, contact, evening.team_id)
    assert stored is not None
    assert [entry.actor for entry in stored.entries if entry.kind is Kind.NOTE_WRITTEN] == ["kari"]
    assert not [word for word in FAMILY for said in (text, *visited) if word.lower() in said.lower()]


@pytest.mark.parametrize("screen", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_about_families_puts_a_barrier_before_anybody(
    evening: Evening, address: str, page: Page, screen: dict[str, int]
) -> None:
    evening.answered_at_once()
    case = the_case(evening)
    page.set_viewport_size(screen)  # type: ignore[arg-type]
    evening.enter(page, address, "/cases", LIVS_MAIL)
    barriers = []

    for path in (
        "/cases",
        "/cases/new",
        "/cases/import",
        f"/cases/{case.id}",
        f"/cases/{case.id}/edit",
        f"/cases/{case.id}/history",
        f"/cases/{case.id}/members/{case.members[0].id}",
        f"/cases/{case.id}/brief",
        f"/cases/{case.id}/brief/edit",
        f"/cases/{case.id}/brief/versions",
    ):
        page.goto(address + path)
        barriers += list_barriers(page)

    assert barriers == []


def test_the_brief_stands_on_one_screen_of_a_phone(evening: Evening, address: str, page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    evening.enter(page, address, f"/cases/{the_case(evening).id}/brief", LIVS_MAIL)

    card = page.locator(".brief-card").bounding_box()
    assert card is not None
    assert card["height"] <= PHONE["height"]
