"""How calls go over real HTTP, in real time, between processes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from oncall.contacts.contact import Contact, Via
from oncall.contacts.model import State
from tests.http.conftest import AllAtOnce, TownOf
from tests.http.town import APART, LATE, Team, Town

pytestmark = pytest.mark.http

ON_POSTGRESQL = pytest.mark.parametrize(
    "databases", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
TAKEN = "Anropet er allerede tatt"


def test_four_teams_take_calls_at_the_same_time(town_of: TownOf, all_at_once: AllAtOnce) -> None:
    town = town_of(teams=4)

    all_at_once(
        town,
        (
            answered_at_once,
            not_answered_so_backup_is_rung,
            two_accept_in_the_same_second,
            caller_hangs_up_while_phones_are_rung,
        ),
    )

    town.settle()
    assert town.carrier.state()["errors"] == []


def answered_at_once(town: Town, team: Team) -> None:
    team.kari.accepts()

    team.family.calls(team.line)
    team.kari.until_it_speaks_with(team.family)
    team.family.hangs_up()

    contact = town.ended(team)
    assert (contact.state, contact.answered_by) == (State.ENDED, "kari")
    assert [phone.name for phone in team.staff if phone.saw("ringing")] == ["Kari"]


def not_answered_so_backup_is_rung(town: Town, team: Team) -> None:
    team.ola.accepts()

    team.family.calls(team.line)
    team.ola.until_it_speaks_with(team.family)
    team.kari.until_it_is_over()
    team.family.hangs_up()

    contact = town.ended(team)
    assert (contact.state, contact.answered_by) == (State.ENDED, "ola")
    assert len(team.kari.saw("ringing")) == 2, "first she alone, then once more together with backup"
    assert (team.ola.saw("ringing")[0].at - contact.received_at).total_seconds() > 10


def two_accept_in_the_same_second(town: Town, team: Team) -> None:
    team.kari.declines()

    team.family.calls(team.line)
    for phone in (team.ola, team.liv):
        phone.until_it_rings()
    for phone in (team.ola, team.liv):
        phone.picks_up()
    for phone in (team.ola, team.liv):
        phone.until_it_hears("Trykk 1")
    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda phone: phone.presses("1"), (team.ola, team.liv)))
    town.carrier.until(lambda: team.ola.saw("bridged") or team.liv.saw("bridged"), "somebody has the call")
    winner, loser = (team.ola, team.liv) if team.ola.saw("bridged") else (team.liv, team.ola)
    loser.until_it_is_over()
    team.family.hangs_up()

    contact = town.ended(team)
    assert (contact.state, contact.answered_by) == (State.ENDED, winner.name.lower())
    assert loser.heard(TAKEN)
    assert not loser.saw("bridged")


def caller_hangs_up_while_phones_are_rung(town: Town, team: Team) -> None:
    team.kari.declines()

    team.family.calls(team.line)
    team.ola.until_it_rings()
    team.family.hangs_up()
    team.ola.until_it_is_over()

    contact = town.ended(team)
    assert (contact.state, contact.answered_by) == (State.WAITING, None)
    town.carrier.until(lambda: team.kari.saw("text delivered"), "duty is told")
    assert not team.ola.saw("answered")


def test_a_web_process_that_dies_while_the_first_phone_rings_is_not_missed(town_of: TownOf) -> None:
    town = town_of(waves=LATE)
    (team,) = town.teams

    team.family.calls(team.line)
    team.kari.until_it_rings()
    town.web.kill()
    town.web.start()
    town.until_open()
    team.kari.picks_up()
    team.kari.until_it_hears("Trykk 1")
    team.kari.presses("1")
    team.kari.until_it_speaks_with(team.family)
    team.family.hangs_up()

    contact = town.ended(team)
    assert (contact.state, contact.answered_by) == (State.ENDED, "kari")
    assert [len(phone.saw("ringing")) for phone in team.staff] == [1, 0, 0, 0]
    town.settle()


@ON_POSTGRESQL
def test_one_of_two_processes_may_die_while_callers_wait(town_of: TownOf, all_at_once: AllAtOnce) -> None:
    town = town_of(teams=2, waves=APART)

    all_at_once(town, (one_of_two_web_processes_dies, one_of_two_clocks_dies))

    town.settle()
    assert [town.ended(team).answered_by for team in town.teams] == ["ola", "liv"]


def one_of_two_web_processes_dies(town: Town, team: Team) -> None:
    team.kari.declines()

    team.family.calls(team.line)
    team.ola.until_it_rings()
    town.web.kill_a_worker()
    team.ola.picks_up()
    team.ola.until_it_hears("Trykk 1")
    team.ola.presses("1")
    team.ola.until_it_speaks_with(team.family)
    team.family.hangs_up()

    contact = town.ended(team)
    assert (contact.state, contact.answered_by) == (State.ENDED, "ola")


def one_of_two_clocks_dies(town: Town, team: Team) -> None:
    team.kari.declines()
    team.liv.accepts()

    team.family.calls(team.line)
    team.ola.until_it_rings()
    town.clocks[0].kill()
    team.liv.until_it_speaks_with(team.family)
    team.family.hangs_up()

    contact = town.ended(team)
    assert (contact.state, contact.answered_by) == (State.ENDED, "liv")
    assert 6 <= seconds_from_backup_to_leader(contact) < 10, "the other clock keeps the time"


def test_callers_are_served_while_no_clock_is_left(town_of: TownOf) -> None:
    town = town_of(waves=APART)
    (team,) = town.teams
    team.kari.declines()
    team.liv.accepts()

    team.family.calls(team.line)
    team.ola.until_it_rings()
    for clock in town.clocks:
        clock.kill()
    team.liv.until_it_speaks_with(team.family)
    team.family.hangs_up()

    contact = town.ended(team)
    assert (contact.state, contact.answered_by) == (State.ENDED, "liv")
    assert 6 <= seconds_from_backup_to_leader(contact) < 22, "web processes look after the time"
    town.carrier.until(town.stand_in_beats, "a web process stands in for the clock")
    town.settle()


def seconds_from_backup_to_leader(contact: Contact) -> float:
    backup, leader = (
        next(start.at for start in contact.waves_started if start.wave == wave) for wave in (1, 2)
    )
    return (leader - backup).total_seconds()


def test_phones_are_dialled_one_by_one_while_the_carrier_refuses_our_calls(town_of: TownOf) -> None:
    town = town_of()
    (team,) = town.teams
    team.kari.declines()
    team.ola.accepts()
    town.carrier.order("/faults", fault="too-many-requests", match=r"/Calls\.json", method="POST")

    for _ in range(2):
        bridged = len(team.ola.saw("bridged"))
        team.family.calls(team.line)
        town.carrier.until(lambda: len(team.ola.saw("bridged")) > bridged, "Ola speaks")  # noqa: B023
        team.family.hangs_up()
        town.ended(team)
        town.carrier.forget_faults()

    refused, taken = town.contacts(team)
    assert [(each.answered_by, bool(each.one_by_one_since)) for each in (refused, taken)] == [
        ("ola", True),
        ("ola", False),
    ]
    assert [each.conversation.via for each in (refused, taken) if each.conversation] == [Via.DIAL, Via.CALL]
    town.settle()
