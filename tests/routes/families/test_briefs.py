"""What a brief says, how it is revised, and to whom it opens."""

import re
from datetime import timedelta

from oncall.contacts.brief import Brief
from oncall.rota.model import PersonId
from oncall.store.contacts.contacts import load_contact
from oncall.store.families.check_ins import add_check_in, members_of
from oncall.store.families.history import add_revision, current_brief
from oncall.store.journal.entries import read_notes
from oncall.store.session import reads_chain
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.families.briefs import may_open_brief
from tests.cast import LIVS_MAIL, MOTHER, NILS_MAIL, PASSWORD
from tests.page import read_page
from tests.scenes.case_pages import find, hidden, new_case, send
from tests.scenes.evening import VESTFOLD, Evening, Visit, token, words


def test_a_brief_is_revised_reviewed_and_kept_in_every_version(shared: Evening, liv: Visit) -> None:
    address = f"{new_case(liv, 'V-034')}/brief"

    send(liv, f"{address}/edit", staff_safety="Gå to", safety_plan="Ring mormor\nGå ut")
    page = send(liv, f"{address}/edit", staff_safety="Gå alltid to", safety_plan="Ring mormor\nGå ut")
    form = {"seen": hidden(page, "seen"), "csrf_token": token(liv, address)}
    shared.run_for(60)
    reviewed = liv.post(f"{address}/review", data=form, follow_redirects=True)

    versions = words(liv.get(f"{address}/versions").text)
    assert words(page).index("Gå alltid to") < words(page).index("Barn")
    assert "Ring mormor" in [each.words for each in read_page(page).all("li")]
    assert reviewed.status_code == 200
    assert re.search(
        r"Gjennomgått, uendret · Liv .* Endret · Liv .*Gå alltid to.* Endret · Liv .*Gå to", versions
    )


def test_a_brief_says_which_calls_are_agreed_on_for_tonight(shared: Evening, liv: Visit) -> None:
    case, now = find(shared, "V-015"), shared.carrier.now()
    with shared.service.db.writing(shared.team_id) as writing:
        (father,) = members_of(writing, shared.team_id, "V-015")
        for hours in (2, 30):
            at = now + timedelta(hours=hours)
            add_check_in(writing, father, at, f"om {hours} timer", PersonId("nils"), now)

    page = words(liv.get(f"/cases/{case.id}/brief").text)

    assert re.search(r"Ventet i natt 04:4\d Mor: om 2 timer", page)
    assert "om 30 timer" not in page


def test_of_two_who_revise_a_brief_at_once_nobody_loses_a_word(shared: Evening, liv: Visit) -> None:
    case = find(shared, "V-016")
    address = f"/cases/{case.id}/brief/edit"
    seen = hidden(liv.get(address).text, "seen")
    with shared.service.db.writing(shared.team_id) as writing:
        add_revision(
            writing, case.id, Brief(risks="Rus", safety_plan="Gå ut\nRing"), "nils", shared.carrier.now()
        )

    form = {"risks": "Vold", "safety_plan": "Gå ut\r\nRing"}  # so a browser ends a line
    form |= {"seen": seen, "csrf_token": token(liv, address)}
    conflict = liv.post(address, data=form)
    saved = liv.post(address, data={**form, "seen": hidden(conflict.text, "seen")})

    assert conflict.status_code == 409
    assert "Risiko Rus Vold" in words(conflict.text)
    assert words(conflict.text).count("Gå ut") == 1, "what is the same is no difference"
    assert read_page(conflict.text).fields()["risks"] == "Vold"
    assert saved.status_code == 302
    with shared.service.db.reading() as reading:
        current = current_brief(reading, shared.team_id, case.id)
    assert current is not None
    assert (current.brief, current.by) == (Brief(risks="Vold", safety_plan="Gå ut\nRing"), "liv")


def test_a_brief_opens_to_own_therapist_and_leader_and_to_others_with_the_familys_contact(
    shared: Evening, liv: Visit
) -> None:
    case = find(shared, "V-014")
    with shared.service.db.writing(shared.team_id) as writing:
        add_revision(writing, case.id, Brief(risks="Kniv i huset"), "nils", shared.carrier.now())
    kari, nils = shared.signed_in(), shared.signed_in(NILS_MAIL)
    address = f"/cases/{case.id}/brief"

    before = kari.get(address)
    contact = shared.answered_at_once()
    rung = kari.get(f"/contacts/{contact}")
    with_contact = kari.get(f"{address}?contact={contact}")

    assert before.status_code == 404
    assert "ikke åpent for deg" in before.text
    assert "Kniv i huset" in rung.text
    assert "Kniv i huset" in with_contact.text
    assert all("Kniv i huset" in visit.get(address).text for visit in (nils, liv))
    with shared.service.db.reading() as reading:
        stored = load_contact(reading, contact, shared.team_id)
        a_day_later = shared.carrier.now() + timedelta(hours=25)
        assert not may_open_brief(case, VESTFOLD.people[PersonId("kari")], stored, a_day_later)
        notes = [
            note for note in read_notes(reading, reads_chain(shared.team_id)) if note.kind == "brief_read"
        ]
    assert ("kari", contact) in {(note.actor, note.detail.get("contact")) for note in notes}


def test_a_contact_of_a_number_in_two_cases_suggests_both(evening: Evening) -> None:
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    liv = evening.signed_in(LIVS_MAIL)
    address = new_case(liv, "V-040")
    send(
        liv,
        f"{address}/members/new",
        **{"name": "Tante", "relation": "network", "number-1": MOTHER, "known": "yes"},
    )

    contact = evening.answered_at_once()

    page = evening.signed_in().get(f"/contacts/{contact}").text
    assert "Nummeret står i flere saker" in page
    for label in ("V-014", "V-040"):
        brief = f"/cases/{find(evening, label).id}/brief?contact={contact}"
        assert brief in page
        assert evening.signed_in().get(brief).status_code == 200
