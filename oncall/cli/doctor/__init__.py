"""The command that examines everything on which a call depends."""

import click
from sqlalchemy.exc import SQLAlchemyError

from oncall.alerts.team import Person, Team
from oncall.cli.command import FINDINGS, CannotGoOn
from oncall.cli.doctor.carrier import (
    examine_account,
    examine_countries,
    examine_lines,
    look_up_numbers,
    open_account,
    unknown_lines,
)
from oncall.cli.doctor.findings import error, show
from oncall.cli.doctor.live import try_phone
from oncall.cli.doctor.service import examine_database, examine_settings, examine_time, examine_way_in
from oncall.cli.doctor.teams import examine_team
from oncall.cli.opening import choose_team, open_data, read_settings
from oncall.clock import utc_now
from oncall.rota.model import PersonId
from oncall.settings import Settings
from oncall.store.session import Database
from oncall.store.team.teams import all_team_ids, read_team
from oncall.usecases.team.set_up import Level


@click.command
@click.option("--team", "slug", metavar="TEAM", help="This team alone; else all.")
@click.option("--call", "staff", metavar="KEY", help="Ring and text this person of TEAM, for a test.")
def doctor(slug: str | None, staff: str | None) -> None:
    """Examine everything on which a call depends; exit with 1 if something is wrong.

    Settings, database, clock, time, the way in, the account at the carrier, where each team's numbers
    lead, and each team's rota. Run it after every change, and daily: a webhook address changed by hand,
    an ended certificate or an empty balance is found by a family otherwise.
    """
    if staff and not slug:
        raise click.UsageError("--call needs --team: keys are unique in a team alone")
    settings = read_settings()
    levels = show(examine_settings(settings))
    account = open_account(settings)
    with open_data(settings) as db:
        levels += show(examine_database(settings, db, utc_now()))
        teams = _read_teams(db, slug)
        person = _find(teams[0], staff) if staff else None
    levels += show(examine_way_in(settings))
    levels += show(examine_time(settings, utc_now()))
    levels += show(examine_account(account))
    levels += _examine_teams(settings, teams, everyone=slug is None)
    if person is not None:
        levels += show(try_phone(account, teams[0], person))
    if Level.ERROR in levels:
        click.get_current_context().exit(FINDINGS)


def _examine_teams(settings: Settings, teams: tuple[Team, ...], *, everyone: bool) -> list[Level]:
    levels = []
    account = open_account(settings)
    numbers = look_up_numbers(account)
    for team in teams:
        levels += show(examine_team(team, utc_now(), last_resort=settings.last_resort_number))
        if numbers is not None:
            levels += show(examine_lines(team, numbers, settings.public_url))
            levels += show(examine_countries(team, account))
    if not teams:
        levels += show([error("teams", "there are none: load one with `oncall load FILE`")])
    if numbers is not None and everyone:
        levels += show(unknown_lines(teams, numbers, settings.public_url))
    return levels


def _read_teams(db: Database, slug: str | None) -> tuple[Team, ...]:
    """Return the teams to examine; none where the database cannot tell, which has been shown already."""
    try:
        with db.reading() as reading:
            if slug is not None:
                return (choose_team(reading, slug),)
            return tuple(read_team(reading, team_id) for team_id in all_team_ids(reading))
    except SQLAlchemyError:
        raise CannotGoOn("the rest cannot be examined without the database") from None


def _find(team: Team, staff: str) -> Person:
    person = team.people.get(PersonId(staff))
    if person is None:
        raise CannotGoOn(f"nobody in {team.slug} has the key '{staff}'; there are: {', '.join(team.people)}")
    return person
