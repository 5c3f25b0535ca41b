"""A number leads to the families that have it, and says nothing more than is certain."""

from dataclasses import replace
from datetime import time

from sqlalchemy import delete, select

from oncall.alerts.safe_contact import Rules
from oncall.alerts.team import Caller
from oncall.contacts.case import Case, Consent, Hours, Member, MemberNumber, Phase
from oncall.store.cases import load_cases, owners_of, rules_for, save_cases, who_calls
from oncall.store.session import Database
from oncall.store.tables import MemberNumberRow, NumberIndexRow
from oncall.store.teams import read_team
from tests.store.examples import KARI, MOTHERS_NUMBER, NOW, OLA, OSLO, a_case, a_team, store_team

DAYTIME = Hours(time(8), time(20))


def ask(db: Database, team_id: int, number: str | None = MOTHERS_NUMBER) -> Caller:
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
        number=MOTHERS_NUMBER,
    )


def test_unknown_and_withheld_numbers_lead_to_no_case(db: Database) -> None:
    team_id = store_team(db, cases=[a_case()])

    assert ask(db, team_id, "+4790000999") == Caller("unknown", number="+4790000999")
    assert ask(db, team_id, None) == Caller("withheld")


def test_a_staff_members_number_leads_to_no_case(db: Database) -> None:
    team_id = store_team(db, cases=[a_case()])

    assert ask(db, team_id, "+4790000001").known == "unknown"


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
        MOTHERS_NUMBER, Consent.YES, Consent.YES, Consent.NO, DAYTIME, "Bjørk", "far, i helgene", True
    )
    case = Case("V-014", None, None, Phase.ACTIVE, (Member("Solveig Havn", "parent", "nb", (phone,)),))

    team_id = store_team(db, cases=[case])

    with db.reading() as reading:
        stored = reading.conn.execute(select(MemberNumberRow)).one()
        assert load_cases(reading, team_id) == (case,)
        assert owners_of(reading, team_id, MOTHERS_NUMBER) == (("V-014", case.members[0]),)
    for sealed in (stored.code_word, stored.seen_by):
        assert "Bjørk".encode() not in sealed
        assert b"helgene" not in sealed


def test_of_all_who_share_a_number_the_strictest_answer_holds(db: Database) -> None:
    strict = MemberNumber(MOTHERS_NUMBER, Consent.YES, Consent.NO, hours=DAYTIME)
    free = MemberNumber(MOTHERS_NUMBER, Consent.YES, Consent.YES, may_name_team=True)
    members = (Member("Solveig", "parent", "nb", (strict,)), Member("Eirik", "child", "nb", (free,)))
    team_id = store_team(db, cases=[Case("V-014", None, None, Phase.ACTIVE, members)])

    with db.reading() as reading:
        rules = rules_for(reading, read_team(reading, team_id), MOTHERS_NUMBER)

    assert rules == Rules(Consent.YES, Consent.NO, Consent.NOT_ASKED, hours=(DAYTIME,), zone=OSLO)
    assert not ask(db, team_id).may_call  # at 03:40


def test_only_cases_that_differ_are_changed(db: Database) -> None:
    team_id = store_team(db, cases=[a_case(), a_case("V-015", "+4790000102")])
    closed = replace(a_case(), phase=Phase.CLOSED, own_therapist=OLA, members=())

    changed = save(db, team_id, closed, a_case("V-015", "+4790000102"))

    with db.reading() as reading:
        cases = load_cases(reading, team_id)
    assert changed == ("V-014",)
    assert cases == (closed, a_case("V-015", "+4790000102"))
    assert ask(db, team_id).known == "unknown"
