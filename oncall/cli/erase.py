"""Commands that give out what is kept about somebody, and erase what is not to be kept any longer."""

import json
import os
from pathlib import Path

import click

from oncall.alerts.team import Team
from oncall.cli.command import FINDINGS, CannotGoOn, say
from oncall.cli.opening import choose_teams, open_data, open_team, who_am_i
from oncall.contacts.retention import ClosedCase, NotToBeErased
from oncall.store.privacy.retention import closed_cases
from oncall.store.session import Database
from oncall.usecases.privacy import departures, erasure
from oncall.usecases.timekeeping import read_present

OBSTACLES = {
    "held": "it is on legal hold",
    "open": "one of its contacts still waits for somebody",
    "not_exported": "it has not been exported since something was last said in it: use --export FILE",
    "not_closed": "it is not a closed case of the team",
    "erased": "it is erased already",
}
OF_STAFF = {
    "held": "their name is on legal hold",
    "on_rota": "they have a shift ahead",
    "own_therapist": "they are still a family's own therapist",
    "owner": "a contact is still in their hands",
    "still_rung": "their phone is one that the line's settings still ring",
}
_of_team = click.option("--team", "slug", metavar="TEAM", required=True, help="Whose.")


@click.group
def erase() -> None:
    """Erase what a team's rules, a family or a former colleague want erased."""


@erase.command
@click.option("--team", "slug", metavar="TEAM", help="This team alone; else all.")
def due(slug: str | None) -> None:
    """List what is due by the rules, and what stands against it; exit with 1 if anything is due."""
    found = False
    with open_data() as db:
        with db.reading() as reading:
            teams = choose_teams(reading, slug)
        for team in teams:
            found |= _list_due(db, team)
    if found:
        click.get_current_context().exit(FINDINGS)


def _list_due(db: Database, team: Team) -> bool:
    now = read_present(db)
    overview = erasure.read_retention(db, team, now)
    today = now.astimezone(team.zone).date()
    cases = [case for case in overview.closed if case.is_due(today)]
    staff = [one for one in overview.departed if one.is_due(today)]
    for case in cases:
        obstacle = case.obstacle()
        state = (OBSTACLES[obstacle].split(":")[0], "yellow") if obstacle else ("ready", "green")
        say(
            (team.slug, "bold"), f"  {case.label:<10} {case.contacts:>5} contacts  due {case.due_on}  ", state
        )
    if overview.loose_due:
        say((team.slug, "bold"), f"  {overview.loose_due} contacts of no case")
    for one in staff:
        obstacle = one.obstacle()
        state = (OF_STAFF[obstacle], "yellow") if obstacle else ("ready", "green")
        say((team.slug, "bold"), f"  {one.key:<10} has left the team  due {one.due_on}  ", state)
    return bool(cases or overview.loose_due or staff)


@erase.command
@click.argument("label", metavar="LABEL")
@_of_team
@click.option(
    "--export",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="First write what is kept about the family to FILE.",
)
@click.option(
    "--reason",
    metavar="TEXT",
    default="before erasing",
    show_default=True,
    help="Of the export, for the journal.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def case(label: str, slug: str, file: Path | None, reason: str, dry_run: bool, yes: bool) -> None:
    """Erase a closed case with all its contacts, for good, and print the receipt.

    Backups made before still hold it until they are deleted.
    """
    with open_team(slug) as (db, team):
        found = _find(db, team, label)
        obstacle = found.obstacle()
        if obstacle == "not_exported" and file is not None:
            obstacle = None
        if obstacle:
            raise CannotGoOn(f"{label} cannot be erased: {OBSTACLES[obstacle]}")
        if dry_run:
            say(f"{label} would be erased, with {found.contacts} contacts. Nothing was changed.")
            return
        if not yes:
            click.confirm(f"Erase {label} with {found.contacts} contacts, for good?", abort=True, err=True)
        if file is not None:
            _write(file, erasure.export_case(db, team, found.id, who_am_i(), reason, read_present(db)))
        try:
            receipt = erasure.erase(db, team, found.id, who_am_i(), read_present(db))
        except NotToBeErased as refusal:
            raise CannotGoOn(f"{label} cannot be erased: {OBSTACLES[refusal.why]}") from None
    click.echo(json.dumps(receipt.encode(), ensure_ascii=False))


def _find(db: Database, team: Team, label: str) -> ClosedCase:
    with db.reading() as reading:
        closed = closed_cases(reading, team.id)
    found = next((each for each in closed if each.label == label), None)
    if found is None:
        raise CannotGoOn(f"{label} cannot be erased: {OBSTACLES['not_closed']}")
    return found


def _write(file: Path, content: bytes) -> None:
    try:
        # For nobody else, and never over a file that is there: it may be the only copy of another case.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CannotGoOn(f"{file} cannot be written ({error.strerror})") from None
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)


@erase.command
@_of_team
@click.option("--dry-run", is_flag=True, help="Say how many would be erased, and change nothing.")
def loose(slug: str, dry_run: bool) -> None:
    """Erase the contacts of no case that the team's rule wants erased."""
    with open_team(slug) as (db, team):
        if dry_run:
            count = erasure.read_retention(db, team, read_present(db)).loose_due
            say(f"{count} contacts of no case would be erased. Nothing was changed.")
            return
        count = erasure.erase_due_loose(db, team, who_am_i(), read_present(db))
    say(f"{count} contacts of no case are erased.")


@erase.command
@click.argument("key", metavar="KEY")
@_of_team
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def staff(key: str, slug: str, dry_run: bool, yes: bool) -> None:
    """Erase the name, number and account of somebody who has left, for good, and print the receipt.

    Old contacts and rotas name them by their key. Backups made before still hold the rest until deleted.
    """
    with open_team(slug) as (db, team):
        found = departures.find_departed(db, team, key, read_present(db))
        if found is None:
            raise CannotGoOn(f"nobody of the key {key} has left {slug}, or they are erased already")
        if obstacle := found.obstacle():
            raise CannotGoOn(f"{key} cannot be erased: {OF_STAFF[obstacle]}")
        if dry_run:
            say(f"Who {key} was would be erased. Nothing was changed.")
            return
        if not yes:
            click.confirm(f"Erase who {key} was, for good?", abort=True, err=True)
        try:
            receipt = departures.erase_former(db, team, key, who_am_i(), read_present(db))
        except NotToBeErased as refusal:
            raise CannotGoOn(f"{key} cannot be erased: {OF_STAFF[refusal.why]}") from None
    click.echo(json.dumps(receipt.encode(), ensure_ascii=False))


@click.command
@_of_team
@click.option("--case", "label", metavar="LABEL", help="Of a family.")
@click.option("--number", metavar="NUMBER", help="Of whoever called or wrote from it.")
@click.option("--staff", "key", metavar="KEY", help="Of a member of staff.")
@click.option("--reason", metavar="TEXT", required=True, help="Why it is taken out, for the journal.")
def record(slug: str, label: str | None, number: str | None, key: str | None, reason: str) -> None:
    """Print everything that is kept about a family, a number or a member of staff, as JSON."""
    if [label, number, key].count(None) != 2:
        raise click.UsageError("give one of --case, --number and --staff")
    with open_team(slug) as (db, team):
        now = read_present(db)
        try:
            found = erasure.take_out(db, team, who_am_i(), reason, now, label=label, number=number, staff=key)
        except LookupError:
            raise CannotGoOn(f"nothing is kept of {label or number or key} in {slug}") from None
    click.echo(found.decode())
