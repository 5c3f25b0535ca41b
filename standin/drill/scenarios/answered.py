"""Nights in which the phone that rings first is answered, whoever calls."""

from oncall.contacts.model import State
from standin.drill.nights.night import Night
from standin.drill.scenario import Scenario
from standin.simulator.phones.phones import Phone


def parent_answered(night: Night) -> None:
    """A parent in crisis calls at 02:40; the therapist on duty picks up and presses 1."""
    night.accepts(night.duty, after=8)

    night.calls(night.parent)
    night.hangs_up(night.parent, at=200)
    night.run_until(200)

    _expect_duty_alone(night, night.parent, label=str(night.cast.parent.case))


def withheld_number(night: Night) -> None:
    """The caller's number is withheld: the call rings exactly as any other."""
    night.accepts(night.duty, after=8)

    night.calls(night.parent, withheld=True)
    night.hangs_up(night.parent, at=120)
    night.run_until(120)

    _expect_duty_alone(night, night.parent, label="Skjult nummer")


def stranger_answered(night: Night) -> None:
    """Somebody whom no family has named calls, the school perhaps: a human answers all the same."""
    night.accepts(night.duty, after=8)

    night.calls(night.stranger)
    night.hangs_up(night.stranger, at=90)
    night.run_until(90)

    _expect_duty_alone(night, night.stranger, label="Ukjent nummer")


def closed_case(night: Night) -> None:
    """A family whose case is closed calls: a human still answers."""
    night.accepts(night.duty, after=8)

    night.calls(night.past_parent)
    night.hangs_up(night.past_parent, at=150)
    night.run_until(150)

    _expect_duty_alone(night, night.past_parent, label=str(night.cast.past_parent.case))


def _expect_duty_alone(night: Night, caller: Phone, label: str) -> None:
    night.expect_rang(night.duty, between=(0, 3))
    night.expect_talk(caller, night.duty, within=20)
    night.expect(
        f"{night.name(caller)} hears ringing and nothing else before a human",
        all(heard.kind != "say" for heard in caller.heard),
    )
    night.expect_silence(night.backup, night.leader)
    night.expect_text(night.duty, "text_accepted", label)
    night.settle()
    night.expect_state(State.ENDED)


SCENARIOS = (
    Scenario(parent_answered),
    Scenario(withheld_number),
    Scenario(stranger_answered),
    Scenario(closed_case),
)
