"""What a team's rules want erased is erased for good, and nothing else is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import MetaData, func, select

from oncall.alerts.team import Caller, Team
from oncall.contacts.case import Phase
from oncall.contacts.model import Entry, Kind
from oncall.contacts.retention import ClosedCase, NotToBeErased, RetentionRule, months_after
from oncall.jobs.retention_jobs import ERASE_DUE, plan_erasures
from oncall.store.columns import to_json
from oncall.store.contacts.contacts import load_contact
from oncall.store.contacts.log import list_contacts
from oncall.store.contacts.rows import append
from oncall.store.families.saving import save_cases
from oncall.store.journal.entries import Note, append_notes
from oncall.store.journal.verification import verify
from oncall.store.line.messages import code_for
from oncall.store.privacy.erasure import STAYS
from oncall.store.session import Database, open_database
from oncall.store.tables.jobs import JobRow
from oncall.store.tables.journal import EntryRow
from oncall.store.team.teams import read_team
from oncall.usecases.privacy import erasure
from oncall.usecases.privacy.subject_record import record_of_case, record_of_number, record_of_staff
from tests.cast import KARI, MOTHER, STRANGER
from tests.scenes.stored import ENDED, NOW, RINGING, a_case, a_keyring, store_call, store_team

CLOSED_ON = date(2026, 11, 1)
LATER = NOW + timedelta(days=400)
KNOWN_CALLER = Caller("known", case="V-014", number=MOTHER)
RULES = (RetentionRule(None, 12, automatic=False), RetentionRule("Horten", 6, automatic=True))


@pytest.fixture
def team(db: Database) -> Team:
    """A team with a closed case, and rules."""
    closed = replace(a_case(), phase=Phase.CLOSED, closed_on=CLOSED_ON)
    team_id = store_team(db, cases=[closed])
    with db.reading() as reading:
        team = read_team(reading, team_id)
    erasure.change_rules(db, team, RULES, "liv", NOW)
    return team


def closed(db: Database, team: Team, now: datetime = LATER) -> ClosedCase:
    (case,) = erasure.read_retention(db, team, now).closed
    return case


def export(db: Database, team: Team) -> bytes:
    return erasure.export_case(db, team, closed(db, team).id, "liv", "handed over", LATER)


def damage(db: Database) -> Sequence[object]:
    with db.reading() as reading:
        return list(verify(reading))


def test_a_closed_case_is_due_so_many_months_after_it_was_closed(db: Database, team: Team) -> None:
    case = closed(db, team)

    assert (case.closed_on, case.due_on) == (CLOSED_ON, date(2027, 11, 1))
    assert not case.is_due(date(2027, 10, 31))
    assert case.is_due(date(2027, 11, 1))


def test_months_end_where_the_month_ends() -> None:
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_after(date(2027, 1, 31), -2) == date(2026, 11, 30)
    assert months_after(date(2027, 12, 1), 12) == date(2028, 12, 1)


def test_an_erased_case_leaves_its_figures_and_its_place_in_the_journal(db: Database, team: Team) -> None:
    call = store_call(db, team.id, caller=KNOWN_CALLER, projection=ENDED)
    with db.writing(team.id) as writing:
        code_for(writing, call.id, KARI)
    export(db, team)
    with db.reading() as reading:
        entries = reading.conn.scalar(select(func.count()).select_from(EntryRow)) or 0

    receipt = erasure.erase(db, team, closed(db, team).id, "liv", LATER)

    assert (receipt.case, receipt.municipality, receipt.contacts) == ("V-014", "Larvik", 1)
    with db.reading() as reading:
        erased = load_contact(reading, call.id, team.id)
        (line,) = list_contacts(reading, team.id)
        found = record_of_number(reading, team, MOTHER, LATER)
        now = reading.conn.scalar(select(func.count()).select_from(EntryRow))
        with pytest.raises(LookupError):
            record_of_case(reading, team, "0" * 32, LATER)
    assert erased is not None
    assert all(entry.detail == {"erased": True} for entry in erased.entries)
    assert (line.case, line.projection.seconds_to_human) == ("V-014", 9.5)
    assert found["contacts"] == []
    assert now == entries + 2  # the contact, and the case
    assert damage(db) == []
    assert closed_labels(db, team) == []


def test_what_one_process_has_erased_another_neither_tells_nor_keeps_in_memory(
    db: Database, team: Team, database_url: str
) -> None:
    told, silent = (store_call(db, team.id, sid, KNOWN_CALLER, ENDED) for sid in ("CA1", "CA2"))
    other = open_database(database_url, a_keyring())
    with other.reading() as reading:
        known = [load_contact(reading, call.id, team.id) for call in (told, silent)]
    export(db, team)

    erasure.erase(db, team, closed(db, team).id, "liv", LATER)
    with other.reading() as reading:
        asked = load_contact(reading, told.id, team.id)
        remembered = [reading.entries_of.get(call.id) for call in (told, silent)]
        other.forget_unused()
        other.forget_unused()
        forgotten = reading.entries_of.get(silent.id)
    other.close()

    assert [each.entries for each in known if each] == [told.entries, silent.entries]
    assert asked is not None
    assert all(entry.detail == {"erased": True} for entry in asked.entries)
    assert remembered == [None, silent.entries]
    assert forgotten is None


def test_no_table_keeps_anything_of_an_erased_case_but_those_that_may(db: Database, team: Team) -> None:
    call = store_call(db, team.id, caller=KNOWN_CALLER, projection=ENDED)
    with db.writing(team.id) as writing:
        code_for(writing, call.id, KARI)
    case = closed(db, team)
    export(db, team)
    assert {"member", "contact_index", "page_code"} <= tables_with(db, call.id, case.id)

    erasure.erase(db, team, case.id, "liv", LATER)

    assert tables_with(db, call.id, case.id) <= STAYS
    with db.reader.connect() as conn:
        schema = MetaData()
        schema.reflect(conn)
        for name in ("member_number", "member"):
            assert conn.scalar(select(func.count()).select_from(schema.tables[name])) == 0
        owned = schema.tables["number_index"].c.member_number_id
        assert conn.scalar(select(func.count()).where(owned.is_not(None))) == 0


@pytest.mark.parametrize("why", ["held", "open", "not_exported", "said_since"])
def test_what_stands_against_it_keeps_a_case(db: Database, team: Team, why: str) -> None:
    case = closed(db, team)
    call = store_call(db, team.id, caller=KNOWN_CALLER, projection=RINGING if why == "open" else ENDED)
    if why != "not_exported":
        export(db, team)
    if why == "held":
        erasure.hold(db, team, case.id, "liv", "a complaint", LATER)
    if why == "said_since":
        store_call(db, team.id, "CA2", caller=KNOWN_CALLER, projection=ENDED)

    with pytest.raises(NotToBeErased) as refusal:
        erasure.erase(db, team, case.id, "liv", LATER)

    assert refusal.value.why == ("not_exported" if why == "said_since" else why)
    with db.reading() as reading:
        kept = load_contact(reading, call.id, team.id)
    assert kept is not None
    assert not kept.erased


def test_a_case_whose_hold_is_lifted_is_erased(db: Database, team: Team) -> None:
    case = closed(db, team)
    export(db, team)
    erasure.hold(db, team, case.id, "liv", "a complaint", LATER)
    assert closed(db, team).held

    erasure.lift_hold(db, team, case.id, "liv", "settled", LATER)
    erasure.erase(db, team, case.id, "liv", LATER)

    assert closed_labels(db, team) == []


def test_only_a_rule_that_says_so_erases_by_itself(db: Database, team: Team) -> None:
    case = closed(db, team)
    export(db, team)

    erasure.erase_what_rules_erase(db, team, LATER)
    assert closed_labels(db, team) == ["V-014"]

    erasure.change_rules(db, team, (RetentionRule("Larvik", 12, automatic=True),), "liv", LATER)
    erasure.erase_what_rules_erase(db, team, LATER - timedelta(days=100))
    assert closed_labels(db, team) == ["V-014"]
    erasure.erase_what_rules_erase(db, team, LATER)
    assert closed_labels(db, team) == []
    assert case.label == "V-014"


def test_an_open_or_active_case_is_never_listed(db: Database, team: Team) -> None:
    with db.writing(team.id) as writing:
        save_cases(writing, [replace(a_case(), phase=Phase.ACTIVE)])

    assert closed_labels(db, team) == []


def test_a_stranger_s_call_is_erased_when_the_rule_for_everywhere_says_so(
    db: Database, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "BATCH", 2)
    old = [store_call(db, team.id, sid, projection=ENDED) for sid in ("CA1", "CA5", "CA6")]
    young = store_call(db, team.id, "CA2", projection=ENDED, at=LATER - timedelta(days=10))
    waiting = store_call(db, team.id, "CA3", projection=RINGING)
    of_a_case = store_call(db, team.id, "CA4", caller=KNOWN_CALLER, projection=ENDED)
    assert erasure.read_retention(db, team, LATER).loose_due == 3

    assert erasure.erase_due_loose(db, team, "liv", LATER) == 3

    with db.reading() as reading:
        erased = {each.id: each.erased for each in list_contacts(reading, team.id)}
        left = record_of_number(reading, team, STRANGER, LATER)
    kept = {young.id: False, waiting.id: False, of_a_case.id: False}
    assert erased == {**{each.id: True for each in old}, **kept}
    assert len(left["contacts"]) == 2
    assert damage(db) == []


def test_the_record_of_a_family_holds_all_that_is_kept_and_of_staff_no_family_s_word(
    db: Database, team: Team
) -> None:
    call = store_call(db, team.id, caller=KNOWN_CALLER, projection=ENDED)
    with db.writing(team.id) as writing:
        append(writing, call.id, [Entry(0, NOW, Kind.LEG_RINGING, leg="leg1")], call.key)

    with db.noting_reads(team.id) as reads:
        read = {"contact": call.id, "case": "V-014"}
        append_notes(reads, [Note(LATER, "contact_read", "ola", read)])
        append_notes(reads, [Note(LATER, "contact_read", "kari", {"contact": "another", "case": None})])
        told = to_json(record_of_case(reads, team, closed(db, team).id, LATER))

    for word in (
        "Solveig Havn",
        "Eirik Havn",
        MOTHER,
        "pappa er full",
        "leg_ringing",
        "Larvik",
        "ola",
    ):
        assert word in told
    with db.reading() as reading:
        staff = record_of_staff(reading, team, "kari", LATER)
    assert staff["person"]["name"] == "Kari Nordmann"
    assert [each["contact"] for each in staff["answered"]] == [call.id]
    assert "pappa" not in str(staff)


def test_another_team_s_case_is_no_case(db: Database, team: Team) -> None:
    other = replace(team, id=team.id + 1)

    with pytest.raises(LookupError), db.reading() as reading:
        record_of_case(reading, other, closed(db, team).id, LATER)


def closed_labels(db: Database, team: Team) -> list[str]:
    return [case.label for case in erasure.read_retention(db, team, LATER).closed]


def tables_with(db: Database, *ids: str) -> set[str]:
    """Return the tables in which a contact's or a case's id stands."""
    with db.reader.connect() as conn:
        schema = MetaData()
        schema.reflect(conn)
        return {
            table.name
            for table in schema.tables.values()
            for column in table.columns
            if column.name in ("id", "contact_id", "case_id") and str(column.type).startswith("VARCHAR")
            if conn.scalar(select(func.count()).where(column.in_(ids)))
        }


def test_every_team_s_rules_are_followed_once_a_day(db: Database, team: Team) -> None:
    for hour in (0, 1, 30):
        plan_erasures(db, NOW + timedelta(hours=hour))

    with db.reading() as reading:
        planned = reading.conn.scalars(select(JobRow.due_at).where(JobRow.kind == ERASE_DUE)).all()
    assert {at.date() for at in planned} == {NOW.date(), NOW.date() + timedelta(days=1)}
    assert len(planned) == 2
