"""Nights in which several people want the same thing at once."""

from oncall.contacts.model import State
from standin.drill.nights.night import Night
from standin.drill.scenario import Scenario


def two_accept_at_once(night: Night) -> None:
    """Backup and leader press 1 within the same second: one speaks, the other hears it is taken."""
    begin = night.wave(2) + 9
    for phone in (night.backup, night.leader):
        night.picks_up(phone, at=begin)
        night.presses(phone, "1", at=begin + 5)

    night.calls(night.parent)
    night.run_until(140)

    winners = [phone for phone in (night.backup, night.leader) if night.talks(night.parent, phone)]
    night.expect("Exactly one of the two speaks with the caller", len(winners) == 1, f"{len(winners)} did")
    for phone in (night.backup, night.leader):
        if phone not in winners:
            night.expect_heard(phone, "taken")
    night.expect_let_go(begin + 8, *night.staff)
    night.settle()
    night.expect_state(State.ENDED)


def two_families(night: Night) -> None:
    """A second family calls while the therapist speaks with the first: it goes straight to backup."""
    night.accepts(night.duty, after=5)
    night.accepts(night.backup, after=6)

    night.calls(night.parent)
    night.run_until(40)
    night.calls(night.other_parent)
    night.run_until(180)

    night.expect_talk(night.parent, night.duty, within=20)
    night.expect_rang(night.backup, between=(40, 44))
    night.expect_talk(night.other_parent, night.backup, within=20, since=40)
    night.expect_rang_once(night.duty)
    night.settle()
    night.expect_state(State.ENDED, State.ENDED)


def staff_calls_the_line(night: Night) -> None:
    """The therapist on duty calls the line herself: she is not rung by her own call, backup is."""
    night.accepts(night.backup, after=5)

    night.calls(night.duty)
    night.run_until(90)

    night.expect_silence(night.duty)
    night.expect_rang(night.backup, between=(0, 3))
    night.expect_talk(night.duty, night.backup, within=20)
    night.settle()
    night.expect_state(State.ENDED)


SCENARIOS = (Scenario(two_accept_at_once), Scenario(two_families), Scenario(staff_calls_the_line))
