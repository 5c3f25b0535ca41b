"""The command that plays the nights that a line must survive."""

import time

import click
from sqlalchemy.exc import ArgumentError, DBAPIError

from oncall.cli.command import FINDINGS, CannotGoOn
from oncall.store.engines import read_address


@click.command
@click.option("--scenario", "names", metavar="NAME", multiple=True, help="This one alone; may be repeated.")
@click.option("--list", "only_list", is_flag=True, help="Name the scenarios and their stories.")
@click.option("--no-colour", "--no-color", "plain", is_flag=True, help="Without colours.")
@click.option(
    "--database",
    metavar="URL",
    help="Where to make its own databases: beside this one, which itself is not touched.",
)
def drill(names: tuple[str, ...], only_list: bool, plain: bool, database: str | None) -> None:
    """Play the nights that a line must survive, against the running code, in virtual time.

    The whole service is built around the carrier's stand-in, with a demo team's people and phones. Each
    night shows what the family heard, whose phone rang when, and the seconds to a human, and is judged by
    that. Exit with 1 if one does not go as it must. No telephone rings, and no setting is needed.
    """
    # Imported late: every other command would wait a second for what it does not use.
    from oncall.drill.cast import NoCast, read_cast
    from oncall.drill.databases import open_databases
    from oncall.drill.play import play_all
    from oncall.drill.scenarios import SCENARIOS
    from oncall.drill.transcript import open_console, show_list, show_night, show_opening, show_summary

    console = open_console(colour=not plain)
    unknown = set(names) - {scenario.name for scenario in SCENARIOS}
    if unknown:
        raise CannotGoOn(f"there is no scenario '{min(unknown)}': `oncall drill --list` names them")
    scenarios = [scenario for scenario in SCENARIOS if not names or scenario.name in names]
    if only_list:
        console.print(show_list(scenarios))
        return
    try:
        cast = read_cast()
    except NoCast as error:
        raise CannotGoOn(str(error)) from None
    began = time.monotonic()
    outcomes = []
    console.print(show_opening(cast))
    try:
        with open_databases(_check(database)) as databases, console.status("playing ..."):
            for outcome in play_all(scenarios, databases, cast):
                outcomes.append(outcome)
                console.print(show_night(outcome, len(outcomes), len(scenarios)))
    except (DBAPIError, OSError):
        raise CannotGoOn(
            "no database can be made there: check --database, and that you may make some"
        ) from None
    console.print(show_summary(outcomes, time.monotonic() - began))
    if not all(outcome.ok for outcome in outcomes):
        click.get_current_context().exit(FINDINGS)


def _check(database: str | None) -> str | None:
    if database is not None:
        try:
            read_address(database)
        except (ValueError, ArgumentError):
            raise CannotGoOn("--database must begin with sqlite:/// or postgresql://") from None
    return database
