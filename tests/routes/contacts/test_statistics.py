import pytest

from oncall.contacts.statistics import count
from oncall.usecases.accounts.accounts import add_account
from tests.cast import PASSWORD
from tests.page import read_page
from tests.scenes.evening import Evening, words
from tests.scenes.figures import fact

REVIEWERS = "horten@example.no"


def test_the_figures_say_how_soon_a_human_was_there_and_who_it_was(evening: Evening) -> None:
    evening.answered_at_once()
    evening.escalated()
    evening.hung_up()

    page = words(evening.signed_in().get("/statistics").text)

    assert "Henvendelser 3" in page
    assert "Nådde ingen 1" in page
    assert "av 2" in page, "two were answered, and counts are told of so few"
    assert "Kari 1" in page
    assert "Ola 1" in page


def test_a_municipality_of_few_families_is_not_shown(evening: Evening) -> None:
    evening.answered_at_once()
    place = evening.team.municipalities[0].name

    page = words(evening.signed_in().get(f"/statistics?municipality={place}").text)

    assert "de vises ikke" in page
    assert "Kari 1" not in page


def test_of_twenty_and_more_shares_are_told_too(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [fact(channel="text", seconds_to_human=400.0)] * 20
    figures = count([fact()] * 19 + [fact(seconds_to_human=100.0), *texts], evening.team.zone)
    monkeypatch.setattr("oncall.routes.contacts.statistics.read_figures", lambda *_: (figures, ()))

    page = words(evening.signed_in().get("/statistics").text)

    assert "Median 20 s 90 % innen 20 s" in page
    assert "Innen 30 s 19 av 20" in page
    assert "Innen 3 min 0 av 20 Innen 10 min 20 av 20" in page


def test_a_reviewer_sees_the_figures_of_their_municipality_and_no_sum(evening: Evening) -> None:
    evening.answered_at_once()
    add_account(
        evening.service.db, "vestfold", None, REVIEWERS, PASSWORD, role="reviewer", municipality="Horten"
    )
    reviewer = evening.signed_in(REVIEWERS)

    pages = [words(reviewer.get(f"/statistics{asked}").text) for asked in ("", "?municipality=Larvik")]

    for page in pages:
        assert "Statistikk Horten, " in page
        assert "ingen henvendelser" in page.lower()
        assert "Kari 1" not in page
        assert "Vaktbelastning" not in page


def test_a_period_that_ends_before_it_begins_is_told_at_its_field(evening: Evening) -> None:
    page = read_page(evening.signed_in().get("/statistics?from=2026-03-10&to=2026-03-01").text)

    assert page.only(name="to")["aria-describedby"] == "to-fault"
    assert "før den første" in page.faults()["to"]
