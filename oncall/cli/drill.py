"""The command that plays the nights that a line must survive."""

import os
import re
import time
from collections.abc import Sequence

import click
from rich.console import Console
from sqlalchemy.exc import ArgumentError, DBAPIError

from oncall.cli.command import FINDINGS, CannotGoOn
from oncall.store.engines import read_address

NO_DATABASE = "no database can be made there: check --database, and that you may make some"
SEED = re.compile(r"(?P<seed>\d+)(?::(?P<night>\d+))?")


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
    # Imported late: every other command would wait a second for what it does not use.
    from oncall.drill.transcript import open_console

    console = open_console(colour=not plain)
    url = _check(database)
    try:
        if nights is None and seed is None:
            well = _play_scenarios(console, names, url, only_list=only_list)
        else:
            well = _play_random(console, nights, seed or "0", processes or os.cpu_count() or 1, url)
    except (DBAPIError, OSError):
        raise CannotGoOn(NO_DATABASE) from None
    if not well:
        click.get_current_context().exit(FINDINGS)


def _play_scenarios(console: Console, names: Sequence[str], url: str | None, *, only_list: bool) -> bool:
    """Show the chosen scenarios as they are played; return whether all went as they must."""
    from oncall.drill.cast import NoCast, read_cast
    from oncall.drill.databases import open_databases
    from oncall.drill.play import play_all
    from oncall.drill.scenarios import SCENARIOS
    from oncall.drill.transcript import show_list, show_night, show_opening, show_summary

    unknown = set(names) - {scenario.name for scenario in SCENARIOS}
    if unknown:
        raise CannotGoOn(f"there is no scenario '{min(unknown)}': `oncall drill --list` names them")
    scenarios = [scenario for scenario in SCENARIOS if not names or scenario.name in names]
    if only_list:
        console.print(show_list(scenarios))
        return True
    try:
        cast = read_cast()
    except NoCast as error:
        raise CannotGoOn(str(error)) from None
    began = time.monotonic()
    outcomes = []
    console.print(show_opening(cast))
    with open_databases(url) as databases, console.status("playing ..."):
        for outcome in play_all(scenarios, databases, cast):
            outcomes.append(outcome)
            console.print(show_night(outcome, len(outcomes), len(scenarios)))
    console.print(show_summary(outcomes, time.monotonic() - began))
    return all(outcome.ok for outcome in outcomes)


def _play_random(console: Console, nights: int | None, seed: str, processes: int, url: str | None) -> bool:
    """Show what came of random nights, or one of them moment by moment; return whether nothing was found."""
    asked = SEED.fullmatch(seed)
    if asked is None:
        raise CannotGoOn("--seed must be a number, or a number, a colon and the number of a night")
    if asked["night"] is not None:
        if nights not in (None, 1):
            raise CannotGoOn("--seed names one night, and --random asks for more")
        return _tell_random(console, seed, url)
    return _measure_random(
        console, [f"{seed}:{night}" for night in range(1, (nights or 1) + 1)], processes, url
    )


def _tell_random(console: Console, seed: str, url: str | None) -> bool:
    from oncall.drill.cast import read_cast
    from oncall.drill.databases import open_databases
    from oncall.drill.many import Theatre
    from oncall.drill.transcript import show_night

    with open_databases(url) as databases:
        outcome = Theatre(databases, read_cast()).tell(seed)
    console.print(show_night(outcome, 1, 1))
    return outcome.ok


def _measure_random(console: Console, seeds: Sequence[str], processes: int, url: str | None) -> bool:
    from rich.progress import track

    from oncall.drill.distribution import show_distribution, show_findings
    from oncall.drill.many import play_nights

    # Apart from the result, which is the same whenever it is played.
    beside = Console(stderr=True, no_color=console.no_color)
    played = list(
        track(
            play_nights(seeds, url, processes),
            "playing ...",
            len(seeds),
            console=beside,
            disable=not beside.is_terminal,
        )
    )
    console.print(show_distribution(played))
    console.print(show_findings(played))
    return not any(night.findings for night in played)


def _check(database: str | None) -> str | None:
    if database is not None:
        try:
            read_address(database)
        except (ValueError, ArgumentError):
            raise CannotGoOn("--database must begin with sqlite:/// or postgresql://") from None
    return database
