"""Nights in which somebody is suddenly gone."""

from oncall.contacts.model import State
from standin.drill.nights.night import Night
from standin.drill.scenario import Scenario
from standin.simulator.phones.policies import Answer, Off, in_turn


def hang_up_while_ringing(night: Night) -> None:
    """The caller hangs up while it rings: the phone is let go, and the therapist is alerted and takes it."""
    night.takes_alerts(night.duty, after=7, since=9.5)

    night.calls(night.parent)
    night.hangs_up(night.parent, at=9)
    night.run_until(60)

    night.expect_let_go(9.5, night.duty)
    night.expect_silence(night.backup, night.leader)
    night.expect_alert(night.duty, str(night.cast.parent.case), since=9, within=5)
    night.expect_heard(night.duty, "page_taken")
    night.settle()
    night.expect_state(State.ACKNOWLEDGED)


def alert_unheard(night: Night) -> None:
    """A caller hangs up, and the therapist sleeps through the alert: after 5 minutes others are alerted."""
    night.takes_alerts(night.leader, after=9, since=60)

    night.calls(night.parent)
    night.hangs_up(night.parent, at=9)
    night.run_until(400)

    label = str(night.cast.parent.case)
    night.expect_alert(night.duty, label, since=9, within=5)
    night.expect_alert(night.backup, label, since=300, within=20)
    night.expect_alert(night.leader, label, since=300, within=20)
    night.expect_heard(night.leader, "page_taken")
    night.settle()
    night.expect_state(State.ACKNOWLEDGED)


def second_hang_up(night: Night) -> None:
    """The same caller hangs up twice within a quarter of an hour: the leader is alerted at once."""
    night.takes_alerts(night.leader, after=6, since=100)

    night.calls(night.parent)
    night.hangs_up(night.parent, at=9)
    night.run_until(120)
    night.calls(night.parent)
    night.hangs_up(night.parent, at=128)
    night.run_until(200)

    night.expect_alert(night.leader, str(night.cast.parent.case), since=128, within=10)
    night.expect_heard(night.leader, "page_taken")
    night.settle()
    night.expect("Both calls are one follow-up, which is taken", not _anybody_waits(night))


def _anybody_waits(night: Night) -> bool:
    return any(contact.state is State.WAITING for contact in night.list_contacts())


def hang_up_while_waiting(night: Night) -> None:
    """The caller hangs up while several phones ring: all of them are let go."""
    leaves_at = night.wave(2) + 8
    night.takes_alerts(night.duty, after=5, since=leaves_at + 0.5)

    night.calls(night.parent)
    night.hangs_up(night.parent, at=leaves_at)
    night.run_until(leaves_at + 60)

    night.expect_rang(night.leader, between=(night.wave(2), leaves_at))
    night.expect_let_go(leaves_at + 0.5, *night.staff)
    night.settle()
    night.expect_state(State.ACKNOWLEDGED)


def hang_up_during_screening(night: Night) -> None:
    """The caller hangs up while the therapist listens to "press 1": she hears that they have gone."""
    night.accepts(night.backup, after=6)
    leaves_at = night.wave(1) + 9
    night.takes_alerts(night.duty, after=5, since=leaves_at + 0.5)

    night.calls(night.parent)
    night.hangs_up(night.parent, at=leaves_at)
    night.run_until(leaves_at + 60)

    night.expect_no_talk(night.parent, night.backup)
    night.expect_heard(night.backup, "caller_gone")
    night.settle()
    night.expect_state(State.ACKNOWLEDGED)


def lost_signal(night: Night) -> None:
    """The therapist presses 1 and loses the signal before the bridge: the ladder goes on without her."""
    night.duty.policy = in_turn(Answer(6).press("1", at=5).lose_signal(at=5.05), Off())
    night.happens(12.15, f"{night.name(night.duty)} loses the signal")
    night.accepts(night.backup, after=5)

    night.calls(night.parent)
    night.run_until(120)

    night.expect_no_talk(night.parent, night.duty)
    night.expect_talk(night.parent, night.backup, within=night.wave(1) + 20)
    night.settle()
    night.expect_state(State.ENDED)


def cut_off(night: Night) -> None:
    """The therapist's signal breaks off a talk: the caller presses 1 and reaches the same person again."""
    accepting = night.accepting(night.duty, after=5)
    night.duty.policy = in_turn(accepting.lose_signal(at=45), accepting)

    night.calls(night.parent, night.presses_after("1", "cut_off"))
    night.happens(51.1, f"{night.name(night.duty)} loses the signal")
    night.run_until(160)

    talks = len(night.talks(night.parent, night.duty))
    night.expect_heard(night.parent, "cut_off")
    both = f"{night.name(night.parent)} speaks with {night.name(night.duty)} twice"
    night.expect(both, talks == 2, f"{talks} times")
    night.expect_silence(night.backup)
    night.settle()
    night.expect_state(State.ENDED)


SCENARIOS = (
    Scenario(hang_up_while_ringing),
    Scenario(second_hang_up),
    Scenario(alert_unheard),
    Scenario(hang_up_while_waiting),
    Scenario(hang_up_during_screening),
    Scenario(lost_signal),
    Scenario(cut_off),
)
