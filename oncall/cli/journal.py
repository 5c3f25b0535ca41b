"""The command that proves the journal to be as it was written, or says where it is not."""

import click

from oncall.cli.command import FINDINGS, say
from oncall.cli.opening import choose_team, open_data
from oncall.store.journal.chains import Chain, list_chains
from oncall.store.journal.verification import verify
from oncall.store.session import Reading


@click.group
def journal() -> None:
    """Look after the journal."""


@journal.command(name="verify")
@click.option("--team", "slug", metavar="TEAM", help="This team's chains alone; else all.")
def verify_journal(slug: str | None) -> None:
    """Check that no entry was changed, removed, inserted or moved; exit with 1 if one was.

    Each chain is shown with its length and the hash of its last entry. Note those down elsewhere now and
    then: only they show if somebody has cut off a chain's end.
    """
    damaged = False
    with open_data() as db, db.reading() as reading:
        team_id = choose_team(reading, slug).id if slug is not None else None
        chains = list_chains(reading, team_id)
        width = max((len(chain.holds) for chain in chains), default=0)
        for chain in chains:
            damaged |= not _check(reading, chain, width)
    if damaged:
        click.get_current_context().exit(FINDINGS)


def _check(reading: Reading, chain: Chain, width: int) -> bool:
    """Say how the chain is, each damaged entry in a line of its own; return whether it is whole."""
    count = 0
    for finding in verify(reading, chain.name):
        if count == 0:
            say((f"{chain.holds:<{width}}", "bold"), "  ", ("DAMAGED", "bold red"))
        count += 1
        say(f"  {finding.damage}: {finding.what}")
    if count:
        return False
    entries = "1 entry" if chain.length == 1 else f"{chain.length} entries"
    head = chain.hash.hex() if chain.hash else ""
    say((f"{chain.holds:<{width}}", "bold"), f"  {entries:>12}  {head}  ", ("OK", "green"))
    return True
