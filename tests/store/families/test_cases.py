"""A number leads to the families that have it, and says nothing more than is certain."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import delete, select

from oncall.alerts.safe_contact import Rules
from oncall.alerts.team import Caller
from oncall.contacts.brief import Brief
from oncall.contacts.case import Case, Consent, LabelTaken, Member, MemberNumber, Phase
from oncall.contacts.case_changes import CaseChange
from oncall.rota.clock_hours import Hours
from oncall.store.families.callers import mark_compromised, rules_for, who_calls
from oncall.store.families.cases import find_owners, load_case, load_cases, name_members, owners_of
from oncall.store.families.history import (
    add_revision,
    current_brief,
    list_revisions,
    note_changes,
    read_case_entries,
    reviewed_at,
)
from oncall.store.families.saving import save_case, save_cases
from oncall.store.session import Database
from oncall.store.tables.families import MemberNumberRow, NumberIndexRow
from oncall.store.team.teams import read_team
from tests.cast import FATHER, KARI, KARIS_PHONE, MOTHER, OLA, OSLO
from tests.scenes.stored import NOW, a_case, a_team, store_call, store_team

DAYTIME = Hours(time(8), time(20))


def ask(db: Database, team_id: int, number: str | None = MOTHER) -> Caller:
    with db.reading() as reading:
        return who_calls(reading, read_team(reading, team_id), number, NOW)


def save(db: Database, team_id: int, *cases: Case) -> tuple[str, ...]:
    with db.writing(team_id) as writing:
        return save_cases(writing, cases)


def test_a_known_number_leads_to_its_case(db: Database) -> None:
    team_id = store_team(db, cases=[a_case()])

    caller = ask(db, team_id)

    assert caller == Caller(
        "known",
        case="V-014",
        cases=("V-014",),
        municipality="Larvik",
        own_therapist=KARI,
        language="nb",
        may_call=True,
        may_text=True,
        number=MOTHER,
    )


def test_unknown_and_withheld_numbers_lead_to_no_case(db: Database) -> None:
    team_id = store_team(db, cases=[a_case()])

    assert ask(db, team_id, "+4790000999") == Caller("unknown", number="+4790000999")
    assert ask(db, team_id, None) == Caller("withheld")


def test_a_staff_members_number_leads_to_no_case(db: Database) -> None:
    team_id = store_team(db, cases=[a_case()])

    assert ask(db, team_id, KARIS_PHONE).known == "unknown"


def test_the_machine_neither_calls_nor_texts_a_number_in_the_wrong_hands(db: Database) -> None:
    team_id = store_team(db, cases=[a_case()])
    contact = store_call(db, team_id)

    with db.writing(team_id) as writing:
        mark_compromised(writing, MOTHER, contact.id, NOW)

    caller = ask(db, team_id)
    assert (caller.case, caller.may_call, caller.may_text) == ("V-014", False, False)


def test_of_a_number_in_two_cases_only_what_they_agree_on_is_known(db: Database) -> None:
    second = replace(a_case("V-015", may_call=Consent.NO), municipality="Horten")
    team_id = store_team(db, cases=[a_case(), second])

    caller = ask(db, team_id)

    assert (caller.known, caller.case, caller.cases) == ("known", None, ("V-014", "V-015"))
    assert (caller.municipality, caller.own_therapist, caller.may_call) == (None, KARI, False)


def test_a_number_is_known_in_its_own_team_only(db: Database) -> None:
    store_team(db, cases=[a_case()])
    other = store_team(db, a_team("rogaland", "+4733900002"))

    assert ask(db, other).known == "unknown"


def test_without_the_index_a_number_is_unknown_and_the_case_stays(db: Database) -> None:
    team_id = store_team(db, cases=[a_case()])

    with db.transaction() as transaction:
        transaction.conn.execute(delete(NumberIndexRow))

    with db.reading() as reading:
        cases = load_cases(reading, team_id)
    assert ask(db, team_id).known == "unknown"
    assert cases == (a_case(),)


def test_cases_come_back_as_they_were_given(db: Database) -> None:
    given = (a_case(), Case("V-015", None, None, Phase.PLANNED))

    team_id = store_team(db, cases=given)

    with db.reading() as reading:
        assert load_cases(reading, team_id) == given


def test_safe_contact_comes_back_as_it_was_given_and_is_sealed(db: Database) -> None:
    phone = MemberNumber(
        MOTHER, Consent.YES, Consent.YES, Consent.NO, DAYTIME, "Bjørk", "far, i helgene", True
    )
    case = Case("V-014", None, None, Phase.ACTIVE, (Member("Solveig Havn", "parent", "nb", (phone,)),))

    team_id = store_team(db, cases=[case])

    with db.reading() as reading:
        stored = reading.conn.execute(select(MemberNumberRow)).one()
        assert load_cases(reading, team_id) == (case,)
        assert owners_of(reading, team_id, MOTHER) == (("V-014", case.members[0]),)
    for sealed in (stored.code_word, stored.seen_by):
        assert "Bjørk".encode() not in sealed
        assert b"helgene" not in sealed


def test_of_all_who_share_a_number_the_strictest_answer_holds(db: Database) -> None:
    strict = MemberNumber(MOTHER, Consent.YES, Consent.NO, hours=DAYTIME)
    free = MemberNumber(MOTHER, Consent.YES, Consent.YES, may_name_team=True)
    members = (Member("Solveig", "parent", "nb", (strict,)), Member("Eirik", "child", "nb", (free,)))
    team_id = store_team(db, cases=[Case("V-014", None, None, Phase.ACTIVE, members)])

    with db.reading() as reading:
        rules = rules_for(reading, read_team(reading, team_id), MOTHER)

    assert rules == Rules(Consent.YES, Consent.NO, Consent.NOT_ASKED, hours=(DAYTIME,), zone=OSLO)
    assert not ask(db, team_id).may_call  # at 03:40


def test_only_cases_that_differ_are_changed(db: Database) -> None:
    team_id = store_team(db, cases=[a_case(), a_case("V-015", FATHER)])
    closed = replace(a_case(), phase=Phase.CLOSED, own_therapist=OLA, members=())

    changed = save(db, team_id, closed, a_case("V-015", FATHER))

    with db.reading() as reading:
        cases = load_cases(reading, team_id)
    assert changed == ("V-014",)
    assert cases == (closed, a_case("V-015", FATHER))
    assert ask(db, team_id).known == "unknown"


def stored(db: Database, team_id: int) -> Case:
    with db.reading() as reading:
        return load_cases(reading, team_id)[0]


def test_a_member_stays_the_same_person_whatever_is_changed_about_them(db: Database, team_id: int) -> None:
    before = stored(db, team_id)
    mother, child = before.members
    renamed = replace(child, name="Eirik Berg", birth_year=2014)
    with db.writing(team_id) as writing:
        save_case(writing, replace(before, members=(renamed, replace(mother, id="", language="nn"))))

    after = stored(db, team_id)

    assert [member.id for member in after.members] == [child.id, mother.id]
    assert after.members == (renamed, replace(mother, language="nn"))
    assert after.members[1].phones[0].id == mother.phones[0].id


def test_who_is_taken_out_is_known_by_name_and_their_number_is_nobodys(db: Database, team_id: int) -> None:
    before = stored(db, team_id)
    with db.writing(team_id) as writing:
        save_case(writing, replace(before, members=before.members[1:]))

    with db.reading() as reading:
        after = load_case(reading, team_id, before.id)
        names = name_members(reading, team_id, before.id)
    assert after is not None
    assert [member.name for member in after.members] == ["Eirik Havn"]
    assert names[before.members[0].id] == "Solveig Havn"
    assert ask(db, team_id).known == "unknown"


def test_a_number_that_comes_back_leads_to_its_case_again(db: Database, team_id: int) -> None:
    before = stored(db, team_id)
    mother = before.members[0]
    foreign = MemberNumber("+46701234567")
    for phones in ((foreign,), (foreign, *mother.phones)):
        with db.writing(team_id) as writing:
            save_case(writing, replace(before, members=(replace(mother, phones=phones),)))

    with db.reading() as reading:
        owners = find_owners(reading, team_id, [MOTHER, "+46701234567", "+4790000999"])
    assert ask(db, team_id).case == "V-014"
    assert {number: [owner.label for owner in of] for number, of in owners.items()} == {
        MOTHER: ["V-014"],
        "+46701234567": ["V-014"],
    }


def test_no_two_cases_of_a_team_have_one_label(db: Database, team_id: int) -> None:
    with pytest.raises(LabelTaken), db.writing(team_id) as writing:
        save_case(writing, Case("V-014", None, None, Phase.PLANNED))


def test_another_teams_case_is_neither_found_nor_changed(db: Database, team_id: int) -> None:
    other = store_team(db, a_team("rogaland", "+4733900002"))
    theirs = stored(db, team_id)

    with db.reading() as reading:
        assert load_case(reading, other, theirs.id) is None
        assert name_members(reading, other, theirs.id) == {}
    with pytest.raises(LookupError), db.writing(other) as writing:
        save_case(writing, theirs)


def test_what_was_changed_is_told_by_the_journal_without_a_number(db: Database, team_id: int) -> None:
    before = stored(db, team_id)
    mother, child = before.members
    phone = replace(mother.phones[0], may_call=Consent.NO)
    wanted = replace(
        before,
        phase=Phase.CLOSED,
        closed_on=date(2026, 11, 20),
        members=(replace(mother, phones=(phone, MemberNumber("+4790000555"))), Member("Far", "parent", "nb")),
    )
    with db.writing(team_id) as writing:
        after = save_case(writing, wanted)
        note_changes(writing, before, after, "kari", NOW)

    with db.reading() as reading:
        (edit,) = read_case_entries(reading, team_id, before.id).edits
    assert (edit.kind, edit.by, edit.at) == ("case_closed", "kari", NOW)
    new_phone, father = after.members[0].phones[1].id, after.members[1].id
    assert edit.changes == (
        CaseChange("phase", before="active", after="closed"),
        CaseChange("closed_on", after="2026-11-20"),
        CaseChange("may_call", mother.id, phone.id, "yes", "no"),
        CaseChange("added", mother.id, new_phone),
        CaseChange("added", father, after="Far"),
        CaseChange("removed", child.id, before="Eirik Havn"),
    )


def test_every_version_of_a_brief_is_kept_and_the_newest_counts(db: Database, team_id: int) -> None:
    case = stored(db, team_id)
    with db.writing(team_id) as writing:
        add_revision(writing, case.id, Brief(risks="Rus"), "kari", NOW)
        add_revision(writing, case.id, Brief(risks="Rus, vold"), "kari", NOW)
        add_revision(writing, case.id, Brief(risks="Rus, vold"), "liv", NOW, reviewed_only=True)

    with db.reading() as reading:
        current = current_brief(reading, team_id, case.id)
        versions = list_revisions(reading, team_id, case.id)
        reviews = reviewed_at(reading, team_id)
    assert current is not None
    assert (current.brief, current.by, current.reviewed_only) == (Brief(risks="Rus, vold"), "liv", True)
    assert [version.brief.risks for version in versions] == ["Rus, vold", "Rus, vold", "Rus"]
    assert reviews == {case.id: NOW}
