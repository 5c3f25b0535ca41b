"""The drill's own scenarios, and that the drill would notice if one did not go as it must."""

from collections.abc import Iterator

import pytest

from oncall.contacts.model import State
from oncall.telephony import documents
from standin.drill.cast import NIGHT, Cast, read_cast
from standin.drill.nights.night import Night
from standin.drill.play import ScenarioResult, play, play_all
from standin.drill.scenario import Scenario
from standin.drill.scenarios import SCENARIOS
from standin.drill.show.moments import Side
from standin.drill.stage.databases import Databases, open_databases
from standin.simulator import Voicemail
from tests.engines import Postgres

pytestmark = pytest.mark.slow

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
ON_POSTGRES = ("parent-answered", "two-families", "webhooks-repeated", "database-lost-in-mid-call")


@pytest.fixture(scope="module")
def files() -> Iterator[Databases]:
    with open_databases() as databases:
        yield databases


@pytest.fixture(scope="module")
def cast() -> Cast:
    return read_cast()


@pytest.mark.parametrize("name", BY_NAME)
def test_every_night_goes_as_it_must(name: str, files: Databases, cast: Cast) -> None:
    (outcome,) = play_all([BY_NAME[name]], files, cast)

    assert not outcome.failures


@pytest.mark.postgres
@pytest.mark.parametrize("name", ON_POSTGRES)
def test_nights_go_as_they_must_on_postgresql(name: str, postgres: Postgres, cast: Cast) -> None:
    with open_databases(postgres.url("postgres")) as databases:
        (outcome,) = play_all([BY_NAME[name]], databases, cast)

        assert not outcome.failures


def test_every_scenario_has_a_story_and_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(SCENARIOS)
    assert all(len(scenario.story) > 40 for scenario in SCENARIOS)


def test_a_voicemail_that_is_connected_is_noticed(
    files: Databases, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "leg_document", lambda *_: documents.nothing())

    outcome = _play(_voicemail_picks_up, files, cast)

    assert "Only who pressed 1 is connected with a caller" in _broken(outcome)


def test_a_call_of_which_nobody_learns_is_noticed(
    files: Databases, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oncall.alerts.decide._RULES", ())
    monkeypatch.setattr("oncall.alerts.decide._RULES_WHEN_ASKED", _only_placing())

    outcome = _play(_caller_hangs_up, files, cast)

    assert "Every contact ends with a named human or an open follow-up" in _broken(outcome)


def test_a_phone_that_rings_on_is_noticed(files: Databases, cast: Cast) -> None:
    outcome = _play(_somebody_calls_and_nobody_waits_for_the_end, files, cast)

    assert "No call, queue or error is left at the carrier" in _broken(outcome)


def test_an_expectation_that_is_not_met_fails_the_night(files: Databases, cast: Cast) -> None:
    outcome = _play(_expects_the_wrong_person, files, cast)

    assert not outcome.ok
    assert [failure.found for failure in outcome.failures] == ["they never did"]


def test_a_night_that_breaks_off_fails_and_is_told_so_far(files: Databases, cast: Cast) -> None:
    outcome = _play(_breaks_off, files, cast)

    assert not outcome.ok
    assert "ZeroDivisionError" in outcome.failures[0].found
    assert outcome.moments


def test_a_night_without_expectations_proves_nothing(files: Databases, cast: Cast) -> None:
    outcome = _play(_nothing_happens, files, cast)

    assert not outcome.ok


def test_moments_are_told_in_their_order_and_by_their_side(files: Databases, cast: Cast) -> None:
    outcome = play(BY_NAME["two-families"], files, cast)

    instants = [moment.at for moment in outcome.moments]
    callers = {moment.who for moment in outcome.moments if moment.side is Side.CALLER}
    assert instants == sorted(instants)
    assert instants[0] == NIGHT
    assert callers == {"Monica", "Geir"}


def test_a_sentence_heard_again_and_again_is_told_once(files: Databases, cast: Cast) -> None:
    outcome = play(BY_NAME["last-resort"], files, cast)

    comfort = [moment for moment in outcome.moments if "Vi prøver fortsatt" in moment.what]
    assert len(comfort) == 1
    assert comfort[0].times > 5


def _play(story: object, files: Databases, cast: Cast) -> ScenarioResult:
    (outcome,) = play_all([Scenario(story)], files, cast)  # type: ignore[arg-type]
    return outcome


def _broken(outcome: ScenarioResult) -> list[str]:
    return [failure.sentence for failure in outcome.failures]


def _only_placing() -> tuple[object, ...]:
    from oncall.alerts.decide import _place_caller

    return (_place_caller,)


def _voicemail_picks_up(night: Night) -> None:
    """A voicemail picks up, and is let through."""
    night.duty.policy = Voicemail(after=5)
    night.calls(night.parent)
    night.run_until(60)
    night.expect("Somebody called", met=True)
    night.settle()


def _caller_hangs_up(night: Night) -> None:
    """A caller hangs up, and the service forgets them."""
    night.calls(night.parent)
    night.hangs_up(night.parent, at=8)
    night.run_until(60)
    night.expect("Somebody called", met=True)


def _somebody_calls_and_nobody_waits_for_the_end(night: Night) -> None:
    """A night that is judged while a phone still rings."""
    night.calls(night.parent)
    night.run_until(10)
    night.expect("Somebody called", met=True)


def _expects_the_wrong_person(night: Night) -> None:
    """Duty answers, and backup is expected to."""
    night.accepts(night.duty, after=5)
    night.calls(night.parent)
    night.run_until(60)
    night.expect_talk(night.parent, night.backup, within=60)
    night.settle()
    night.expect_state(State.ENDED)


def _breaks_off(night: Night) -> None:
    """A scenario with a fault of its own."""
    night.calls(night.parent)
    night.run_until(5)
    _ = 1 / 0


def _nothing_happens(night: Night) -> None:
    """Nobody calls."""
    night.run_until(5)
