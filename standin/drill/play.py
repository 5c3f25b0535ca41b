"""How scenarios are played, and what came of each."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from oncall.contacts.fold import Contact
from standin.drill.cast import Cast
from standin.drill.nights.night import Expectation, Night
from standin.drill.rules.rules import check_rules
from standin.drill.scenario import Scenario
from standin.drill.show.moments import StoryMoment, list_moments_of_night
from standin.drill.stage.databases import Databases


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """One night as it was played."""

    name: str
    story: str
    began: datetime
    moments: tuple[StoryMoment, ...] = ()
    contacts: tuple[Contact, ...] = ()  # as the journal tells them; none where nothing was stored
    expectations: tuple[Expectation, ...] = ()  # the night's own
    rules: tuple[Expectation, ...] = ()  # that hold for every night
    texts: int = 0  # to staff
    names: dict[str, str] = field(default_factory=dict)  # of staff, by their key

    @property
    def failures(self) -> tuple[Expectation, ...]:
        """What did not hold."""
        return tuple(each for each in (*self.expectations, *self.rules) if not each.met)

    @property
    def ok(self) -> bool:
        """Whether everything held that must, and something was expected at all."""
        return bool(self.expectations) and not self.failures


def play_all(scenarios: Iterable[Scenario], databases: Databases, cast: Cast) -> Iterator[ScenarioResult]:
    """Yield what came of each scenario, as soon as it has been played."""
    for scenario in scenarios:
        with quiet_logs():
            outcome = play(scenario, databases, cast)
        yield outcome


def play(scenario: Scenario, databases: Databases, cast: Cast) -> ScenarioResult:
    """Return what came of the scenario; an exception in it is an expectation that was not met."""
    night = Night(databases.fresh(), cast, scenario.team(cast.team))
    broken: tuple[Expectation, ...] = ()
    try:
        scenario.play(night)
    except Exception as error:  # noqa: BLE001 - the other scenarios are played all the same
        broken = (Expectation("The scenario can be played to its end", met=False, found=repr(error)),)
    try:
        people = night.team.people.values()
        return ScenarioResult(
            name=scenario.name,
            story=scenario.story,
            began=night.began,
            moments=list_moments_of_night(night),
            contacts=night.list_contacts(),
            expectations=(*night.expectations, *broken),
            rules=check_rules(night),
            texts=sum(len(phone.texts) for phone in night.staff),
            names={person.id: person.name.split()[0] for person in people},
        )
    except Exception as error:  # noqa: BLE001 - such as a database that never came back
        found = Expectation("What happened can be told", met=False, found=repr(error))
        expectations = (*night.expectations, *broken, found)
        return ScenarioResult(scenario.name, scenario.story, night.began, expectations=expectations)
    finally:
        night.close()


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Keep what the service reports to its operator out of the transcript: failures are played on purpose."""
    spoken = structlog.get_config()
    level = logging.root.manager.disable
    structlog.configure(processors=[], logger_factory=structlog.ReturnLoggerFactory())
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        structlog.configure(**spoken)
        logging.disable(level)
