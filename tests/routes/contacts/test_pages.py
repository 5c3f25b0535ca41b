"""What each page says, in which language, and to whom."""

import re
from dataclasses import replace

import pytest

from oncall.rota.model import Tier
from oncall.store.journal.entries import read_notes
from oncall.store.session import reads_chain
from oncall.store.team.changes import save_team
from oncall.usecases.accounts.accounts import add_account
from tests.cast import LINE, LIVS_MAIL, OLAS_PHONE, PASSWORD
from tests.page import read_page
from tests.scenes.evening import VESTFOLD, Evening, sign_in, token, words
from tests.scenes.night import away

HORTEN = replace(
    VESTFOLD, slug="horten", name="MST-CAN Horten", voice_line="+4733900777", text_line="+4733900777"
)


@pytest.fixture
def night_over(evening: Evening) -> Evening:
    """Three contacts: one answered at once, one after escalation, one by nobody."""
    evening.answered_at_once()
    evening.escalated()
    evening.hung_up()
    return evening


# ---------------------------------------------------------------------------------------------- now


def test_the_start_page_says_who_is_on_duty_until_which_day(evening: Evening) -> None:
    page = words(evening.signed_in().get("/").text)

    assert "På vakt Kari Nordmann til mandag 16. mars kl. 08:00" in page
    assert "Bakvakt Ola Hansen" in page
    assert "Leder Liv Berg" in page
    assert "Neste vaktskifte man. 16. mars 08:00 til Ola Hansen" in page
    assert "Linjen er i orden , nettopp sjekket" in page


def test_a_call_is_shown_while_it_rings_climbs_and_is_taken(evening: Evening) -> None:
    client = evening.signed_in()

    evening.rings()
    first = words(client.get("/now/live").text)
    evening.run_for(44)
    later = words(client.get("/now/live").text)
    evening.ola.answer()
    evening.run_for(3)
    evening.ola.press("1")
    evening.run_for(3)
    taken = words(client.get("/now/live").text)

    assert "Ringer Kari, 1 av 4" in first
    assert "Ringer Kari, Ola og Liv, 3 av 4" in later
    assert "I samtale med Ola siden 02:41" in taken


def test_a_contact_that_reached_nobody_waits_with_its_age_and_whether_it_may_be_called(
    evening: Evening,
) -> None:
    evening.hung_up()
    evening.run_for(600)

    page = words(evening.signed_in().get("/").text)

    assert "Ukjent nummer – for 10 min siden" in page
    assert "Ikke kjent om det er trygt å ringe tilbake" in page


def test_a_gap_is_told_in_words_with_where_calls_go_instead(evening: Evening) -> None:
    with evening.service.db.writing(evening.team_id) as writing:
        save_team(writing, away(VESTFOLD, "kari"), evening.carrier.now())

    page = words(evening.signed_in().get("/").text)

    assert "Ingen har vakt" in page
    assert "Anrop går til: Ola Hansen Liv Berg alle i teamet barnevernvakten etter avtale" in page


def test_a_silent_clock_is_told(evening: Evening) -> None:
    evening.clock_runs = False
    evening.dispatches = False
    client = evening.signed_in()
    evening.run_for(2)
    with evening.service.db.transaction() as transaction:
        transaction.conn.exec_driver_sql("DELETE FROM heartbeat")

    page = words(client.get("/").text)

    assert "Ingenting eskaleres av seg selv" in page


# ---------------------------------------------------------------------------------------------- log


def test_the_log_tells_of_each_contact_with_its_day_the_newest_first(evening: Evening) -> None:
    evening.answered_at_once()
    evening.hung_up()

    page = words(evening.signed_in().get("/log").text)

    rows = re.findall(r"(?:lørdag 14\. mars 2026|\d\d:\d\d (?:V-\d+|Ukjent nummer))", page)
    assert rows == ["lørdag 14. mars 2026", "02:43 Ukjent nummer", "02:40 V-014"]
    assert re.search(r"V-014 , lør. 14. mars 02:40 Besvart Kari \d+ s", page)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/log", ["Ukjent nummer", "V-015", "V-014"]),
        ("/log?which=waiting", ["Ukjent nummer"]),
        ("/log?which=answered", ["V-015", "V-014"]),
        ("/log?which=unanswered", ["Ukjent nummer"]),
        ("/log?which=going_on", []),
        ("/log?case=V-014", ["V-014"]),
        ("/log?case=V-999", []),
        ("/log?from=2026-03-14&to=2026-03-14", ["Ukjent nummer", "V-015", "V-014"]),
        ("/log?from=2026-03-15", []),
        ("/log?to=2026-03-13", []),
    ],
)
def test_the_log_is_narrowed_by_its_address(night_over: Evening, address: str, expected: list[str]) -> None:
    response = night_over.signed_in().get(address)

    contacts = read_page(response.text).all(
        "a", data_color="accent", href=re.compile("/contacts/[0-9a-f]{32}")
    )
    shown = [each.own_words for each in contacts]
    assert (response.status_code, shown) == (200, expected)


@pytest.mark.slow
def test_no_address_that_a_page_leads_to_holds_a_label_a_name_or_a_number(night_over: Evening) -> None:
    db, mail = night_over.service.db, LIVS_MAIL
    add_account(db, "vestfold", "liv", mail, PASSWORD)
    client, found = night_over.signed_in(mail), set[str]()
    to_see = ["/", "/log?case=V-014", "/cases", "/check-ins", "/review", "/reading", "/exports?case=V-014"]

    while to_see:
        page = to_see.pop()
        elements = list(read_page(client.get(page).text).inside())
        led_to = {
            each[name].partition("#")[0]
            for each in elements
            for name in ("href", "action", "src", "hx-get")
            if each.attributes.get(name, "").startswith("/")
        }
        new = {each for each in led_to - found if not each.startswith("/static/")}
        found |= new
        to_see += sorted(each for each in new if len(found) < 100)

    assert len(found) > 60
    telling = re.compile(r"V-0|Nordmann|\+47|%2B47|\d{8}(?![0-9a-f-])")
    ids = re.compile(r"[0-9a-f]{32}|\d{16}-|cell=[a-z]+\.\d{10}")  # an instant of the rota
    assert [each for each in sorted(found) if telling.search(ids.sub("", each))] == []


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("/log?from=i+fjor", "Dette er ikke en dag"),
        ("/log?to=9999-12-31", "Dette er ikke en dag"),
        ("/log?from=2026-03-14&to=2026-03-13", "Den siste dagen er før den første"),
        ("/log?which=everything", "Dette valget finnes ikke"),
        ("/log?before=yesterday", "Adressen til denne siden er ødelagt"),
        (f"/log?case={'x' * 81}", "Ingen sak har en så lang betegnelse"),
    ],
)
def test_an_address_that_cannot_be_read_is_answered_with_what_is_wrong(
    evening: Evening, address: str, complaint: str
) -> None:
    response = evening.signed_in().get(address)

    assert response.status_code == 400
    assert complaint in response.text


def test_the_log_goes_on_page_by_page_without_losing_or_repeating_a_contact(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oncall.usecases.contacts.log.PAGE", 2)
    for _ in range(5):
        call = evening.call(evening.stranger)
        evening.run_for(3)
        call.hang_up()
        evening.run_for(20)
    client, shown, address = evening.signed_in(), [], "/log?which=all"

    while address:
        page = read_page(client.get(address).text)
        shown.append(page.links(re.compile("/contacts/[0-9a-f]{32}")))
        older = page.all("a", rel="next")
        address = older[0]["href"] if older else ""

    assert [len(page) for page in shown] == [2, 2, 1]
    assert [each for page in shown for each in page] == [
        f"/contacts/{each.id}" for each in reversed(evening.contacts())
    ]


# ------------------------------------------------------------------------------------------ contact


def test_the_timeline_tells_an_escalated_call_in_plain_sentences(evening: Evening) -> None:
    contact = evening.escalated()

    page = words(evening.signed_in().get(f"/contacts/{contact}").text)

    told = re.findall(r"\d\d:\d\d:\d\d (.*?) (?=\d\d:\d\d:\d\d|Alle henvendelser)", page)
    assert told == [
        "Anropet kommer inn",
        "Ringer Kari",
        "Kari: tok telefonen",
        "Kari: telefonsvarer eller stillhet, ingen trykket 1",
        "Den som ringer, venter i en egen kø",
        "Ringer Kari igjen",
        "Ringer Ola",
        "Ola: tok telefonen",
        "Kari: tok telefonen",
        "Ola trykket 1",
        "Kari: ringes ikke lenger",
        "Ola og den som ringer, er koblet sammen: et menneske etter 36 s",
        "Den som ringte, har lagt på",
        "Samtalen med Ola er slutt etter 3 min 22 s",
    ]


def test_a_contact_page_leads_past_the_brief_to_what_can_be_done(evening: Evening) -> None:
    contact = evening.hung_up()

    page = read_page(evening.signed_in().get(f"/contacts/{contact}").text)

    parts = [link.removeprefix("#") for link in page.links(re.compile(r"#[\w-]+"))]
    assert {"acts", "note", "happened"} <= set(parts)
    assert [part for part in parts if not page.has(id=part)] == []


def test_a_contact_page_shows_no_number(evening: Evening) -> None:
    contact = evening.escalated()
    client = evening.signed_in()

    shown = client.get(f"/contacts/{contact}").text + client.get("/log").text + client.get("/").text

    assert not re.search(r"\+?47 ?[0-9]{8}|[0-9]{8}(?![0-9a-f])", re.sub(r"[0-9a-f]{32}|csrf.*", "", shown))


def test_another_teams_contact_is_not_found_and_not_noted(evening: Evening) -> None:
    contact = evening.answered_at_once()
    other_id = evening.add_team(HORTEN)
    add_account(evening.service.db, "horten", "ola", "ola@horten.example", PASSWORD)

    response = evening.signed_in("ola@horten.example").get(f"/contacts/{contact}")

    assert response.status_code == 404
    assert "V-014" not in response.text
    with evening.service.db.reading() as reading:
        assert read_notes(reading, reads_chain(other_id)) == ()


def test_another_teams_contacts_are_in_no_log(evening: Evening) -> None:
    evening.answered_at_once()
    evening.add_team(HORTEN)
    add_account(evening.service.db, "horten", "ola", "ola@horten.example", PASSWORD)

    page = evening.signed_in("ola@horten.example").get("/log").text

    assert "Ingen har ringt ennå" in page


def test_every_look_at_a_contact_is_in_the_journal(evening: Evening) -> None:
    contact = evening.answered_at_once()
    client = evening.signed_in()

    client.get(f"/contacts/{contact}")
    client.get(f"/contacts/{contact}")

    with evening.service.db.reading() as reading:
        notes = read_notes(reading, reads_chain(evening.team_id))
    looks = [(note.kind, note.actor, note.detail["contact"], note.detail["why"]) for note in notes]
    assert [look for look in looks if look[0] == "contact_read"] == [
        ("contact_read", "kari", contact, "on duty"),
        ("contact_read", "kari", contact, "on duty"),
    ]


# -------------------------------------------------------------------------- languages and headers


def test_a_visitor_chooses_the_language_and_stays_where_they_were(evening: Evening) -> None:
    client = evening.signed_in()

    form = {"language": "nn", "back": "/log?which=waiting", "csrf_token": token(client, "/")}
    response = client.post("/language", data=form)

    assert response.location == "/log?which=waiting"
    assert "Ingen henvendingar passar" in client.get("/log?which=waiting").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", ""]
)
def test_choosing_a_language_leads_to_no_other_site(evening: Evening, elsewhere: str) -> None:
    client = evening.visitor()

    form = {"language": "en", "back": elsewhere, "csrf_token": token(client)}
    response = client.post("/language", data=form)

    assert response.location == "/"


def test_before_the_sign_in_the_browsers_wish_decides(evening: Evening) -> None:
    asked = {"en-GB,en;q=0.9": "Sign in", "nn": "Logg inn", "de": "Logg inn", "no": "Logg inn"}

    shown = {
        wish: evening.visitor().get("/sign-in", headers={"Accept-Language": wish}).text for wish in asked
    }

    assert all(f"{heading}</h1>" in shown[wish] for wish, heading in asked.items())
    assert read_page(shown["nn"]).only("html")["lang"] == "nn"


def test_pages_forbid_what_they_do_not_need_and_are_kept_by_no_cache(evening: Evening) -> None:
    headers = evening.signed_in().get("/").headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age" in headers["Strict-Transport-Security"]


def test_errors_look_like_pages_and_webhooks_get_a_line_of_text(evening: Evening) -> None:
    client = evening.signed_in()

    page = client.get("/nowhere")
    webhook = client.post("/voice/incoming", data={"CallSid": "CA1"})
    too_large = client.post("/language", data={"back": "x" * 2_000_000})

    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Siden finnes ikke" in page.text
    assert (webhook.status_code, webhook.mimetype) == (403, "text/plain")
    assert (too_large.status_code, too_large.mimetype) == (413, "text/html")


def test_a_failure_of_ours_is_a_page_that_says_so(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    client = evening.signed_in()
    monkeypatch.setattr("oncall.routes.contacts.now.read_board", _fail)

    response = client.get("/")

    assert response.status_code == 500
    assert "Siden sviktet" in response.text
    assert "secret" not in response.text


def _fail(*_: object) -> None:
    raise RuntimeError("a secret detail")


def test_a_webhook_gets_no_cookie_and_reads_no_session(evening: Evening) -> None:
    response = evening.signed_in().post("/voice/incoming", data={"CallSid": "CA1", "To": LINE})

    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers


def test_somebody_who_has_left_the_team_sees_nothing_more(evening: Evening) -> None:
    client = evening.signed_in()
    people = {key: person for key, person in VESTFOLD.people.items() if key != "kari"}
    rotas = {
        tier: rota if tier is Tier.LEADER else replace(rota, layers=())
        for tier, rota in VESTFOLD.rotas.items()
    }
    with evening.service.db.writing(evening.team_id) as writing:
        save_team(writing, replace(VESTFOLD, people=people, rotas=rotas), evening.carrier.now())

    response = client.get("/log")

    assert response.status_code == 302
    assert "/sign-in" in response.location
    assert sign_in(evening.visitor()).status_code == 200, "the form again"


def test_a_colleague_who_calls_the_line_is_named_and_their_number_is_not(evening: Evening) -> None:
    contact = evening.missed(evening.ola)
    visit = evening.signed_in()

    pages = [words(visit.get(path).text) for path in ("/", "/log", f"/contacts/{contact}")]

    assert all("En kollega ringte og nådde ingen" in pages[nth] for nth in (0, 2))
    assert not [page for page in pages if "Kollega: Ola" not in page or "Ukjent nummer" in page]
    assert not [page for page in pages if "900 00 002" in page or OLAS_PHONE in page]
