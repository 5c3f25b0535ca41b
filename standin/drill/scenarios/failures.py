"""Nights in which a machine fails: the carrier, the database, a process, or all of the service."""

from oncall.contacts.model import State
from standin.drill.nights.night import Night
from standin.drill.scenario import Scenario
from standin.simulator import faults
from standin.simulator.phones.policies import Answer


def calls_refused(night: Night) -> None:
    """The carrier refuses every call that we order: the caller's own call dials one phone after another."""
    night.accepts(night.leader, after=6)
    night.happens(0, "the carrier answers 503 to our orders", lambda: _refuse_orders(night))

    night.calls(night.parent)
    night.run_until(160)

    night.expect_rang(night.backup, between=(night.wave(1), night.wave(2) + 15))
    night.expect_talk(night.parent, night.leader, within=90)
    night.settle()
    night.expect_state(State.ENDED)


def webhooks_repeated(night: Night) -> None:
    """Every webhook comes twice, and some out of order: each counts once."""
    night.carrier.faults.on_webhook(r"/voice/", faults.duplicate(after=0.05))
    night.carrier.faults.on_webhook(r"/status", faults.reorder(), probability=0.5)
    night.happens(0, "the carrier sends every webhook twice")
    night.accepts(night.backup, after=6)

    night.calls(night.parent)
    night.run_until(100)

    night.expect_talk(night.parent, night.backup, within=night.wave(1) + 20)
    night.expect_rang_once(night.backup)
    night.settle()
    night.expect_state(State.ENDED)


def web_restarted(night: Night) -> None:
    """The web process dies twice, while one phone rings and while the caller waits: the call goes on."""
    night.accepts(night.leader, after=6)
    for second in (8, night.wave(1) + 4):
        night.happens(second, "the web process dies and starts anew", night.restart_web)

    night.calls(night.parent)
    night.run_until(120)

    night.expect_rang(night.backup, between=(night.wave(1), night.wave(1) + 6))
    night.expect_talk(night.parent, night.leader, within=night.wave(2) + 20)
    night.settle()
    night.expect_state(State.ENDED)


def clock_dead(night: Night) -> None:
    """The clock process is dead: a web process stands in for it, and the waves come at their seconds."""
    night.clock_runs = False
    night.happens(0, "the clock process is dead")
    night.accepts(night.leader, after=6)

    night.calls(night.parent)
    night.run_until(120)

    night.expect_rang(night.leader, between=(night.wave(2), night.wave(2) + 8))
    night.expect_talk(night.parent, night.leader, within=night.wave(2) + 20)
    night.settle()
    night.expect_state(State.ENDED)


def database_gone(night: Night) -> None:
    """The database cannot be reached: the static number, kept in memory, is rung."""
    night.landline.policy = Answer(after=4).speak("Hallo?", at=0.5)
    night.happens(0, "the database is gone", night.lose_database)

    night.run_until(1)
    night.calls(night.parent)
    night.run_until(60)

    night.expect_talk(night.parent, night.landline, within=20, since=1)
    night.expect_silence(*night.staff)
    night.hangs_up(night.parent, at=61)
    night.happens(70, "the database is back", night.place.bring_back)
    night.settle()


def database_lost_in_mid_call(night: Night) -> None:
    """The database goes while a phone rings: whoever picks up and presses 1 is connected all the same."""
    night.accepts(night.duty, after=9)
    night.takes_alerts(night.duty, after=8, since=90)
    night.happens(4, "the database is gone", night.lose_database)
    night.happens(60, "the database is back", night.place.bring_back)

    night.calls(night.parent)
    night.run_until(55)
    talked = night.talks(night.parent, night.duty)
    night.run_until(100)

    night.expect_talk(night.parent, night.duty, within=25)
    night.expect("The talk goes on when the database is back", bool(talked) and night.parent.is_engaged)
    night.settle()
    # The pressed 1 could not be noted: rather one follow-up too many than a family whom nobody calls back.
    night.expect_state(State.ACKNOWLEDGED)


def service_gone(night: Night) -> None:
    """Our whole service is unreachable: the carrier itself rings the static number."""
    night.landline.policy = Answer(after=4).speak("Hallo?", at=0.5)
    night.happens(
        0, "our service is unreachable", lambda: night.carrier.faults.on_webhook("/voice/", faults.refuse())
    )

    night.run_until(1)
    night.calls(night.parent)
    night.run_until(60)

    night.expect_talk(night.parent, night.landline, within=30, since=1)
    night.settle()


def _refuse_orders(night: Night) -> None:
    night.carrier.faults.on_rest(r"/Calls\.json", faults.rest_error(503), method="POST")


SCENARIOS = (
    Scenario(calls_refused),
    Scenario(webhooks_repeated),
    Scenario(web_restarted),
    Scenario(clock_dead),
    Scenario(database_gone),
    Scenario(database_lost_in_mid_call),
    Scenario(service_gone),
)
