"""Agreed calls: whoever is on duty then is reminded, calls masked and marks; else the team is alerted."""

from datetime import datetime, timedelta

import pytest

from oncall.alerts.safe_contact import Verdict
from oncall.contacts.check_in import CheckIn, Mark
from oncall.contacts.model import Kind, State
from oncall.rota.model import PersonId
from oncall.store.families.cases import find_case_id
from oncall.store.families.check_ins import list_check_ins, load_check_in, members_of
from oncall.store.line.reconciled import without_job
from oncall.usecases.line import check_ins, follow_ups
from oncall.usecases.line.check_ins import AlreadyMarked, NoLongerPlanned
from oncall.usecases.line.follow_ups import NotAllowed
from oncall.usecases.line.outbound import UnknownNumber, call_member
from oncall.usecases.line.planning import ESCALATE
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import Answer
from tests.cast import AUNT, KARIS_PHONE, LINE, MOTHER
from tests.scenes.waiting_night import PRESSES_1, WaitingNight

pytestmark = pytest.mark.slow

KEY, OTHER = PersonId("kari"), PersonId("ola")
IN_AN_HOUR = timedelta(hours=1)


def number_id(night: WaitingNight, case: str = "V-014") -> str:
    with night.service.db.reading() as reading:
        (member,) = members_of(reading, night.team_id, case)
    return member.id


def plan(night: WaitingNight, case: str = "V-014", after: timedelta = IN_AN_HOUR) -> CheckIn:
    now = night.carrier.now()
    with night.service.db.reading() as reading:
        case_id = find_case_id(reading, night.team_id, case)
    assert case_id is not None
    which = (night.team_id, case_id, number_id(night, case))
    return check_ins.plan(night.service.context, *which, now + after, "før helgen", KEY, now)


def mark(night: WaitingNight, how: Mark, by: PersonId = KEY, moved_to: datetime | None = None) -> None:
    contact = night.contacts()[-1].id
    now = night.carrier.now()
    check_ins.mark(night.service.context, night.team_id, contact, how, by, now, moved_to=moved_to)


def call_back(night: WaitingNight, by: PersonId = KEY, **more: object) -> None:
    contact = night.contacts()[-1].id
    which = (night.team_id, contact, by, night.carrier.now())
    follow_ups.call_back(night.service.context, *which, **more)  # type: ignore[arg-type]


def stored(night: WaitingNight, check_in: CheckIn) -> CheckIn:
    with night.service.db.reading() as reading:
        found = load_check_in(reading, night.team_id, check_in.id)
    assert found is not None
    return found


def alerts(phone: Phone) -> list[str]:
    return [text.body for text in phone.texts if "En avtalt samtale er ikke fulgt opp" in text.body]


def test_whoever_is_on_duty_is_reminded_by_a_label_and_a_link_alone(night: WaitingNight) -> None:
    plan(night)

    night.run_for(3590)
    before = night.read(night.kari)
    night.run_for(20)

    contact = night.only_contact()
    (body,) = night.read(night.kari)
    assert before == []
    assert body == f"Avtalt samtale nå. V-014: {night.service.context.public_url}/contacts/{contact.id}"
    assert contact.state is State.DUE
    assert night.read(night.ola) == night.read(night.liv) == []


def test_it_is_dialled_masked_and_marked_and_nobody_is_alerted(night: WaitingNight) -> None:
    check_in = plan(night)
    night.run_for(3610)
    night.kari.policy = PRESSES_1.hang_up(at=120)
    night.mother.policy = Answer(after=3)

    call_back(night)
    night.run_for(200)
    mark(night, Mark.DONE)
    night.run_for(3600)

    contact = night.only_contact()
    assert [rang.shown for rang in night.mother.rang] == [LINE]
    assert [rang.shown for rang in night.kari.rang] == [LINE]
    assert night.spoke(night.mother)[0][0] == KARIS_PHONE
    assert (contact.case, contact.answered_by, contact.state) == ("V-014", "kari", State.CLOSED)
    assert stored(night, check_in).state == "done"
    assert len(night.read(night.kari)) == 1
    night.assert_orderly()


def test_one_that_nobody_marks_in_time_escalates_until_somebody_closes_it(night: WaitingNight) -> None:
    plan(night)

    night.run_for(3600 + 15 * 60 + 30)
    first = (alerts(night.kari), len(night.kari.rang), alerts(night.ola))
    night.run_for(11 * 60)
    contact = night.only_contact()
    reached = [phone for phone in (night.ola, night.liv, night.nils) if alerts(phone)]
    follow_ups.acknowledge(night.service.context, night.team_id, contact.id, OTHER, night.carrier.now())
    night.run_for(600)
    quiet = len(alerts(night.nils))
    night.run_for(600)
    mark(night, Mark.DONE, OTHER)

    assert len(first[0]) == 1
    assert (first[1], first[2]) == (1, [])
    assert len(reached) == 3
    assert len(alerts(night.nils)) == quiet
    assert night.only_contact().state is State.CLOSED
    night.assert_orderly()


def test_who_talks_with_the_family_is_not_disturbed_by_alerts(night: WaitingNight) -> None:
    plan(night)
    night.run_for(3600 + 600)
    night.kari.policy = PRESSES_1.hang_up(at=40 * 60)
    night.mother.policy = Answer(after=3)

    call_back(night)
    night.run_for(50 * 60)

    assert alerts(night.kari) == []
    night.run_for(10 * 60)
    assert len(alerts(night.kari)) == 1, "a quarter of an hour after the talk it is missed"


def test_a_reminder_that_does_not_arrive_is_an_alert_at_once(night: WaitingNight) -> None:
    night.carrier.fail_texts_to(KARIS_PHONE)
    plan(night)

    night.run_for(3640)

    assert night.only_contact().follow_up is not None
    assert alerts(night.ola)


def test_a_family_that_did_not_answer_is_followed_up_by_whoever_called_and_the_leader_knows(
    night: WaitingNight,
) -> None:
    check_in = plan(night)
    night.run_for(3610)

    mark(night, Mark.NO_ANSWER)
    night.run_for(60)

    contact = night.only_contact()
    assert (contact.state, contact.acknowledged_by) == (State.ACKNOWLEDGED, "kari")
    assert stored(night, check_in).state == "no_answer"
    assert [body for body in night.read(night.liv) if "Ingen svarte" in body]
    night.run_for(3700)
    assert [body for body in night.read(night.kari) if "Noen venter" in body], "it is hers until closed"
    mark(night, Mark.DONE)
    assert night.only_contact().state is State.CLOSED


def test_a_moved_one_comes_again_at_its_new_time(night: WaitingNight) -> None:
    plan(night)
    night.run_for(3610)

    mark(night, Mark.MOVED, moved_to=night.carrier.now() + IN_AN_HOUR)
    with pytest.raises(AlreadyMarked):
        mark(night, Mark.DONE)
    night.run_for(3610)

    first, second = night.contacts()
    assert (first.state, second.state) == (State.CLOSED, State.DUE)
    assert len(night.read(night.kari)) == 2


def test_it_is_changed_and_cancelled_before_its_time_and_not_after(night: WaitingNight) -> None:
    context, team, now = night.service.context, night.team_id, night.carrier.now()
    later, gone = plan(night), plan(night, "V-015")

    check_ins.change(context, team, later.id, now + 2 * IN_AN_HOUR, "etter leggetid", KEY, now)
    check_ins.cancel(context, team, gone.id, KEY, now)
    night.run_for(3700)
    none_yet = night.contacts()
    night.run_for(3600)

    assert none_yet == []
    assert [contact.case for contact in night.contacts()] == ["V-014"]
    assert stored(night, later).note == "etter leggetid"
    with pytest.raises(NoLongerPlanned):
        check_ins.cancel(context, team, later.id, KEY, night.carrier.now())
    with night.service.db.reading() as reading:
        listed = list_check_ins(reading, team, now, now + 3 * IN_AN_HOUR)
    assert {one.case: one.state for one in listed} == {"V-014": "due", "V-015": "cancelled"}


def test_the_clock_may_die_around_its_time_and_it_is_one_contact(night: WaitingNight) -> None:
    plan(night)
    night.run_for(3590)
    night.clock_runs = night.stand_in_runs = False
    night.run_for(60)
    night.clock_runs = True
    night.run_for(30)

    assert [contact.state for contact in night.contacts()] == [State.DUE]
    assert len(night.read(night.kari)) == 1
    with night.service.db.reading() as reading:
        assert without_job(reading, ESCALATE) == ()


def test_safe_contact_stands_before_the_call_of_a_check_in_too(night: WaitingNight) -> None:
    plan(night, "V-015")
    night.run_for(3610)

    with pytest.raises(NotAllowed) as refused:
        call_back(night)
    night.run_for(60)

    assert refused.value.verdict is Verdict.REASON_FIRST
    assert night.father.rang == ()


# ------------------------------------------------------------------------------ a call from a case


def call(night: WaitingNight, case: str, once: str = "one", **more: object) -> str:
    which = (night.team_id, case, number_id(night, case), KEY, night.carrier.now())
    return call_member(night.service.context, *which, once=once, **more)  # type: ignore[arg-type]


def test_a_call_from_a_case_rings_the_therapist_first_and_is_a_contact_of_the_case(
    night: WaitingNight,
) -> None:
    night.kari.policy = PRESSES_1.hang_up(at=60)
    night.mother.policy = Answer(after=3)

    contact = call(night, "V-014")
    again = call(night, "V-014")
    night.run_for(120)

    (only,) = night.contacts()
    assert contact == again == only.id
    assert (only.case, only.state, only.answered_by) == ("V-014", State.ENDED, "kari")
    assert [rang.shown for rang in night.mother.rang] == [LINE]
    assert night.spoke(night.kari)[0][0] == MOTHER
    assert night.kinds()[:2] == [Kind.CALL_PLANNED, Kind.CALL_BACK_ORDERED]
    night.assert_orderly()


def test_nobody_is_dialled_where_the_therapist_s_voicemail_picks_up(night: WaitingNight) -> None:
    night.kari.policy = Answer(after=3)

    call(night, "V-014")
    night.run_for(120)

    assert night.mother.rang == ()
    assert night.only_contact().state is State.PLACED
    night.assert_orderly()


@pytest.mark.parametrize(
    ("case", "needed", "given"),
    [
        ("V-017", Verdict.WARN_FIRST, {"warned": True}),
        ("V-015", Verdict.REASON_FIRST, {"reason": "Barnet er alene."}),
    ],
)
def test_a_call_against_what_the_family_has_said_needs_a_warning_or_a_reason(
    night: WaitingNight, case: str, needed: Verdict, given: dict[str, object]
) -> None:
    night.kari.policy = PRESSES_1

    with pytest.raises(NotAllowed) as refused:
        call(night, case)
    nothing = night.contacts()
    call(night, case, **given)  # type: ignore[arg-type]
    night.run_for(30)

    assert refused.value.verdict is needed
    assert nothing == []
    assert sum(len(phone.rang) for phone in (night.father, night.carrier.phones[AUNT])) == 1


def test_a_number_of_another_case_is_not_called(night: WaitingNight) -> None:
    with pytest.raises(UnknownNumber):
        call_member(
            night.service.context,
            night.team_id,
            "V-015",
            number_id(night),
            KEY,
            night.carrier.now(),
            once="x",
        )
