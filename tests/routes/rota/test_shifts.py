"""A therapist looks after their own shifts on the phone, and a calendar program reads them."""

import re
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from oncall.contacts.brief import Brief
from oncall.rota.duty import on_duty
from oncall.rota.model import PersonId, Tier
from oncall.store.families.cases import find_case_id
from oncall.store.families.check_ins import members_of
from oncall.store.team.teams import load_team
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.families.briefs import revise_brief
from oncall.usecases.line.check_ins import plan
from standin.simulator.phones.policies import Answer
from tests.cast import KARI, LIVS_MAIL, NILS_MAIL, OLAS_MAIL, PASSWORD
from tests.page import Element, read_page
from tests.scenes.evening import Evening, Visit, token, words


@pytest.fixture
def kari(evening: Evening) -> Visit:
    for key in ("nils", "ola", "liv"):
        add_account(evening.service.db, "vestfold", key, f"{key}@vestfold.example", PASSWORD)
    return evening.signed_in()


def send(client: Visit, path: str, **fields: str) -> str:
    response = client.post(path, data={**fields, "csrf_token": token(client, "/shifts")})
    return response.text if response.status_code != 302 else client.get(response.location).text


def swap_page(client: Visit) -> Element:
    """Return the page on which somebody asks for a swap of their next duty."""
    link, *_ = read_page(client.get("/shifts").text).links(re.compile(r"/shifts/swap\?shift=duty.+"))
    return read_page(client.get(link).text)


def swap_fields(page: Element) -> dict[str, str]:
    """Return the shift and its hours as the form proposes them."""
    return {name: page.value(name) for name in ("shift", "from_day", "from_time", "to_day", "to_time")}


def request_on(client: Visit) -> str:
    """Return the request that waits for somebody's answer."""
    return read_page(client.get("/shifts").text).value("request")


def duties(client: Visit) -> list[str]:
    """Return somebody's own shifts of duty that the page offers to do something with."""
    return read_page(client.get("/shifts").text).values("shift", re.compile(r"duty\..+"))


def holder(evening: Evening) -> PersonId | None:
    with evening.service.db.reading() as reading:
        return on_duty(load_team(reading, evening.team_id).rotas[Tier.DUTY], evening.carrier.now())


def test_the_page_says_until_when_one_is_on_duty(kari: Visit) -> None:
    page = words(kari.get("/shifts").text)

    assert "16. mars" in page
    assert "08:00" in page


def test_one_tap_gives_a_sick_ones_duty_to_the_leader_and_the_next_call_rings_her(
    evening: Evening, kari: Visit
) -> None:
    send(kari, "/shifts/sick")

    evening.rings()

    assert holder(evening) == "liv"
    assert "Ringer Liv" in words(kari.get("/now/live").text)


def test_a_live_call_stays_with_whoever_is_in_it(evening: Evening, kari: Visit) -> None:
    evening.talks()

    send(kari, "/shifts/sick")

    assert "I samtale med Ola" in words(kari.get("/now/live").text)


def test_the_holder_keeps_duty_until_the_take_over_is_confirmed(evening: Evening, kari: Visit) -> None:
    nils = evening.signed_in(NILS_MAIL)

    send(nils, "/shifts/take")
    before = holder(evening)
    send(nils, "/shifts/take", step="confirm")

    assert (before, holder(evening)) == ("kari", "nils")


def test_those_concerned_are_texted(evening: Evening, kari: Visit) -> None:
    send(evening.signed_in(NILS_MAIL), "/shifts/take", step="confirm")
    evening.run_for(5)

    texts = [text.body for text in evening.kari.texts]

    assert any("Du har ikke lenger vakt" in text for text in texts)
    assert not any("Nils" in text for text in texts)


def test_a_swap_is_asked_and_accepted(evening: Evening, kari: Visit) -> None:
    shift = duties(kari)[0]

    send(kari, "/shifts/ask", shift=shift, asked="nils")
    nils = evening.signed_in(NILS_MAIL)
    send(nils, "/shifts/answer", request=request_on(nils), answer="yes")

    assert shift in duties(nils)
    assert shift not in kari.get("/shifts").text


def test_an_exchange_is_asked_on_its_own_page_and_both_shifts_change_hands(
    evening: Evening, kari: Visit
) -> None:
    page = swap_page(kari)
    back = page.values("asked", re.compile("ola duty.+"))[1]
    fields = swap_fields(page)

    send(kari, "/shifts/ask", **fields, asked=back)
    ola = evening.signed_in(OLAS_MAIL)
    asked = read_page(ola.get("/shifts").text)
    send(ola, "/shifts/answer", request=asked.value("request"), answer="yes")

    assert "Til gjengjeld slipper du" in asked.words
    tier, _, hours = back.partition(" ")[2].partition(".")
    returned = datetime.fromisoformat(hours.partition("/")[0])
    given = datetime.fromisoformat(fields["shift"].partition(".")[2].partition("/")[0])
    with evening.service.db.reading() as reading:
        rota = load_team(reading, evening.team_id).rotas[Tier(tier)]
    assert (on_duty(rota, given), on_duty(rota, returned)) == ("ola", "kari")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to_day": "2026-03-01"}, "to_day"),
        ({"asked": "somebody"}, "asked"),
        ({"asked": ""}, "asked"),
        ({"to_day": "2026-04-20"}, "from_day"),  # further than the shift is one's own
        ({"from_day": "2026-03-29", "from_time": "02:30"}, "from_time"),  # skipped
    ],
)
def test_a_swap_that_cannot_be_is_told_at_its_field(
    evening: Evening, kari: Visit, fields: dict[str, str], field: str
) -> None:
    form = {**swap_fields(swap_page(kari)), "asked": "nils", **fields, "csrf_token": token(kari, "/shifts")}

    refused = kari.post("/shifts/ask", data=form)

    assert refused.status_code == 422
    assert read_page(refused.text).has(id=f"{field}-fault")
    assert "/shifts/withdraw" not in kari.get("/shifts").text


def test_a_part_of_a_shift_is_asked_for_once(evening: Evening, kari: Visit) -> None:
    form = swap_fields(swap_page(kari))
    form |= {"asked": "nils", "from_day": "2026-03-24", "to_day": "2026-03-25"}

    send(kari, "/shifts/ask", **form)
    again = kari.post("/shifts/ask", data={**form, "asked": "ola", "csrf_token": token(kari, "/shifts")})

    assert again.status_code == 422
    assert read_page(again.text).has(id="from_day-fault")
    assert "24. mars" in words(evening.signed_in(NILS_MAIL).get("/shifts").text)


def test_the_sick_one_is_not_offered_her_own_shift(evening: Evening, kari: Visit) -> None:
    send(kari, "/shifts/sick")

    assert "/shifts/answer" not in kari.get("/shifts").text
    assert "/shifts/answer" in evening.signed_in(NILS_MAIL).get("/shifts").text


def test_what_is_not_possible_is_said(kari: Visit) -> None:
    response = kari.post("/shifts/take", data={"step": "confirm", "csrf_token": token(kari, "/shifts")})

    assert response.status_code == 422
    assert read_page(response.text).has(role="alert")


def test_a_calendar_address_is_read_without_signing_in_and_can_be_revoked(
    evening: Evening, kari: Visit
) -> None:
    page = words(send(kari, "/shifts/feed", of="own"))
    address = re.search(r"/feed/[\w-]+\.ics", page)
    assert address is not None

    read = evening.visitor().get(address[0])
    send(kari, "/shifts/feed", of="own", drop="1")
    dead = evening.visitor().get(address[0])

    assert read.status_code == 200
    assert Calendar.from_ical(read.data).walk("VEVENT")
    assert dead.status_code == 404


def test_an_unknown_calendar_address_leads_nowhere(evening: Evening) -> None:
    assert evening.visitor().get("/feed/guess.ics").status_code == 404


def test_the_line_is_saved_as_a_contact(kari: Visit) -> None:
    card = kari.get("/shifts/line.vcf")

    assert card.text.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\n")
    assert "TEL;TYPE=WORK,VOICE:+47" in card.text


def test_the_handover_sheet_shows_what_is_expected_and_which_briefs_have_changed(
    evening: Evening, kari: Visit
) -> None:
    db, team, at = evening.service.db, evening.team_id, evening.carrier.now()
    with db.reading() as reading:
        case, member = find_case_id(reading, team, "V-014"), members_of(reading, team, "V-014")[0]
        stored = load_team(reading, team)
    assert case is not None
    plan(evening.service.context, team, case, member.id, at + timedelta(hours=9), "", KARI, at)
    before = words(kari.get("/shifts/handover").text)

    revise_brief(db, stored, case, Brief(risks="Far har ringt i kveld"), 0, KARI, at)
    sheet = words(kari.get("/shifts/handover").text)

    assert "Ventet i natt V-014" in before
    assert "Ingen vaktark er endret." in before
    assert "Ingen vaktark er endret." not in sheet
    assert "Far har ringt" not in sheet, "the brief itself opens only to those who need it"


def test_the_handover_sheet_lists_open_contacts(evening: Evening, kari: Visit) -> None:
    evening.hung_up()

    assert "Ukjent nummer" in words(kari.get("/shifts/handover").text)


def test_a_changed_shift_is_confirmed(evening: Evening, kari: Visit) -> None:
    liv = evening.signed_in(LIVS_MAIL)
    version = read_page(liv.get("/rota/change").text).value("version")
    shift = {"from_day": "2026-03-15", "from_time": "08:00", "to_day": "2026-03-15", "to_time": "20:00"}
    form = {"tier": "duty", "person": "nils", "version": version, "step": "confirm", **shift}
    liv.post("/rota/change", data={**form, "csrf_token": token(liv, "/rota")})
    nils = evening.signed_in(NILS_MAIL)
    asked = read_page(nils.get("/shifts").text).only("form", action="/shifts/confirm")

    send(nils, "/shifts/confirm", shift=asked.value("shift"))

    assert "/shifts/confirm" not in nils.get("/shifts").text


def test_a_phone_is_verified_on_the_page_and_now_shows_it(evening: Evening, kari: Visit) -> None:
    evening.kari.policy = Answer(after=3).press("1", after_hearing="Trykk 1")
    before = words(kari.get("/").text)

    begun = words(send(kari, "/shifts/phone"))
    evening.run_for(60)
    wrong = words(send(kari, "/shifts/phone/code", code="12"))
    code = re.findall(r"koden (\d{6})", evening.kari.texts[-1].body)[0]
    page = words(send(kari, "/shifts/phone/code", code=code))

    assert "Telefonen er ikke bekreftet" in before
    assert "Er på vei: svar og trykk 1" in begun
    assert "Dette er ikke koden" in wrong
    assert "Du trykket 1" in page
    assert "Du ga koden" in page
    assert "Telefonen er bekreftet" in words(kari.get("/").text)


def test_the_leader_sees_on_now_whose_phone_is_not_verified(evening: Evening, kari: Visit) -> None:
    evening.run_for(1)

    liv = evening.signed_in(LIVS_MAIL)

    assert "Liv Berg: telefonen er ikke bekreftet" in words(liv.get("/").text)
    assert "Før de neste vaktene" not in words(kari.get("/").text)


def test_a_second_tap_is_told_as_the_first_and_a_take_over_says_until_when(kari: Visit) -> None:
    tapped = [words(send(kari, "/shifts/sick")) for _ in range(2)]

    asked = words(send(kari, "/shifts/take"))

    assert not [page for page in tapped if "Ingenting er endret" in page or "Ferdig." not in page]
    assert "Da har du vakt til mandag 16. mars kl. 08:00." in asked


def test_the_leader_sees_on_now_who_cannot_make_a_shift(evening: Evening, kari: Visit) -> None:
    (first, *_) = read_page(kari.get("/shifts").text).values("shift", re.compile("backup.+"))

    send(kari, "/shifts/ask", shift=first, asked="")

    leaders = words(evening.signed_in(LIVS_MAIL).get("/").text)
    assert "Kari Nordmann kan ikke: bakvakt fra man. 16. mars 08:00." in leaders
