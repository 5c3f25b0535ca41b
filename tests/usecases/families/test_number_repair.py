"""Numbers that an older version kept as they were typed lead to their family again."""

from dataclasses import replace

from oncall.contacts.case import Case, Consent, MemberNumber
from oncall.store.families.callers import is_compromised, mark_compromised, who_calls
from oncall.store.families.cases import load_cases
from oncall.store.session import Database
from oncall.store.team.teams import read_team
from oncall.usecases.families.number_repair import repair_numbers
from tests.scenes.stored import NOW, a_case, store_call, store_team

TYPED, RIGHT = "+460701234567", "+46701234567"


def a_family(*phones: MemberNumber) -> Case:
    case = a_case()
    return replace(case, members=(replace(case.members[0], phones=phones),))


def test_a_number_kept_with_its_zero_leads_to_its_family_with_its_consents(db: Database) -> None:
    team_id = store_team(db, cases=[a_family(MemberNumber(TYPED, may_text=Consent.NO, code_word="blå"))])

    changed = repair_numbers(db, team_id, "os:root", NOW)

    with db.reading() as reading:
        caller = who_calls(reading, read_team(reading, team_id), RIGHT, NOW)
        (phone,) = load_cases(reading, team_id)[0].members[0].phones
    assert changed == 1
    assert caller.case == "V-014"
    assert (phone.number, phone.may_text, phone.code_word) == (RIGHT, Consent.NO, "blå")


def test_of_a_number_in_two_spellings_the_stricter_answer_holds(db: Database) -> None:
    phones = (MemberNumber(RIGHT, may_call=Consent.YES), MemberNumber(TYPED, may_call=Consent.NO))
    team_id = store_team(db, cases=[a_family(*phones)])

    repair_numbers(db, team_id, "os:root", NOW)

    with db.reading() as reading:
        (phone,) = load_cases(reading, team_id)[0].members[0].phones
    assert (phone.number, phone.may_call) == (RIGHT, Consent.NO)


def test_a_phone_in_the_wrong_hands_stays_marked(db: Database) -> None:
    team_id = store_team(db, cases=[a_family(MemberNumber(TYPED))])
    contact = store_call(db, team_id)
    with db.writing(team_id) as writing:
        mark_compromised(writing, TYPED, contact.id, NOW)

    repair_numbers(db, team_id, "os:root", NOW)

    with db.reading() as reading:
        assert is_compromised(reading, team_id, RIGHT)


def test_a_second_time_changes_nothing(db: Database) -> None:
    team_id = store_team(db, cases=[a_family(MemberNumber(TYPED))])
    repair_numbers(db, team_id, "os:root", NOW)

    assert repair_numbers(db, team_id, "os:root", NOW) == 0
