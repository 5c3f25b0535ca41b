"""The rota in a real browser: by mouse, by keyboard alone, on a phone, on paper, without JavaScript."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from oncall.rota.duty import on_duty
from oncall.rota.model import PersonId, Rota, Tier
from oncall.rota.swaps import Span
from oncall.store.schema import migrate
from oncall.store.team.teams import load_team
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.rota import swaps
from oncall.usecases.rota.edits import AddAbsence, ChangeShift
from oncall.usecases.rota.saving import save_edit
from tests.barriers import list_barriers
from tests.cast import KARI, LIV, NILS, OLA, OSLO, PASSWORD
from tests.scenes.browsing import PHONE, WIDE, visiting
from tests.scenes.evening import VESTFOLD, Evening

pytestmark = pytest.mark.browser

DAY = timedelta(days=1)
NEXT_TURN = Span(Tier.DUTY, datetime(2026, 3, 23, 7, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC))
A4_LANDSCAPE = (842, 595)  # points


def play(folder: Path, **changes: Any) -> Evening:
    """An evening in which everybody can sign in."""
    url = f"sqlite:///{folder / 'rota.sqlite3'}"
    migrate(url)
    evening = Evening(url, replace(VESTFOLD, **changes))
    for key in ("ola", "liv", "nils"):
        add_account(evening.service.db, "vestfold", key, f"{key}@vestfold.example", PASSWORD)
    return evening


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Evening, str]]:
    """A team whose rota has everything: a swap, a gap, somebody away, requests; and where it is served."""
    evening = play(tmp_path_factory.mktemp("rota"))
    db, now = evening.service.db, evening.carrier.now()
    away = AddAbsence(OLA, now + 4 * DAY, now + 5 * DAY)
    save_edit(db, evening.team_id, away, actor="liv", now=now, fallback=NILS)
    sunday = ChangeShift(Tier.DUTY, now + DAY, now + DAY + timedelta(hours=6), NILS)
    save_edit(db, evening.team_id, sunday, actor="liv", now=now, reason="Kari på kurs")
    turn = (NEXT_TURN.tier, NEXT_TURN.start, NEXT_TURN.end)
    swaps.ask(db, evening.team_id, KARI, *turn, None, now)
    with evening.served() as address:
        yield evening, address
    evening.close()


def choose(page: Page | Locator, name: str) -> None:
    page.locator("label.choice", has_text=name).first.click()


def preview(page: Page) -> None:
    page.locator("form.form button[value=preview]").click()


@pytest.mark.parametrize("screen", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_and_no_state_of_the_rota_is_a_barrier(
    browser: Browser, team: tuple[Evening, str], screen: dict[str, int]
) -> None:
    found: list[str] = []
    with visiting(browser, team, "liv", viewport=screen) as page:
        for path in (
            "/rota", "/rota?view=fortnight", "/rota?view=day&day=2026-03-18", "/rota?layers=1",
            "/rota/layers", "/rota/layers/edit?tier=duty", "/rota/layers/edit?tier=duty&layer=duty-1",
            "/rota/absences", "/rota/days", "/rota/hours", "/rota/limits", "/rota/history", "/rota/start",
            "/rota/change", "/shifts",
        ):  # fmt: skip
            page.goto(path)
            found += list_barriers(page)
        page.goto("/rota")
        page.locator("button[name=cell]:visible").first.click()
        page.locator("dialog[open] form").wait_for()
        found += list_barriers(page)
        page.goto("/rota/change")
        choose(page, "Nils")
        page.fill("#to_day", "2026-03-01")
        preview(page)
        expect(page.locator("#to_day")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#faults")).to_be_focused()
        found += list_barriers(page)
        page.goto("/rota/absences")
        choose(page, "Kari")
        preview(page)
        page.locator("#gap").wait_for()
        found += list_barriers(page)
        page.locator("button[value=confirm]").click()
        expect(page.locator("#gap-fault")).to_be_focused()
        found += list_barriers(page)
        page.goto("/rota/layers/edit?tier=duty&layer=duty-1")
        page.locator("input[value=nights]").check()
        preview(page)
        expect(page.get_by_text("svarer også i alle senere hull")).to_be_visible()
        found += list_barriers(page)
        page.goto("/rota/start")
        page.fill("#name", "Per Ås")
        page.fill("#phone", "12")
        page.locator("button[value=add]").click()
        expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
        found += list_barriers(page)
        page.fill("#name", "")
        page.fill("#phone", "")
        page.locator("button[value='2']").click()
        page.locator("#handover_time").wait_for()
        found += list_barriers(page)
        page.locator("button[value='3']").click()
        page.locator("button[value=confirm]").wait_for()
        found += list_barriers(page)
    with visiting(browser, team, "kari", viewport=screen) as page:
        for path in ("/shifts", "/rota", "/rota/change"):  # the last is not for her
            page.goto(path)
            found += list_barriers(page)
        page.goto("/shifts")
        page.locator("a[href*='/shifts/swap']").first.click()
        choose(page, "tar den")
        page.fill("#to_day", "2026-06-01")
        page.locator("form.form button").click()
        expect(page.locator("#from_day-fault")).to_be_visible()
        found += list_barriers(page)

    assert found == []


def test_paper_shows_the_month_in_black_and_white_with_its_version_and_the_way_back(
    browser: Browser, team: tuple[Evening, str]
) -> None:
    with visiting(browser, team, "liv", viewport=WIDE) as page:
        page.goto("/rota")
        sheet = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="print")

        sizes = {
            tuple(round(float(side)) for side in box)
            for box in re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", sheet)
        }
        colours = page.evaluate(
            """[...new Set([...document.querySelectorAll('.block, .block *, .imprint')].flatMap(one => {
            const style = getComputedStyle(one); return [style.color, style.backgroundColor] }))]"""
        )
        assert sizes == {A4_LANDSCAPE}
        assert [one for one in colours if len(set(re.findall(r"\d+", one)[:3])) > 1] == []
        expect(page.locator(".imprint svg")).to_be_visible()
        expect(page.locator(".imprint")).to_contain_text("Versjon 3")
        expect(page.locator(".imprint")).to_contain_text("02:40")
        for hidden in (".top", ".bottom", ".day-list", ".tabs", ".findings"):
            expect(page.locator(hidden).first).to_be_hidden()


def test_every_form_works_without_javascript(browser: Browser, team: tuple[Evening, str]) -> None:
    evening, _ = team
    with visiting(browser, team, "liv", viewport=WIDE, java_script_enabled=False) as page:
        page.goto("/rota?view=day&day=2026-03-24")
        page.locator("tr.final button[name=cell]").first.click()
        expect(page.get_by_role("heading", name="Endre en vakt")).to_be_visible()
        choose(page, "Nils")
        page.fill("#from_day", "2026-03-24")
        page.fill("#to_day", "2026-03-25")
        preview(page)
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_role("status")).to_contain_text("Lagret")
        assert holder(evening, datetime(2026, 3, 24, 12, tzinfo=UTC)) == NILS

        page.get_by_role("button", name="Angre").click()
        assert holder(evening, datetime(2026, 3, 24, 12, tzinfo=UTC)) == KARI

        page.goto("/rota/days")
        page.fill("#day", "2026-04-04")
        page.fill("#name", "Påskeaften")
        page.get_by_role("button", name="Legg til", exact=True).click()
        page.goto("/rota?day=2026-04-04")
        expect(page.locator(".mark", has_text="Påskeaften").first).to_be_visible()
    with visiting(browser, team, "kari", viewport=PHONE, java_script_enabled=False) as page:
        page.goto("/shifts")
        page.locator("a[href*='/shifts/swap']").nth(1).click()
        choose(page, "tar den")
        page.get_by_role("button", name="Spør").click()
        expect(page.get_by_role("button", name="Trekk tilbake")).to_have_count(2)
        page.get_by_role("button", name="Trekk tilbake").last.click()
        expect(page.get_by_role("button", name="Trekk tilbake")).to_have_count(1)


def test_a_shift_is_changed_with_the_keyboard_alone(browser: Browser, team: tuple[Evening, str]) -> None:
    evening, _ = team
    with visiting(browser, team, "liv", viewport=WIDE) as page:
        page.goto("/rota?view=day&day=2026-03-26")
        page.locator("tr.final button[name=cell]").first.focus()

        page.keyboard.press("Enter")
        expect(page.locator("dialog[open] input[name=person]").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("tr.final button[name=cell]").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open] input[name=person]").first).to_be_focused()
        page.keyboard.press("ArrowDown")  # from Kari to Liv
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Før du lagrer")).to_be_visible()
        while not page.evaluate("document.activeElement.value === 'confirm'"):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.get_by_role("status")).to_contain_text("Lagret")
    assert holder(evening, datetime(2026, 3, 26, 12, tzinfo=UTC)) == NILS


def tab_to(page: Page, selector: str) -> None:
    """Go there by the Tab key."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by the Tab key")


def test_a_leader_alone_adds_colleagues_and_has_a_rota_by_the_keyboard_alone(
    browser: Browser, tmp_path: Path
) -> None:
    alone = {key: replace(one, on_call=key == LIV) for key, one in VESTFOLD.people.items()}
    evening = play(tmp_path, people=alone, rotas={tier: Rota(tier, OSLO) for tier in Tier})
    with evening.served() as address, visiting(browser, (evening, address), "liv", viewport=WIDE) as page:
        page.goto("/rota")

        tab_to(page, "a[href='/rota/start']")
        page.keyboard.press("Enter")
        page.locator("#name").wait_for()
        for name, phone in (("Per Ås", "99900101"), ("Eva Li", "99900102")):
            tab_to(page, "#name")
            page.keyboard.type(name)
            tab_to(page, "#phone")
            page.keyboard.type(phone)
            page.keyboard.press("Enter")
            expect(page.get_by_role("status")).to_contain_text(name)
        tab_to(page, "button[value='2']")
        page.keyboard.press("Enter")
        page.locator("#handover_time").wait_for()
        tab_to(page, "button[value='3']")
        page.keyboard.press("Enter")
        page.get_by_role("table").wait_for()
        tab_to(page, "button[value=confirm]")
        page.keyboard.press("Enter")

        expect(page.get_by_role("status")).to_contain_text("Lagret")
        turns = [holder(evening, datetime(2026, 3, day, 12, tzinfo=UTC)) for day in (14, 18, 22)]
        assert turns == [LIV, "per", "eva"]
    evening.close()


class Finger:
    """Taps on a phone, and counts."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        """Tap, as soon as it is there."""
        target.tap()
        self.taps += 1


def test_a_sick_colleague_is_replaced_with_four_taps_and_the_next_call_rings_the_new_one(
    browser: Browser, team: tuple[Evening, str]
) -> None:
    evening, _ = team
    finger = Finger()
    with visiting(browser, team, "liv", viewport=PHONE, has_touch=True) as page:
        page.goto("/rota")

        finger.tap(page.get_by_role("link", name="Endre en vakt"))
        finger.tap(page.locator("dialog[open] label.choice", has_text="Nils"))
        finger.tap(page.locator("dialog[open] button[value=preview]"))
        finger.tap(page.locator("button[value=confirm]"))
        expect(page.get_by_role("status")).to_contain_text("Lagret")

        assert finger.taps == 4
        evening.rings()
        page.goto("/")
        expect(page.get_by_text("Ringer Nils, 1 av 4").last).to_be_visible()


def test_a_team_without_a_rota_has_one_after_five_taps_and_calls_follow_it(
    browser: Browser, tmp_path: Path
) -> None:
    evening = play(tmp_path, rotas={tier: Rota(tier, OSLO) for tier in Tier})
    finger = Finger()
    with (
        evening.served() as address,
        visiting(browser, (evening, address), "liv", viewport=PHONE, has_touch=True) as page,
    ):
        page.goto("/rota")

        finger.tap(page.get_by_role("link", name="Lag vaktplanen"))
        finger.tap(page.get_by_role("button", name="Neste"))
        page.fill("#handover_time", "00:00")
        finger.tap(page.get_by_role("button", name="Neste"))
        turns = 15  # of four nights, in eight weeks; tonight is in the first
        expect(page.get_by_role("row")).to_have_count(1 + turns)
        finger.tap(page.get_by_role("button", name="Lagre vaktplanen"))
        expect(page.get_by_role("status")).to_contain_text("Lagret")

        assert finger.taps <= 5
        evening.rings()
        page.goto("/")
        expect(page.get_by_text("Ringer Kari, 1 av 4").last).to_be_visible()
    evening.close()


def holder(evening: Evening, at: datetime) -> PersonId | None:
    with evening.service.db.reading() as reading:
        return on_duty(load_team(reading, evening.team_id).rotas[Tier.DUTY], at)
