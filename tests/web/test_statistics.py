from tests.web.evening import Evening, words


def test_the_figures_say_how_soon_a_human_was_there_and_who_it_was(evening: Evening) -> None:
    evening.answered_at_once()
    evening.escalated()
    evening.hung_up()

    page = words(evening.signed_in().get("/statistics").text)

    assert "Kontakter 3" in page
    assert "Ingen menneske 1" in page
    assert "av 2" in page, "two were answered, and counts are told of so few"
    assert "Kari 1" in page
    assert "Ola 1" in page


def test_a_municipality_of_few_families_is_not_shown(evening: Evening) -> None:
    evening.answered_at_once()
    place = evening.team.municipalities[0].name

    page = words(evening.signed_in().get(f"/statistics?municipality={place}").text)

    assert "de vises ikke" in page
    assert "Kari 1" not in page


def test_a_period_that_ends_before_it_begins_is_told_at_its_field(evening: Evening) -> None:
    page = evening.signed_in().get("/statistics?from=2026-03-10&to=2026-03-01").text

    assert 'aria-describedby="to-fault"' in page
    assert "før den første" in words(page)
