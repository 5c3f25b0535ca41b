"""Commands about teams: load their files, say who is on duty, and find where a rota falls short."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from oncall.alerts.team import Team
from oncall.cli.command import FINDINGS, CannotGoOn, InstantParam, in_utc, say
from oncall.cli.opening import choose_teams, open_data
from oncall.store.session import Database
from oncall.teamfile import TeamFileError
from oncall.usecases.rota.daily_check import HORIZON_DAYS, check_rota, explain_finding
from oncall.usecases.rota.on_duty import OnDuty, who_is_on
from oncall.usecases.team.team_file import LoadedTeam, load_teams
from oncall.usecases.timekeeping import read_present

LONGEST_HORIZON = 366  # days
_FAR = timedelta(days=300)  # beyond it the year is shown with a date


@click.command
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
def load(files: tuple[Path, ...]) -> None:
    """Load teams from declarative TOML files.

    Loading a file again changes only what has changed in it. All of a file is loaded, or nothing of it
    where it has a fault; the other files are loaded all the same.
    """
    refused = False
    with open_data() as db:
        for path in files:
            refused |= not _load_file(db, path)
    if refused:
        click.get_current_context().exit(CannotGoOn.exit_code)


def _load_file(db: Database, path: Path) -> bool:
    """Say what loading the file has changed; return False where it was refused."""
    try:
        report = load_teams(db, path.read_text(encoding="utf-8"), str(path), read_present(db))
    except TeamFileError as refusal:
        for problem in refusal.problems:
            where = str(problem).removeprefix("line ")  # file:line: as compilers and editors have it
            click.echo(f"{refusal.source}:{where}", err=True)
        click.echo(f"{path}: nothing was loaded", err=True)
        return False
    except UnicodeDecodeError:
        click.echo(f"{path}: is not a text in UTF-8; nothing was loaded", err=True)
        return False
    except OSError as error:
        click.echo(f"{path}: cannot be read ({error.strerror})", err=True)
        return False
    for loaded in report.teams:
        say((loaded.team.slug, "bold"), f": {_describe_changes(loaded)}")
        for finding in loaded.findings:
            say("  ", ("warning", "yellow"), f": {explain_finding(finding, loaded.team)}")
    return True


def _describe_changes(loaded: LoadedTeam) -> str:
    families = len(loaded.cases_changed)
    if loaded.created:
        return f"created, with {len(loaded.team.people)} people and {families} families"
    parts = ["settings, staff or rota changed"] if loaded.changed else []
    if families:
        parts.append(f"families changed: {', '.join(loaded.cases_changed)}")
    return "; ".join(parts) or "unchanged"


@click.command
@click.option("--team", "slug", metavar="TEAM", help="This team alone; else all.")
@click.option("--at", "instant", metavar="TIME", type=InstantParam(), help="At another time than now.")
def now(slug: str | None, instant: datetime | None) -> None:
    """Say who is on duty, backup and leader, until when, and who comes next.

    TIME is written like 2026-05-17T08:00; without a zone it is meant by the team's own clocks.
    """
    with open_data() as db:
        with db.reading() as reading:
            teams = choose_teams(reading, slug)
        present = read_present(db)
    for team in teams:
        at = in_utc(instant, team.zone) if instant else present
        show_board(team, at)


def show_board(team: Team, at: datetime) -> None:
    """Write who holds each tier at an instant, until when, and who comes next."""
    state = "" if team.on_call else " · being set up"
    say((team.name, "bold"), f" ({team.slug}) · {_local(at, team, at)} {team.zone.key}{state}")
    try:
        holders = who_is_on(team, at)
        following = [who_is_on(team, each.until) if each.until else () for each in holders]
    except (OverflowError, ValueError):
        raise CannotGoOn(f"{at.isoformat()} is outside the years that can be reckoned with") from None
    for holder, then in zip(holders, following, strict=True):
        following_one = next((each for each in then if each.tier == holder.tier), None)
        _show_holder(team, holder, following_one, at)


def _show_holder(team: Team, holder: OnDuty, then: OnDuty | None, at: datetime) -> None:
    width = max((len(_name(team, key)) for key in team.people), default=6)
    named = _name(team, holder.person) + (f", {holder.fallback} answers" if holder.fallback else "")
    who = (f"{named:<{width}}", "green" if holder.person else "bold red")
    if holder.until is None or then is None:
        say(f"  {holder.tier:<7} ", who, "  unchanged for a year at least")
    else:
        until = f"  until {_local(holder.until, team, at)}, then "
        say(f"  {holder.tier:<7} ", who, until, (_name(team, then.person), "" if then.person else "bold red"))


def _name(team: Team, key: str | None) -> str:
    person = next((person for person in team.people.values() if person.id == key), None)
    if key is None or person is None:
        return key or "nobody"
    return f"{person.name} ({key})" + ("" if person.on_call else ", not on call")


def _local(instant: datetime, team: Team, beside: datetime) -> str:
    local = instant.astimezone(team.zone)
    year = f" {local.year}" if instant == beside or abs(instant - beside) > _FAR else ""
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


@click.group
def rota() -> None:
    """Look after the rotas."""


@rota.command
@click.option("--team", "slug", metavar="TEAM", help="This team alone; else all.")
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_HORIZON),
    default=HORIZON_DAYS,
    show_default=True,
    help="How far to look ahead.",
)
def check(slug: str | None, days: int) -> None:
    """Find gaps and other shortcomings of the days ahead; exit with 1 if there are any."""
    with open_data() as db:
        with db.reading() as reading:
            teams = choose_teams(reading, slug)
        present = read_present(db)
    found = False
    for team in teams:
        findings = check_rota(team, present, days)
        found |= bool(findings)
        summary = f"{len(findings)} findings" if len(findings) > 1 else "1 finding"
        said = (summary, "yellow") if findings else (f"nothing is missing in the next {days} days", "green")
        say((team.slug, "bold"), ": ", said)
        for finding in findings:
            say(f"  {explain_finding(finding, team)}")
    if found:
        click.get_current_context().exit(FINDINGS)
