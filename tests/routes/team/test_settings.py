"""A leader sets up the team on its pages: what is set holds, stands in the history, overwrites nothing."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from oncall.alerts.team import Team
from oncall.alerts.wording.catalogue import PROMPTS, SentenceGroup
from oncall.rota.duty import on_duty
from oncall.rota.model import PersonId, Tier
from oncall.store.schema import migrate
from oncall.store.team.teams import load_team
from oncall.usecases.accounts.accounts import add_account
from standin.simulator.phones.policies import Ring
from tests.cast import KARIS_MAIL, LINE, LIVS_MAIL, PASSWORD
from tests.page import read_page
from tests.scenes.evening import Evening, Visit, token, words


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """One evening for all tests of this file: each changes a setting of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('settings') / 'settings.sqlite3'}"
    migrate(url)
    evening = Evening(url)
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    yield evening
    evening.close()


@pytest.fixture
def leader(evening: Evening) -> Visit:
    return evening.signed_in(LIVS_MAIL)


class Page:
    """A page with forms, as a browser has it."""

    def __init__(self, client: Visit, path: str) -> None:
        self.client, self.path = client, path
        self.text = client.get(path).text
        self.seen = next(iter(read_page(self.text).values("seen")), "")

    def send(self, fields: dict[str, str], path: str = "") -> TestResponse:
        """The form is sent as it stands on the page, with these fields."""
        form = {"seen": self.seen, **fields, "csrf_token": token(self.client, "/account")}
        return self.client.post(path or self.path, data=form)


def team_of(evening: Evening) -> Team:
    with evening.service.db.reading() as reading:
        return load_team(reading, evening.team_id)


def faults(response: TestResponse) -> dict[str, str]:
    return read_page(response.text).faults()


def test_one_page_shows_the_state_of_everything_and_leads_to_it(leader: Visit) -> None:
    page = read_page(leader.get("/settings").text)

    told, links = page.words, page.links()
    assert "Europe/Oslo · Bokmål" in told
    assert "0 s: vakt · 25 s: bakvakt · 45 s: leder" in told
    assert "Reservenummer er satt" in told
    assert "Telefonen ikke bekreftet: Kari Nordmann" in told
    for path in (
        "team",
        "municipalities",
        "staff",
        "line",
        "line/voicemail",
        "line/words",
        "ladder",
        "alerts",
        "reasons",
        "check",
        "history",
    ):
        assert f"/settings/{path}" in links
    for path in ("/accounts", "/rota/limits", "/rota/days", "/retention"):
        assert path in links


def test_two_leaders_change_the_teams_name_and_the_second_sees_both(evening: Evening, leader: Visit) -> None:
    ours, theirs = Page(leader, "/settings/team"), Page(leader, "/settings/team")
    ours.send({"name": "MST-CAN Vest", "language": "nn", "on_call": "on", "reason": "Nytt navn"})

    answer = theirs.send({"name": "MST-CAN Sør", "language": "nn", "on_call": "on"})

    assert answer.status_code == 409
    assert read_page(answer.text).value("name") == "MST-CAN Sør"
    assert "De har satt: MST-CAN Vest" in words(answer.text)
    assert team_of(evening).name == "MST-CAN Vest"
    theirs.seen = read_page(answer.text).value("seen")
    assert theirs.send({"name": "MST-CAN Sør", "language": "nb", "on_call": "on"}).status_code == 302
    assert team_of(evening).name == "MST-CAN Sør"
    history = words(leader.get("/settings/history").text)
    assert "Navn: MST-CAN Vest → MST-CAN Sør" in history
    assert "Hvorfor: Nytt navn" in history
    assert "Liv" in history


def test_a_municipality_with_families_stays_and_an_agreement_is_checked(
    evening: Evening, leader: Visit
) -> None:
    page = Page(leader, "/settings/municipalities")
    standing = {"name-1": "Larvik", "number-1": "33 90 00 99", "agreed-1": "2026-01-10", "name-2": "Horten"}

    kept = page.send({**standing, "remove-2": "on"})
    wrong = page.send({**standing, "number-2": "112", "agreed-2": "i fjor"})
    saved = page.send({**standing, "name-3": "Tønsberg", "number-3": "33900077", "agreed-3": "2026-03-01",
                       "opens-3": "15:30", "closes-3": "08:00"})  # fmt: skip

    assert (kept.status_code, list(faults(kept))) == (422, ["name-2"])
    assert "V-015" in faults(kept)["name-2"]
    assert (wrong.status_code, set(faults(wrong))) == (422, {"number-2", "agreed-2"})
    assert saved.status_code == 302
    new = team_of(evening).municipalities[2]
    assert new.last_resort is not None
    assert (new.name, new.last_resort.number) == ("Tønsberg", "+4733900077")
    assert "33900077" not in leader.get("/settings/history").text


def test_a_colleague_joins_is_tried_and_leaves_and_no_shift_is_left_to_nobody(
    evening: Evening, leader: Visit
) -> None:
    page = Page(leader, "/settings/staff/new")
    anne = {
        "name": "Anne Lie",
        "phone": "900 00 055",
        "language": "nb",
        "role-therapist": "on",
        "on_call": "on",
    }

    wrong = page.send({**anne, "phone": "12"})
    taken = page.send({**anne, "phone": "+47 900 00 002"})
    assert page.send(anne).status_code == 302

    assert read_page(wrong.text).value("name") == "Anne Lie"
    assert "phone" in faults(wrong)
    assert faults(taken) == {"phone": "Dette er en kollegas telefon."}
    staff = words(leader.get("/settings/staff").text)
    assert "Telefonen er ikke bekreftet" in staff
    assert "Leder: i minst tre måneder" in staff
    person = Page(leader, "/settings/staff/anne")
    person.send({}, "/settings/staff/anne/phone")
    evening.run_for(3)
    assert "Prøvd" in words(leader.get("/settings/staff/anne").text)
    add_account(evening.service.db, "vestfold", "anne", "anne@vestfold.example", PASSWORD)
    hers = evening.signed_in("anne@vestfold.example")
    assert hers.get("/").status_code == 200

    kari = {"leaves": "yes", "successor": "anne", "version": str(team_of(evening).version)}
    preview = Page(leader, "/settings/staff/kari/off").send({**kari, "step": "preview"})
    assert "Kari → Anne" in words(preview.text).replace("Kari Anne", "Kari → Anne")
    assert on_duty(team_of(evening).rotas[Tier.DUTY], evening.carrier.now()) == PersonId("kari")
    gone = Page(leader, "/settings/staff/kari/off").send({**kari, "step": "confirm", "reason": "Slutter"})
    assert gone.status_code == 302
    assert on_duty(team_of(evening).rotas[Tier.DUTY], evening.carrier.now()) == PersonId("anne")
    assert evening.signed_in().get("/").location.startswith("/sign-in")
    assert "Kari har sluttet i teamet" in words(leader.get("/settings/history").text)

    back = Page(leader, "/settings/staff/kari").send({**anne, "name": "Kari Nordmann", "phone": "90000001"})
    add_account(
        evening.service.db, "vestfold", "kari", KARIS_MAIL, PASSWORD
    )  # who comes back is invited anew
    assert back.status_code == 302
    assert evening.signed_in().get("/").status_code == 200


def test_every_sentence_stands_there_in_every_language(leader: Visit) -> None:
    page = read_page(leader.get("/settings/line").text)

    for sentences in PROMPTS.values():
        for sentence in sentences:
            for spoken in (sentence.nb, sentence.nn, sentence.en):
                assert spoken.split("{", 1)[0] in page.content
    assert "barnevernvakten i Larvik" in page.content
    assert len(page.all(data_listen=True)) == 3 * (
        len(PROMPTS[SentenceGroup.CALLER]) + len(PROMPTS[SentenceGroup.STAFF])
    )


def test_another_reserve_number_is_rung_by_the_next_call_that_finds_no_database(
    evening: Evening, leader: Visit
) -> None:
    page = Page(leader, "/settings/line")

    assert list(faults(page.send({"number": LINE}))) == ["number"]
    assert page.send({"number": "33 90 00 91"}).status_code == 302

    assert evening.service.context.lines.static_number(LINE) == "+4733900091"


def test_voicemail_is_turned_on_with_what_the_caller_consents_to_in_sight(
    evening: Evening, leader: Visit
) -> None:
    page = Page(leader, "/settings/line/voicemail")

    page.send({"on": "on"})

    assert "Da blir det du sier tatt opp" in page.text
    assert team_of(evening).voicemail
    assert "Talepost: nei → ja" in words(leader.get("/settings/history").text)


def test_a_word_of_danger_that_would_match_everything_is_refused_and_the_list_kept(
    evening: Evening, leader: Visit
) -> None:
    page = Page(leader, "/settings/line/words")

    wrong = page.send({"language": "nb", "words": "bjørn\n*"})
    unknown = page.send({"language": "ukrainsk", "words": "бить"})
    page.send({"language": "uk", "words": "бить*"})

    assert (wrong.status_code, list(faults(wrong))) == (422, ["words-nb"])
    assert read_page(wrong.text).fields()["words"] == "bjørn\n*"
    assert list(faults(unknown)) == ["language-new"]
    assert team_of(evening).danger_words == {"uk": ("бить*",)}


def test_the_next_call_climbs_the_ladder_that_was_drawn_before_it_was_saved(
    evening: Evening, leader: Visit
) -> None:
    page = Page(leader, "/settings/ladder/always")
    steps = {"after-1": "0", "ring-1-leader": "on", "after-2": "30", "ring-2-everyone": "on"}

    wrong = page.send({**steps, "after-2": "5", "step": "preview"})
    drawn = page.send({**steps, "step": "preview"})
    saved = page.send({**steps, "step": "confirm"})

    assert faults(wrong) == {"after-2": "Den første telefonen trenger 10 sekunder til å ringe."}
    assert "Liv Berg 0–30 s" in words(drawn.text)
    assert saved.status_code == 302
    fixed = Page(leader, "/settings/ladder/daytime")
    hours = {"day-sat": "on", "from": "12:00", "until": "13:00", "after-1": "0", "number-1": "33 90 00 55"}
    assert "+47 33 90 00 55 0–75 s" in words(fixed.send({**hours, "step": "preview"}).text)
    for phone in (evening.kari, evening.ola, evening.liv, evening.nils):
        phone.policy = Ring()
    call = evening.call(evening.mother)
    evening.run_for(10)
    assert "Ringer Liv, 1 av 2" in words(leader.get("/").text)
    call.hang_up()
    evening.run_for(60)


def test_alerts_are_checked_row_by_row(evening: Evening, leader: Visit) -> None:
    page = Page(leader, "/settings/alerts")
    steps = {"after-1": "0", "ring-1-duty": "on", "by-1-text": "on", "after-2": "2,5", "ring-2-leader": "on"}

    wrong = page.send(steps)
    saved = page.send({**steps, "by-2-call": "on"})

    assert list(faults(wrong)) == ["ring-2"]
    assert saved.status_code == 302
    assert [step.after_minutes for step in team_of(evening).page_ladder] == [0, 2.5]


def test_a_teams_own_reasons_are_offered_where_a_page_asks_why(leader: Visit) -> None:
    page = Page(leader, "/settings/reasons")

    page.send({"rota": "Sykt barn\nSykt barn\n Ferie ", "glass": ""})

    offered = read_page(leader.get("/rota/change").text).only("datalist").all("option")
    assert [option["value"] for option in offered][:2] == ["Sykt barn", "Ferie"]
    assert "+ Ferie, + Sykt barn" in words(leader.get("/settings/history").text)


def test_the_check_names_what_is_wrong_and_asks_the_carrier_by_way_of_the_clock(
    evening: Evening, leader: Visit
) -> None:
    evening.carrier.lines[LINE].voice_url = "https://elsewhere.example/"
    page = Page(leader, "/settings/check")

    page.send({})
    evening.run_for(5)

    told = words(leader.get("/settings/check").text)
    assert "anrop til nummeret fører ikke til oss" in told
    assert "Ikke bekreftet:" in told
    assert "Tjenestens klokke Går." in told.replace("I orden: ", "")


def test_a_therapist_sees_none_of_it(evening: Evening) -> None:
    client = evening.signed_in()

    assert client.get("/settings").status_code == 403
    assert "/settings" not in client.get("/").text
