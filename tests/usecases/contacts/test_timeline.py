"""What the timeline tells of calls that went another way than they should."""

from datetime import timedelta

from oncall.contacts.fold import fold
from oncall.contacts.model import Detail, Entry, Kind
from oncall.usecases.contacts.moments import Moment, What
from oncall.usecases.contacts.timeline import list_moments
from standin.simulator.phones.policies import Answer, Off, Script, in_turn
from tests.scenes.evening import Evening
from tests.scenes.stored import NOW


def told(evening: Evening, contact_id: str) -> list[tuple[What, tuple[str, ...]]]:
    """The contact's timeline: what, and who."""
    stored = evening.stored(contact_id)
    return [(moment.what, moment.people) for moment in list_moments(fold(contact_id, stored), stored)]


def test_a_phone_that_loses_its_signal_after_the_1_is_told_and_ringing_goes_on(evening: Evening) -> None:
    evening.kari.policy = Off()
    evening.ola.policy = in_turn(Answer(after=4).press("1", at=4).lose_signal(at=4.05), Off())
    evening.liv.policy = Answer(after=8).press("1", at=3)
    evening.call(evening.mother)
    evening.run_for(120)

    moments = told(evening, evening.contacts()[-1].id)

    story = [(What.PRESSED_ONE, ("ola",)), (What.CONNECTION_LOST, ("ola",)), (What.CONNECTED, ("liv",))]
    assert [moment for moment in moments if moment in story] == story


def test_two_who_press_1_are_told_apart(evening: Evening) -> None:
    evening.kari.policy = Off()
    evening.ola.policy = Answer(after=25).press("1", at=3)
    evening.liv.policy = Answer(after=6).press("1", at=2.1)
    evening.call(evening.mother)
    evening.run_for(120)

    moments = told(evening, evening.contacts()[-1].id)

    connected = [people for what, people in moments if what is What.CONNECTED]
    pressed = [people for what, people in moments if what is What.PRESSED_ONE]
    assert len(connected) == 1
    assert len(pressed) - 1 == sum(what in (What.TOO_LATE, What.CALLER_WAS_GONE) for what, _ in moments)


def test_the_emergency_service_is_told_from_its_offer_to_its_answer(evening: Evening) -> None:
    for phone in (evening.kari, evening.ola, evening.liv, evening.nils):
        phone.policy = Off()
    evening.barnevernvakt.policy = Answer(after=5)
    call = evening.call(evening.mother)
    evening.run_for(260)
    call.hang_up()
    evening.run_for(20)

    kinds = [what for what, _ in told(evening, evening.contacts()[-1].id)]

    passed = [What.SERVICE_OFFERED, What.SERVICE_RUNG, What.SERVICE_ANSWERED, What.FOLLOW_UP]
    assert [kind for kind in kinds if kind in passed] == passed


def test_a_caller_who_declines_the_service_hears_that_the_team_is_alerted(evening: Evening) -> None:
    for phone in (evening.kari, evening.ola, evening.liv, evening.nils):
        phone.policy = Off()
    evening.call(evening.mother, Script().press("9", after_hearing="Trykk 9"))
    evening.run_for(260)

    kinds = [what for what, _ in told(evening, evening.contacts()[-1].id)]

    refused = [What.SERVICE_OFFERED, What.SERVICE_DECLINED, What.TEAM_ALERTED]
    assert [kind for kind in kinds if kind in refused] == refused


def test_a_fact_that_the_carrier_tells_twice_is_told_once() -> None:
    detail: Detail = {
        "caller": "unknown",
        "language": "nb",
        "waves": [{"after": 0, "targets": ["duty"]}],
        "deadline": 75,
    }
    rung: Detail = {"target": "kari", "via": "dial", "wave": 0, "timeout": 20}
    entries = (
        Entry(1, NOW, Kind.CALL_RECEIVED, detail=detail, batch=1),
        Entry(2, NOW, Kind.LEG_RUNG, "1", "kari", rung, batch=1),
        Entry(3, NOW + timedelta(seconds=20), Kind.LEG_ENDED, "1", detail={"status": "no-answer"}, batch=3),
        Entry(4, NOW + timedelta(seconds=20), Kind.LEG_ENDED, "1", detail={"status": "no-answer"}, batch=4),
        Entry(5, NOW + timedelta(seconds=21), Kind.LEG_ENDED, "1", detail={"status": "no-answer"}, batch=5),
    )

    moments = list_moments(fold("c", entries), entries)

    assert [moment.what for moment in moments] == [What.CALLED, What.RINGS, What.NO_ANSWER]


def test_what_this_version_does_not_know_is_not_kept_from_the_reader() -> None:
    detail: Detail = {"caller": "unknown", "language": "nb", "waves": [], "deadline": 75}
    later = Entry(2, NOW, "something_new", batch=2)  # type: ignore[arg-type]
    entries = (Entry(1, NOW, Kind.CALL_RECEIVED, detail=detail, batch=1), later)

    moments = list_moments(fold("c", entries), entries)

    assert moments[-1] == Moment(NOW, What.OTHER, detail="something_new")
