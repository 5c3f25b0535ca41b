"""Which chains the journal has, and how far each goes."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from oncall.store.session import OPERATOR, Reading, reads_chain, team_chain
from oncall.store.tables.journal import EntryRow, HeadRow
from oncall.store.tables.team import TeamRow

LOOKED_AT = 2000  # entries of a chain, at most, among which it is asked whether one is gone
NAMED = 50  # of those that are, at most

_NUMBERS = select(EntryRow.seq).where(
    EntryRow.chain == bindparam("chain_name"), EntryRow.seq.between(bindparam("first"), bindparam("last"))
)
_COUNT = _NUMBERS.with_only_columns(func.count())


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain of the journal, as its head has it."""

    name: str  # as `verify` takes it
    holds: str  # whose entries: "operator", "vestfold", "vestfold, who read what"
    length: int
    hash: bytes | None  # of the last entry; None: the chain itself is missing


def list_chains(reading: Reading, team_id: int | None = None) -> tuple[Chain, ...]:
    """Return every chain that must be there, or those of one team, and any that must not."""
    teams = {row.id: row.slug for row in reading.conn.execute(select(TeamRow.id, TeamRow.slug))}
    heads = {row.chain: row for row in reading.conn.execute(select(HeadRow.chain, HeadRow.seq, HeadRow.hash))}
    expected = {} if OPERATOR not in heads else {OPERATOR: OPERATOR}
    for each, slug in sorted(teams.items(), key=lambda team: team[1]):
        expected |= {team_chain(each): slug, reads_chain(each): f"{slug}, who read what"}
    wanted = expected | {name: name for name in sorted(heads) if name not in expected}
    if team_id is not None:
        wanted = {name: expected[name] for name in (team_chain(team_id), reads_chain(team_id))}
    return tuple(
        Chain(name, holds, heads[name].seq, heads[name].hash)
        if name in heads
        else Chain(name, holds, 0, None)
        for name, holds in wanted.items()
    )


def newest_numbers(reading: Reading, chain: str, at_most: int) -> range:
    """Return the numbers of the chain's newest entries, as its head has it, whether they are there or not."""
    last = reading.conn.scalar(select(HeadRow.seq).where(HeadRow.chain == chain)) or 0
    return range(max(0, last - at_most) + 1, last + 1)


def missing_between(reading: Reading, chain: str, first: int, last: int) -> tuple[int, ...]:
    """Return the numbers from `first` to `last` under which the chain has no entry, the first NAMED.

    Of a longer stretch only the beginning and the end are looked at.
    """
    if last - first < LOOKED_AT:
        stretches = [(first, last)]
    else:
        stretches = [(first, first + LOOKED_AT // 2 - 1), (last - LOOKED_AT // 2 + 1, last)]
    return tuple(seq for one, other in stretches for seq in _missing(reading, chain, one, other))[:NAMED]


def _missing(reading: Reading, chain: str, first: int, last: int) -> tuple[int, ...]:
    where = {"chain_name": chain, "first": first, "last": last}
    if reading.conn.scalar(_COUNT, where) == last - first + 1:
        return ()
    return tuple(sorted(set(range(first, last + 1)) - set(reading.conn.scalars(_NUMBERS, where))))
