"""What becomes of calls and alerts when the clock of a machine is set."""

import pytest

from oncall.contacts.fold import Contact
from oncall.contacts.model import Kind
from tests.http.carrier import RemoteEvent, RemotePhone
from tests.http.conftest import TownOf
from tests.http.town import Team, Town

SQLITE = pytest.param("sqlite", marks=pytest.mark.http)
POSTGRESQL = pytest.param("postgresql", marks=[pytest.mark.http, pytest.mark.postgres])
POSTGRESQL_IN_SOAK = pytest.param("postgresql", marks=[pytest.mark.soak, pytest.mark.postgres])

HOUR, FIVE_MINUTES = 3600, 300
LATE = 15  # seconds by which an alert may be late
BACKUP_AFTER = 6.0


def _on(*engines: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("databases", engines, indirect=True)


def misses_a_call(team: Team) -> None:
    """The family calls and hangs up; Kari is alerted at once."""
    team.family.calls(team.line)
    team.kari.until_it_rings()
    team.family.hangs_up()
    team.kari.carrier.until(lambda: _alerted(team.kari), "Kari is alerted")


def seconds_until_backup_is_alerted(team: Team) -> float:
    team.ola.carrier.until(lambda: _alerted(team.ola), "Ola is alerted", seconds=BACKUP_AFTER + LATE + 5)
    return (_alerted(team.ola)[0].at - _alerted(team.kari)[0].at).total_seconds()


def ola_speaks_with_the_family(town: Town, team: Team) -> Contact:
    """Kari does not answer, Ola presses 1; return the contact when they have spoken."""
    team.ola.accepts()
    team.family.calls(team.line)
    team.ola.until_it_speaks_with(team.family)
    team.family.hangs_up()
    return town.ended(team)


def assert_nobody_was_let_go(contact: Contact) -> None:
    kinds = [entry.kind for entry in contact.entries]
    assert contact.answered_by == "ola"
    assert kinds.count(Kind.CLAIM_GRANTED) == 1
    assert Kind.CLAIM_WITHDRAWN not in kinds


def _alerted(phone: RemotePhone) -> list[RemoteEvent]:
    return phone.saw("text delivered")


@_on(SQLITE, POSTGRESQL_IN_SOAK)
def test_alerts_come_in_time_when_all_clocks_are_set_back_by_an_hour(town_of: TownOf) -> None:
    town = town_of(teams=2, backup_after=BACKUP_AFTER, clocks_set=True)
    before, after = town.teams
    misses_a_call(before)

    for process in (town.web, *town.clocks):
        town.set_clock(process, -HOUR)
    misses_a_call(after)

    assert seconds_until_backup_is_alerted(before) < BACKUP_AFTER + LATE
    assert seconds_until_backup_is_alerted(after) < BACKUP_AFTER + LATE
    town.carrier.until(lambda: town.readiness().get("skew_seconds", 0) < -HOUR + 60, "readiness says so")
    assert any("clocks_disagree" in log.read_text() for log in town.logs.glob("*.log"))


@_on(SQLITE, POSTGRESQL_IN_SOAK)
def test_a_web_process_stands_in_though_its_clock_was_set_back(town_of: TownOf) -> None:
    town = town_of(backup_after=BACKUP_AFTER, clocks_set=True)
    team = town.teams[0]
    misses_a_call(team)

    for clock in town.clocks:
        clock.kill()
    town.set_clock(town.web, -HOUR)

    assert seconds_until_backup_is_alerted(team) < BACKUP_AFTER + LATE
    assert town.stand_in_beats()
    if town.db.writer.dialect.name == "postgresql":
        town.carrier.until(lambda: town.readiness()["clock"] != "ok", "readiness says so", seconds=40)


@_on(POSTGRESQL)
def test_a_clock_five_minutes_ahead_does_nothing_and_a_web_process_stands_in(town_of: TownOf) -> None:
    town = town_of(backup_after=BACKUP_AFTER, clocks_set=True)
    team = town.teams[0]
    for clock in town.clocks:
        town.set_clock(clock, FIVE_MINUTES)
    town.carrier.until(lambda: town.readiness()["clock"] == "wrong time", "readiness says so", seconds=LATE)

    contact = ola_speaks_with_the_family(town, team)

    assert_nobody_was_let_go(contact)
    assert (team.ola.saw("ringing")[0].at - contact.received_at).total_seconds() > 9.5
    assert town.readiness()["skew_seconds"] > FIVE_MINUTES - 10
    assert town.stand_in_beats()
    town.settle()


@_on(SQLITE)
def test_a_clock_that_restarts_after_the_time_was_set_lets_nobody_go(town_of: TownOf) -> None:
    town = town_of(backup_after=BACKUP_AFTER, clocks_set=True)
    (clock,) = town.clocks
    for process in (town.web, clock):
        town.set_clock(process, FIVE_MINUTES)
    town.carrier.until(lambda: "skew_seconds" in town.readiness(), "the processes have noticed", seconds=LATE)

    clock.kill()
    clock.start()
    contact = ola_speaks_with_the_family(town, town.teams[0])

    assert_nobody_was_let_go(contact)
