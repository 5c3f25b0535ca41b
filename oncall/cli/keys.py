"""Commands about the wrapping keys: use the newest for every data key, and see if an older is needed."""

import click
from rich.console import Console
from rich.progress import Progress as Bar

from oncall.cli.command import FINDINGS, say
from oncall.cli.opening import open_data
from oncall.store.rewrapping import count_wrapped, rewrap_all
from oncall.store.session import Database


@click.group
def keys() -> None:
    """Look after the keys of ONCALL_KEYS."""


@keys.command
def rotate() -> None:
    """Wrap every data key by the newest of ONCALL_KEYS, while the service goes on.

    First put the new key before the old one in ONCALL_KEYS of every process, and start them again one after
    the other. Stopped half-way and begun again, it goes on where it was. When it says so, the old key may go.
    """
    with open_data() as db:
        with Bar(console=Console(stderr=True), transient=True) as bar:
            task, rewrapped = bar.add_task("Wrapping anew"), 0
            for step in rewrap_all(db):
                bar.update(task, completed=step.looked_at, total=step.total)
                rewrapped = step.rewrapped
        say(f"{rewrapped} data keys have a new wrapping.")
        _show_status(db)


@keys.command
def status() -> None:
    """Say how many data keys an older wrapping key still opens; exit with 1 if there are any."""
    with open_data() as db:
        _show_status(db)


def _show_status(db: Database) -> None:
    found = count_wrapped(db)
    older = sum(each.older for each in found)
    for each in found:
        state = (
            (f"{each.older} by an older key", "yellow") if each.older else ("all by the newest key", "green")
        )
        say((f"{each.table:<14}", "bold"), f"{each.keys:>8}  ", state)
    if older:
        say(f"An older key of ONCALL_KEYS is still needed for {older} data keys: run `oncall keys rotate`.")
        click.get_current_context().exit(FINDINGS)
    say("Only the newest key of ONCALL_KEYS is needed.")
