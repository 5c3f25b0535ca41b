"""A number leads to the families that have it, and says nothing more than is certain."""

from dataclasses import replace

from sqlalchemy import delete

from oncall.alerts.team import Caller
from oncall.contacts.case import Case, Consent, Phase
from oncall.store.cases import load_cases, save_cases, who_calls
from oncall.store.session import Database
from oncall.store.tables import NumberIndexRow
from oncall.store.teams import read_team
from tests.store.examples import KARI, MOTHERS_NUMBER, OLA, a_case, a_team, store_team


def ask(db: Database, team_id: int, number: str | None = MOTHERS_NUMBER) -> Caller:
    with db.reading() as reading:
        return who_calls(reading, read_team(reading, team_id), number)


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


def test_only_cases_that_differ_are_changed(db: Database) -> None:
    team_id = store_team(db, cases=[a_case(), a_case("V-015", "+4790000102")])
    closed = replace(a_case(), phase=Phase.CLOSED, own_therapist=OLA, members=())

    changed = save(db, team_id, closed, a_case("V-015", "+4790000102"))

    with db.reading() as reading:
        cases = load_cases(reading, team_id)
    assert changed == ("V-014",)
    assert cases == (closed, a_case("V-015", "+4790000102"))
    assert ask(db, team_id).known == "unknown"
