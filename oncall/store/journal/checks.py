"""What was found when a chain of the journal was last looked through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from oncall.store.session import Reading, Transaction
from oncall.store.tables.journal import ChainCheckRow


@dataclass(frozen=True, slots=True)
class Check:
    """A chain was looked through, from its first entry to its last."""

    at: datetime
    length: int  # entries that it had then
    hash: str  # of the last one, in hexadecimal
    findings: tuple[str, ...]  # which entries are not as they were written; empty: all are


_CHECKS = select(ChainCheckRow).where(ChainCheckRow.team_id == bindparam("team"))
_DROP = delete(ChainCheckRow).where(ChainCheckRow.chain == bindparam("chain_name"))


def load_checks(reading: Reading, team_id: int) -> Mapping[str, Check]:
    """Return the last check of each of the team's chains, by the chain's name."""
    rows = reading.conn.execute(_CHECKS, {"team": team_id})
    return {row.chain: Check(row.at, row.length, row.hash, tuple(row.findings)) for row in rows}


def save_check(transaction: Transaction, team_id: int, chain: str, check: Check) -> None:
    """This is the chain's last check."""
    transaction.conn.execute(_DROP, {"chain_name": chain})
    transaction.conn.execute(
        insert(ChainCheckRow),
        {
            "chain": chain,
            "team_id": team_id,
            "at": check.at,
            "length": check.length,
            "hash": check.hash,
            "findings": list(check.findings),
        },
    )
