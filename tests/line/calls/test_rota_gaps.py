"""Nobody is on duty, or only some, or nobody is there at all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time

import pytest

from oncall.alerts.team import Ladder, Team, Wave
from oncall.contacts.model import State
from oncall.rota.model import Tier, Weekday, WeeklyWindow
from tests.cast import LADDER, LIVS_PHONE, NILS_PHONE, OLAS_PHONE, turns
from tests.scenes.night import ACCEPTS, FAMILIES, TEAM, Night, away

Begin = Callable[[Team], Night]


@pytest.fixture
def begin(database_url: str) -> Iterator[Begin]:
    """Begins the night of a team."""
    begun: list[Night] = []

    def begin_night(team: Team) -> Night:
        families = [each if team.people else replace(each, own_therapist=None) for each in FAMILIES]
        begun.append(Night(database_url, team, families))
        return begun[-1]

    yield begin_night
    for night in begun:
        night.close()


def test_with_nobody_on_duty_the_backup_rings_at_once(begin: Begin) -> None:
    night = begin(replace(TEAM, rotas={**TEAM.rotas, Tier.DUTY: turns(Tier.DUTY)}))
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(40, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert night.rang_at(night.ola)[0] < 2


def test_in_a_gap_of_duty_and_backup_the_leader_rings_at_once(begin: Begin) -> None:
    night = begin(replace(TEAM, rotas={Tier.LEADER: turns(Tier.LEADER, "liv")}))
    night.liv.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(40, call)

    assert [number for number, _ in night.spoke(night.mother)] == [LIVS_PHONE]
    assert night.rang_at(night.liv)[0] < 2


def test_after_a_leader_who_does_not_answer_everyone_rings(begin: Begin) -> None:
    night = begin(replace(TEAM, rotas={Tier.LEADER: turns(Tier.LEADER, "liv")}))
    night.nils.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(90, call)

    assert [number for number, _ in night.spoke(night.mother)] == [NILS_PHONE]
    assert night.rang_at(night.liv)[0] < 2


def test_with_an_empty_rota_everyone_rings_at_once_and_the_caller_hears_so(begin: Begin) -> None:
    night = begin(replace(TEAM, rotas={}))
    night.nils.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(40, call)

    assert [number for number, _ in night.spoke(night.mother)] == [NILS_PHONE]
    assert max(night.rang_at(phone)[0] for phone in night.staff) < 6
    assert night.heard(night.mother, "danger")


def test_a_team_without_people_hands_over_to_the_last_resort(begin: Begin) -> None:
    night = begin(replace(TEAM, people={}, rotas={}))
    night.barnevernvakt.policy = ACCEPTS

    call = night.call(night.stranger)
    night.play(40, call)

    assert night.barnevernvakt.bridges
    assert night.only_contact().state is State.HANDED_OVER


def test_a_team_without_people_and_agreements_tells_the_caller_the_truth(begin: Begin) -> None:
    night = begin(replace(TEAM, people={}, rotas={}, municipalities=()))

    night.call(night.stranger)
    night.play(60)

    assert night.heard(night.stranger, "alerted")
    assert night.only_contact().state is State.WAITING


def test_whoever_is_absent_is_not_rung_at_all(begin: Begin) -> None:
    night = begin(away(TEAM, "kari"))
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(140, call)

    assert not night.kari.rang
    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]


def test_whoever_is_absent_is_not_among_everyone(begin: Begin) -> None:
    night = begin(away(TEAM, "nils"))

    call = night.call(night.mother)
    night.play(140, call)

    assert not night.nils.rang
    assert night.liv.rang


def test_whoever_is_not_on_call_is_never_rung(begin: Begin) -> None:
    people = {key: replace(each, on_call=key != "nils") for key, each in TEAM.people.items()}
    night = begin(replace(TEAM, people=people))

    call = night.call(night.mother)
    night.play(140, call)

    assert not night.nils.rang


DAYTIME = replace(
    TEAM,
    daytime=WeeklyWindow(frozenset(Weekday), time(0), time(23, 59)),
    ladders=(
        LADDER,
        Ladder(
            daytime_only=True,
            waves=(Wave(0, ("own_therapist", "duty")), Wave(25, ("backup",)), Wave(60, ("everyone",))),
        ),
    ),
)


def test_in_the_daytime_the_familys_own_therapist_is_rung_first(begin: Begin) -> None:
    night = begin(DAYTIME)
    night.nils.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(40, call)

    assert [number for number, _ in night.spoke(night.mother)] == [NILS_PHONE]
    assert not night.kari.rang


def test_in_the_daytime_duty_follows_where_the_own_therapist_does_not_answer(begin: Begin) -> None:
    night = begin(DAYTIME)
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert night.rang_at(night.nils)[0] < night.rang_at(night.kari)[0] < 28
    assert night.only_contact().answered_by == "kari"


def test_in_the_daytime_a_stranger_rings_duty(begin: Begin) -> None:
    night = begin(DAYTIME)
    night.kari.policy = ACCEPTS

    call = night.call(night.stranger)
    night.play(40, call)

    assert night.only_contact().answered_by == "kari"
    assert night.rang_at(night.kari)[0] < 2
