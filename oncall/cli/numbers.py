"""Commands about the phone numbers that are stored."""

import click

from oncall.cli.command import say
from oncall.cli.opening import choose_teams, open_data, who_am_i
from oncall.usecases.families.number_repair import repair_numbers
from oncall.usecases.timekeeping import read_present


@click.group
def numbers() -> None:
    """Look after the phone numbers of families."""


@numbers.command
@click.option("--team", help="Name of the team (omit for all teams).")
def repair(team: str | None) -> None:
    """Store numbers as the carrier writes them, where an older version kept them as they were typed.

    "+46 (0)70 123 45 67" was kept with its zero, so that a text from that phone found no family. Consents and
    warnings stay. Run it once after an update; a second time changes nothing.
    """
    with open_data() as db:
        with db.reading() as reading:
            teams = choose_teams(reading, team)
        for each in teams:
            changed = repair_numbers(db, each.id, who_am_i(), read_present(db))
            say((f"{each.slug:<20}", "bold"), f"{changed:>6} numbers put right")
