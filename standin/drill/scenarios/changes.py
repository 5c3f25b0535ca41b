"""Nights in which a human must change something on a page while the line goes on."""

from oncall.contacts.model import State
from oncall.usecases.line.follow_ups import mark_compromised
from oncall.usecases.rota.own_shifts import fall_sick
from standin.drill.nights.night import Night
from standin.drill.scenario import Scenario


def sick_in_mid_shift(night: Night) -> None:
    """The therapist falls ill during a talk: one tap, and the leader has duty at once; the talk goes on."""
    night.accepts(night.duty, after=6)
    night.accepts(night.leader, after=6)
    ill = night.cast.duty.id
    night.happens(
        60,
        f"{night.name(night.duty)} taps that she is ill",
        lambda: fall_sick(night.service.db, night.team_id, ill, night.carrier.now()),
    )

    night.calls(night.parent)
    night.run_until(90)
    night.calls(night.other_parent)
    night.run_until(150)
    (talk,) = night.talks(night.parent, night.duty)

    night.expect("The talk goes on when the leader has duty", talk.end is None)
    night.expect_rang(night.leader, between=(90, 93))
    night.expect_talk(night.other_parent, night.leader, within=20, since=90)
    night.expect_rang_once(night.duty)
    night.expect_silence(night.backup)
    night.settle()
    night.expect_state(State.ENDED, State.ENDED)


def wrong_hands(night: Night) -> None:
    """The violent parent calls from the mother's phone, and texts when the therapist has seen through it."""
    night.accepts(night.duty, after=8)
    sees = night.cast.duty.id
    night.happens(
        50,
        f"{night.name(night.duty)} marks the phone as possibly compromised",
        lambda: mark_compromised(
            night.service.context, night.team_id, night.list_contacts()[0].id, sees, night.carrier.now()
        ),
    )

    night.calls(night.parent)
    night.hangs_up(night.parent, at=70)
    night.run_until(100)
    night.takes_alerts(night.duty, after=6, since=100)
    night.parent.text(night.team.text_line, "Hvem snakket hun med?")
    night.run_until(160)

    label = str(night.cast.parent.case)
    night.expect_talk(night.parent, night.duty, within=20)
    night.expect_text(night.leader, "compromised", label)
    night.expect_alert(night.duty, label, since=100, within=10)
    night.expect("The phone gets no text, not even the machine's answer", not night.parent.texts)
    night.settle()
    night.expect_state(State.ENDED, State.ACKNOWLEDGED)


SCENARIOS = (Scenario(sick_in_mid_shift), Scenario(wrong_hands))
