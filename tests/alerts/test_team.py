"""Who leads a team, with and without its deputies."""

from dataclasses import replace

from oncall.alerts.team import Person, Role, Team
from oncall.usecases.rota.gaps import alert_recipients
from tests.cast import KARI, KARIS_PHONE, LIV, LIVS_PHONE, MIA, NILS_PHONE, OLA, OLAS_PHONE, person
from tests.scenes.call import build_team

DEPUTY = person(KARI, KARIS_PHONE, Role.DEPUTY)
THERAPIST = person(OLA, OLAS_PHONE, Role.THERAPIST)
LEADER = person(LIV, LIVS_PHONE, Role.LEADER, Role.THERAPIST)
LEADER_TOO = person(MIA, NILS_PHONE, Role.DEPUTY, Role.LEADER, on_call=False)


def team_of(*people: Person) -> Team:
    return replace(build_team(), people={one.id: one for one in people})


def test_a_deputy_leads_without_being_a_leader() -> None:
    assert (DEPUTY.leads, DEPUTY.is_leader) == (True, False)
    assert (LEADER.leads, LEADER.is_leader) == (True, True)
    assert (THERAPIST.leads, THERAPIST.is_leader) == (False, False)


def test_leaders_come_before_deputies_and_nobody_twice() -> None:
    team = team_of(DEPUTY, THERAPIST, LEADER, LEADER_TOO)

    assert team.leaders == (LEADER, LEADER_TOO)
    assert team.leading == (LEADER, LEADER_TOO, DEPUTY)


def test_warnings_go_to_leaders_else_to_deputies_else_to_all_who_are_on_call() -> None:
    away = replace(THERAPIST, on_call=False)

    assert alert_recipients(team_of(DEPUTY, LEADER_TOO)) == (MIA,)
    assert alert_recipients(team_of(DEPUTY, THERAPIST)) == (KARI,)
    assert alert_recipients(team_of(THERAPIST, replace(away, id=LIV))) == (OLA,)
