"""What is written down on a contact's page: it is kept while it is written, amended, and never lost."""

import re
from dataclasses import replace
from datetime import timedelta

from oncall.contacts.case import Member
from oncall.contacts.note import ContactRecord, Outcome, Severity
from oncall.contacts.search import Filters
from oncall.store.families.cases import load_cases
from oncall.store.families.saving import save_case
from oncall.usecases.accounts.accounts import add_account
from standin.drill.stage.stage import PUBLIC_URL
from standin.simulator.phones.phones import Phone
from tests.cast import MOTHER, OLAS_MAIL, PASSWORD
from tests.scenes.evening import Evening, Visit, token, words
from tests.scenes.note_pages import found, record, send

WORDS = "Mor sier at far er full og har låst døren."


def second_visit(evening: Evening) -> Visit:
    """A browser in which Ola is signed in."""
    add_account(evening.service.db, "vestfold", "ola", OLAS_MAIL, PASSWORD)
    return evening.signed_in(OLAS_MAIL)


def test_a_note_is_an_entry_and_later_versions_leave_the_earlier_ones_to_be_read(evening: Evening) -> None:
    contact = evening.answered_at_once()
    visit = evening.signed_in()

    send(visit, contact, "note", met_at="2026-03-14T02:40", said=WORDS, risk="high", based_on="0")
    first = record(evening, contact).versions[-1]
    send(visit, contact, "note", said=WORDS + " Politiet er der.", risk="high", based_on=first.seq)
    send(visit, contact, "note", said=WORDS + " Politiet er der.", risk="high", based_on=first.seq)

    assert [version.text.said for version in record(evening, contact).versions] == [
        WORDS,
        WORDS + " Politiet er der.",
    ]
    page = visit.get(f"/contacts/{contact}").text
    assert page.count(WORDS) > 2
    assert "1 tidligere versjon" in page
    assert "lørdag 14. mars 2026, 02:40" in page
    assert found(evening, Filters())[0].projection.noted


def test_what_is_being_written_is_kept_for_its_author_alone_beyond_the_session(
    evening: Evening,
) -> None:
    contact = evening.answered_at_once()
    visit, other = evening.signed_in(), second_visit(evening)

    kept = visit.post(
        f"/contacts/{contact}/note/draft",
        data={"said": WORDS, "based_on": "0", "csrf_token": token(visit, "/")},
        headers={"HX-Request": "true"},
    )
    visit.post("/sign-out", data={"csrf_token": token(visit, "/")})
    again = evening.signed_in().get(f"/contacts/{contact}").text

    assert "Tatt vare på som utkast" in kept.text
    assert WORDS in again
    assert "Utkastet ditt" in again
    assert WORDS not in other.get(f"/contacts/{contact}").text
    assert not record(evening, contact).versions


def test_of_two_who_write_at_once_the_second_sees_both_and_loses_nothing(evening: Evening) -> None:
    contact = evening.answered_at_once()
    visit, other = evening.signed_in(), second_visit(evening)
    send(other, contact, "note", said="Olas versjon", based_on="0")

    refused = send(visit, contact, "note", said="Karis versjon", based_on="0")
    later = visit.get(f"/contacts/{contact}").text
    newest = record(evening, contact).versions[-1].seq
    send(visit, contact, "note", said="Begge deler", based_on="0", over=newest)

    assert refused.status_code == 409
    for page in (refused.text, later):
        assert "Olas versjon" in page
        assert "Karis versjon" in page
        assert "Ola har lagret en annen versjon i mellomtiden" in page
    assert [version.text.said for version in record(evening, contact).versions] == [
        "Olas versjon",
        "Begge deler",
    ]
    assert "Karis versjon" not in visit.get(f"/contacts/{contact}").text


def test_a_note_that_is_sent_after_the_session_has_ended_comes_back_to_its_writer(evening: Evening) -> None:
    contact = evening.answered_at_once()
    stale = token(evening.signed_in(), f"/contacts/{contact}")
    form = {"said": WORDS, "based_on": "0", "csrf_token": stale}

    back = evening.visitor().post(f"/contacts/{contact}/note", data=form)
    visit = evening.signed_in()
    once_more = visit.post(f"/contacts/{contact}/note", data=form)
    saved = send(visit, contact, "note", said=WORDS, based_on="0")

    assert back.status_code == once_more.status_code == 401
    assert WORDS in back.text
    assert WORDS in once_more.text
    assert saved.status_code == 302
    assert record(evening, contact).versions[-1].text.said == WORDS


def test_what_is_no_note_is_refused_with_the_input_kept(evening: Evening) -> None:
    contact = evening.answered_at_once()
    visit = evening.signed_in()

    empty = send(visit, contact, "note", met_at="2026-03-14T02:40", channel="call", based_on="0")
    nonsense = send(visit, contact, "note", said=WORDS, risk="purple", based_on="x")
    day = send(visit, contact, "next", next_what="Vi ringer", due="i morgen")
    incident = send(visit, contact, "incident", severity="serious", what=" ")

    assert [answer.status_code for answer in (empty, nonsense, day, incident)] == [422] * 4
    assert WORDS in nonsense.text
    assert "Vi ringer" in day.text
    assert record(evening, contact) == ContactRecord(changed_seq=record(evening, contact).changed_seq)


def test_outcome_incident_and_next_step_are_entries_that_the_log_finds(evening: Evening) -> None:
    contact = evening.answered_at_once()
    visit = evening.signed_in()

    send(visit, contact, "outcome", outcome="coached")
    send(visit, contact, "incident", severity="minor", what="Ringte for sent tilbake.")
    send(visit, contact, "incident", severity="serious", what="Ringte ikke tilbake.")
    send(visit, contact, "next", next_what="Ola ringer mor", due="2026-03-16")

    written = record(evening, contact)
    assert (written.outcome, written.agreement and written.agreement.what) == (
        Outcome.COACHED,
        "Ola ringer mor",
    )
    assert written.incident is not None
    assert written.incident.severity is Severity.SERIOUS
    for filters in (Filters(outcome="coached"), Filters(incident=True), Filters(next_due=True)):
        assert [line.id for line in found(evening, filters)] == [contact]
    send(visit, contact, "next/done")
    assert found(evening, Filters(next_due=True)) == ()
    log = visit.get("/log?incident=1&outcome=coached&person=kari&channel=voice&unreviewed=1").text
    assert f"/contacts/{contact}" in log
    assert "Avvik: Alvorlig" in log
    assert f"/contacts/{contact}" not in visit.get("/log?channel=text").text


def test_a_contact_is_linked_and_linked_anew_and_the_journal_keeps_both(evening: Evening) -> None:
    contact = evening.hung_up()
    visit = evening.signed_in()

    send(visit, contact, "link", case="V-014")
    send(visit, contact, "link", case="V-015", reason="Far ringte fra naboens telefon.")
    nowhere = send(visit, contact, "link", case="V-999")
    childless = send(visit, contact, "link", case="V-015", child="0" * 32)

    links = record(evening, contact).links
    assert [each.case for each in links] == ["V-014", "V-015"]
    assert [line.id for line in found(evening, Filters(case="V-015"))] == [contact]
    assert found(evening, Filters(case="V-014")) == ()
    assert (nowhere.status_code, childless.status_code) == (422, 422)
    assert '<h1 class="ds-heading" data-size="lg">V-015</h1>' in visit.get(f"/contacts/{contact}").text


def test_a_contact_concerns_several_children_and_is_found_by_each(evening: Evening) -> None:
    with evening.service.db.writing(evening.team_id) as writing:
        case = next(case for case in load_cases(writing, evening.team_id) if case.label == "V-014")
        siblings = tuple(Member(name, "child", "nb") for name in ("Eirik", "Nora"))
        case = save_case(writing, replace(case, members=(*case.members, *siblings)))
    eirik, nora = (child.id for child in case.children)
    contact, visit = evening.answered_at_once(), evening.signed_in()

    send(visit, contact, "link", case="V-014", child=[eirik, nora])
    both = [found(evening, Filters(child=child)) for child in (eirik, nora)]
    send(visit, contact, "link", case="V-014", child=[nora], reason="Eirik var ikke hjemme.")

    assert [[line.id for line in lines] for lines in both] == [[contact]] * 2
    assert found(evening, Filters(child=eirik)) == ()
    assert [link.children for link in record(evening, contact).links] == [(eirik, nora), (nora,)]
    page = words(visit.get(f"/cases/{case.id}").text)
    assert "Henvendelser som gjelder Eirik: ingen" in page
    assert re.search(r"Henvendelser som gjelder Nora: lør\. 14\. mars", page)


def test_whoever_answered_is_reminded_after_twelve_hours_by_label_and_link_alone(
    evening: Evening,
) -> None:
    with_note, without = evening.answered_at_once(), evening.escalated()
    send(evening.signed_in(), with_note, "note", said=WORDS, based_on="0")

    evening.sleep(hours=11.5)
    evening.run_for(timedelta(minutes=20).total_seconds())
    early = notes_missing(evening.kari), notes_missing(evening.ola)
    evening.run_for(timedelta(minutes=20).total_seconds())

    assert early == ([], [])
    assert notes_missing(evening.ola) == [
        f"Notatet mangler etter en kontakt du hadde. Skriv det i dag. V-015: {PUBLIC_URL}/contacts/{without}"
    ]
    assert notes_missing(evening.kari) == []
    assert MOTHER not in notes_missing(evening.ola)[0]


def notes_missing(phone: Phone) -> list[str]:
    """What a phone got by text about notes; shifts and phones are texted about by day, too."""
    return [text.body for text in phone.texts if "Notatet mangler" in text.body]


def test_another_teams_contact_is_written_about_by_nobody(evening: Evening) -> None:
    visit = evening.signed_in()

    answers = [
        send(visit, "0" * 32, act, said=WORDS, outcome="calmed", case="V-014").status_code
        for act in ("note", "note/draft", "outcome", "link")
    ]

    assert answers == [404] * 4
