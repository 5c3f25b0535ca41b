"""Plays the scenarios or random nights that were asked for, and shows what came of them."""

import re
import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import track

from oncall.cli.command import CannotGoOn
from standin.drill.cast import NoCast, read_cast
from standin.drill.many import Theatre, play_nights
from standin.drill.play import play_all
from standin.drill.scenarios import SCENARIOS
from standin.drill.show.distribution import show_distribution, show_findings
from standin.drill.show.transcript import show_list, show_night, show_opening, show_summary
from standin.drill.stage.databases import open_databases

SEED = re.compile(r"(?P<seed>\d+)(?::(?P<night>\d+))?")


def play_scenarios(console: Console, names: Sequence[str], url: str | None, *, only_list: bool) -> bool:
    """Show the chosen scenarios as they are played; return whether all went as they must."""
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


def play_random(console: Console, nights: int | None, seed: str, processes: int, url: str | None) -> bool:
    """Show what came of random nights, or one of them moment by moment; return whether nothing was found."""
    asked = SEED.fullmatch(seed)
    if asked is None:
        raise CannotGoOn("--seed must be a number, or a number, a colon and the number of a night")
    if asked["night"] is not None:
        if nights not in (None, 1):
            raise CannotGoOn("--seed names one night, and --random asks for more")
        return _show_random(console, seed, url)
    return _measure_random(
        console, [f"{seed}:{night}" for night in range(1, (nights or 1) + 1)], processes, url
    )


def _show_random(console: Console, seed: str, url: str | None) -> bool:
    with open_databases(url) as databases:
        outcome = Theatre(databases, read_cast()).tell(seed)
    console.print(show_night(outcome, 1, 1))
    return outcome.ok


def _measure_random(console: Console, seeds: Sequence[str], processes: int, url: str | None) -> bool:
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
