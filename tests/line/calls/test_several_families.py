"""Two families call at once."""

from dataclasses import replace

from oncall.contacts.model import State
from standin.simulator.phones.policies import Answer
from tests.cast import FATHER, KARIS_PHONE, LIVS_PHONE, MOTHER, NILS_PHONE, OLAS_PHONE, family
from tests.scenes.night import ACCEPTS, TEAM, Night


def test_the_second_family_goes_straight_to_backup(night: Night) -> None:
    night.kari.policy = ACCEPTS
    night.ola.policy = ACCEPTS

    first = night.call(night.mother)
    night.run_for(30)
    second = night.call(night.father)
    night.play(60, first, second)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert [number for number, _ in night.spoke(night.father)] == [OLAS_PHONE]
    assert night.spoke(night.father)[0][1] < 30 + 12
    assert len(night.kari.rang) == 1


def test_the_second_family_calls_while_the_first_phone_still_rings(night: Night) -> None:
    night.kari.policy = Answer(after=15).press("1", after_hearing="Trykk 1")
    night.ola.policy = ACCEPTS

    first = night.call(night.mother)
    night.run_for(5)
    second = night.call(night.father)
    night.play(60, first, second)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert [number for number, _ in night.spoke(night.father)] == [OLAS_PHONE]


def test_both_call_at_the_same_instant(night: Night) -> None:
    night.kari.policy = ACCEPTS
    night.ola.policy = ACCEPTS

    calls = night.call(night.mother), night.call(night.father)
    night.play(60, *calls)

    assert {number for number, _ in night.spoke(night.kari)} | {
        number for number, _ in night.spoke(night.ola)
    } == {MOTHER, FATHER}
    for call in calls:
        assert {heard.kind for heard in call.heard} == {"ringing"}
        assert night.after(call.bridges[0].start) < 12


def test_each_log_says_who_answered_whom(night: Night) -> None:
    night.kari.policy = night.ola.policy = ACCEPTS

    first = night.call(night.mother)
    night.run_for(1)
    second = night.call(night.father)
    night.play(60, first, second)

    assert [(c.case, c.answered_by) for c in night.contacts()] == [("V-014", "kari"), ("V-015", "ola")]


def test_everybody_is_busy_and_all_are_rung_all_the_same(database_url: str) -> None:
    families = [family(f"V-{n}", f"+479000020{n}", municipality="Horten") for n in range(1, 6)]
    night = Night(database_url, families=families)
    for phone in night.staff:
        phone.policy = ACCEPTS
    callers = [night.phone(f"+479000020{n}") for n in range(1, 6)]

    calls = []
    for caller in callers[:4]:
        calls.append(night.call(caller))
        night.run_for(20)
    assert {caller.bridges[0].other_number for caller in callers[:4]} == {
        KARIS_PHONE,
        OLAS_PHONE,
        LIVS_PHONE,
        NILS_PHONE,
    }
    for phone in night.staff:
        phone.call_waiting = True
        phone.policy = Answer(after=500)
    last = night.call(callers[4])
    night.run_for(110)

    assert all(len(phone.rang) >= 2 for phone in night.staff), (
        "busy people are rung when there is nobody else"
    )
    assert max(night.rang_at(phone)[1] for phone in night.staff) < 80 + 80
    assert 80 < night.heard(callers[4], "danger")[0] < 80 + 30
    night.play(0, last, *calls)
    night.close()


def test_a_third_family_is_put_through_when_the_first_has_hung_up(night: Night) -> None:
    for phone in night.staff:
        phone.policy = ACCEPTS

    first = night.call(night.mother)
    night.run_for(30)
    first.hang_up()
    night.run_for(10)
    second = night.call(night.father)
    night.play(60, second)

    assert [number for number, _ in night.spoke(night.father)] == [KARIS_PHONE], (
        "who is free again is rung first again"
    )


def test_busy_people_come_after_free_ones_in_every_wave(night: Night) -> None:
    night.kari.policy = ACCEPTS
    night.kari.call_waiting = True

    first = night.call(night.mother)
    night.run_for(20)
    night.kari.policy = Answer(after=500)
    second = night.call(night.father)
    night.run_for(100)

    free_first = [night.rang_at(phone)[0] for phone in (night.ola, night.liv, night.nils)]
    assert len(night.kari.rang) == 2, "she is rung in the last wave, though she speaks"
    assert night.rang_at(night.kari)[1] > max(free_first[:2])
    night.play(0, first, second)


def test_two_teams_do_not_know_of_each_other(night: Night) -> None:
    east = "+4733900002"
    people = {
        key: replace(each, phone=each.phone.replace("+4790", "+4791")) for key, each in TEAM.people.items()
    }
    night.add_team(
        replace(TEAM, slug="oest", name="MST-CAN Øst", voice_line=east, text_line=east, people=people)
    )
    night.kari.policy = ACCEPTS
    other_kari = night.phone(KARIS_PHONE.replace("+4790", "+4791"), ACCEPTS)

    first = night.call(night.mother)
    second = night.father.call(east)
    night.run_for(60)

    assert [number for number, _ in night.spoke(night.kari)] == [MOTHER]
    assert [number for number, _ in night.spoke(other_kari)] == [FATHER]
    first.hang_up()
    second.hang_up()
    night.run_for(200)
    assert [contact.state for contact in night.contacts()] == [State.ENDED]
