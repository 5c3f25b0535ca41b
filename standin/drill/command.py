"""The command that plays the nights that a line must survive."""

import os

import click
from sqlalchemy.exc import ArgumentError, DBAPIError

from oncall.cli.command import FINDINGS, CannotGoOn
from oncall.store.engines import read_address

NO_DATABASE = "no database can be made there: check --database, and that you may make some"


@click.command
@click.option("--scenario", "names", metavar="NAME", multiple=True, help="This one alone; may be repeated.")
@click.option("--list", "only_list", is_flag=True, help="Name the scenarios and their stories.")
@click.option("--random", "nights", metavar="N", type=click.IntRange(1), help="Play N random nights instead.")
@click.option(
    "--seed",
    metavar="S[:NIGHT]",
    help="What decides random nights: the same gives the same. With the number of a night, only that, told.",
)
@click.option(
    "--processes",
    metavar="N",
    type=click.IntRange(1),
    help="How many play random nights at once; as many as there are processors, unless said.",
)
@click.option("--no-colour", "--no-color", "plain", is_flag=True, help="Without colours.")
@click.option(
    "--database",
    metavar="URL",
    help="Where to make its own databases: beside this one, which itself is not touched.",
)
def drill(
    names: tuple[str, ...],
    only_list: bool,
    nights: int | None,
    seed: str | None,
    processes: int | None,
    plain: bool,
    database: str | None,
) -> None:
    """Play the nights that a line must survive, against the running code, in virtual time.

    The whole service is built around the carrier's stand-in, with a demo team's people and phones. Each
    night shows what the family heard, whose phone rang when, and the seconds to a human, and is judged by
    that. Exit with 1 if one does not go as it must. No telephone rings, and no setting is needed.

    With --random, people, the carrier and our own processes do whatever chance decides. Every contact must
    end with a named human or go on alerting, and no other promise may be broken. A night in which one was is
    named by its seed: `oncall drill --seed 7:17` plays night 17 of `--random N --seed 7` again and tells it.
    """
    # Imported late: `oncall --help`, which lists this command too, would wait a second for it.
    from standin.drill.programme import play_random, play_scenarios
    from standin.drill.show.transcript import open_console

    console = open_console(colour=not plain)
    url = _check(database)
    try:
        if nights is None and seed is None:
            well = play_scenarios(console, names, url, only_list=only_list)
        else:
            well = play_random(console, nights, seed or "0", processes or os.cpu_count() or 1, url)
    except (DBAPIError, OSError):
        raise CannotGoOn(NO_DATABASE) from None
    if not well:
        click.get_current_context().exit(FINDINGS)


def _check(database: str | None) -> str | None:
    if database is not None:
        try:
            read_address(database)
        except (ValueError, ArgumentError):
            raise CannotGoOn("--database must begin with sqlite:/// or postgresql://") from None
    return database
