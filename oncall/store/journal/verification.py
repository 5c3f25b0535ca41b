"""Is the journal still as it was written?"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, select

from oncall.store.journal.entries import STORED_COLUMNS
from oncall.store.journal.hashing import EntryHeader, hash_entry, header_of
from oncall.store.keys import DataKey, UnreadableSecret
from oncall.store.session import GENESIS, OPERATOR, Reading, reads_chain, team_chain
from oncall.store.tables.contacts import ContactRow
from oncall.store.tables.families import CaseRow
from oncall.store.tables.journal import EntryRow, HeadRow
from oncall.store.tables.team import TeamRow

WINDOW = 64  # entries looked at together when something does not fit; memory does not grow with the journal


class Damage(StrEnum):
    """What can have been done to an entry."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """One place at which the journal is not what was written."""

    chain: str
    seq: int  # where it stands, or, if it is missing, stood
    damage: Damage
    what: str

    def __str__(self) -> str:
        return f"{self.chain}: {self.what}"


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """An entry as the database has it now."""

    header: EntryHeader
    detail: bytes | None
    hash: bytes
    key: DataKey | None  # None: erased, so that only the chain can be checked
    locked: bool = False  # the key itself is damaged, and nothing that it has sealed can be believed

    def follows(self, previous: bytes | None, seq: int) -> bool:
        """Say whether it was written as number `seq`, after the entry with the hash `previous`."""
        if previous is None:
            return False
        return hash_entry(previous, self.header._replace(seq=seq).encode(), self.detail) == self.hash

    def is_sealed(self, seq: int) -> bool:
        """Say whether it was written as number `seq` by somebody who has the keys; True if that is erased."""
        if self.key is None:
            return not self.locked
        try:
            self.key.open(self.detail or b"", self.header._replace(seq=seq).encode())
        except UnreadableSecret:
            return False
        return True


_HEADS = select(HeadRow.chain, HeadRow.seq, HeadRow.hash, HeadRow.data_key)
_ENTRIES = (
    select(*STORED_COLUMNS, ContactRow.data_key.label("contact_key"), CaseRow.data_key.label("case_key"))
    .outerjoin(ContactRow, ContactRow.id == EntryRow.contact_id)
    .outerjoin(CaseRow, CaseRow.id == EntryRow.case_id)
    .where(EntryRow.chain == bindparam("chain_name"))
    .order_by(EntryRow.seq)
    .execution_options(yield_per=500)
)


def verify(reading: Reading, chain: str | None = None) -> Iterator[ChainFinding]:
    """Yield whatever is wrong with the journal, or with one chain of it; nothing if all is as it was written.

    Two things are checked: that each entry follows from the one before it, and that its seal opens, which
    nobody without the keys can imitate, even if they compute all hashes anew. What they can do unseen is to
    cut off the end and to set the head back; the heads noted down elsewhere would show it.
    """
    heads = {row.chain: row for row in reading.conn.execute(_HEADS)}
    expected = {OPERATOR} & set(heads)
    for team_id in reading.conn.scalars(select(TeamRow.id)):
        expected |= {team_chain(team_id), reads_chain(team_id)}
    for name in sorted(expected | set(heads)) if chain is None else [chain]:
        if name not in heads:
            yield ChainFinding(name, 0, Damage.MISSING, "the whole chain is missing")
            continue
        walk = _Walk(name, heads[name].seq, heads[name].hash, _stream(reading, heads[name]))
        yield from walk.findings()


def _stream(reading: Reading, head: Any) -> Iterator[Stored]:
    for row in reading.conn.execute(_ENTRIES, {"chain_name": head.chain}):
        wrapped = head.data_key
        if row.contact_id is not None:
            wrapped = row.contact_key
        elif row.case_id is not None:
            wrapped = row.case_key
        try:
            key = None if wrapped is None else reading.keyring.unwrap(wrapped)
        except UnreadableSecret:
            yield Stored(header_of(row), row.detail, row.hash, None, locked=True)
        else:
            yield Stored(header_of(row), row.detail, row.hash, key)


@dataclass(eq=False)
class _Walk:
    """Follows a chain from its first entry, and explains what does not fit."""

    chain: str
    head_seq: int
    head_hash: bytes
    stream: Iterator[Stored]
    window: deque[Stored] = field(default_factory=deque)
    seq: int = 0  # number under which the last accepted entry was written
    hash: bytes | None = GENESIS  # of that entry; None: lost, the next is taken on trust
    shift: int = 0  # by how much entries stand later than they were written
    doubted: bool = False  # the last accepted entry was changed, and its hash perhaps with it

    def findings(self) -> Iterator[ChainFinding]:
        """Yield what is wrong, in the order of the chain."""
        while self._look_ahead():
            first = self.window[0]
            if first.follows(self.hash, self.seq + 1):
                yield from self._accept(self.window.popleft())
            else:
                yield from self._explain(first)
        yield from self._compare_with_head()

    def _look_ahead(self) -> bool:
        # One entry is enough while all is well; the window is filled only to explain what is not.
        if not self.window:
            self.window.extend(islice(self.stream, 1))
        return bool(self.window)

    def _accept(self, entry: Stored) -> Iterator[ChainFinding]:
        """The entry was written next; yield what is wrong with it all the same."""
        self.seq += 1
        self.hash = entry.hash
        self.doubted = False
        if entry.header.seq > self.seq + self.shift:
            yield self._found(entry.header.seq, Damage.REORDERED, f"was written as entry {self.seq}")
        self.shift = entry.header.seq - self.seq
        if not entry.is_sealed(self.seq):
            self.doubted = True
            yield self._found(entry.header.seq, Damage.CHANGED, "its seal is broken")
        if self.seq > self.head_seq:
            yield self._found(entry.header.seq, Damage.INSERTED, "stands after the end of the chain")

    def _explain(self, first: Stored) -> Iterator[ChainFinding]:
        """The first entry of the window does not follow; yield why, and go on behind it."""
        self.window.extend(islice(self.stream, WINDOW - len(self.window)))
        stands, due = first.header.seq, self.seq + 1 + self.shift
        if self.seq >= self.head_seq:
            self.window.popleft()
            yield self._found(stands, Damage.INSERTED, "stands after the end of the chain")
        elif any(entry.follows(self.hash, self.seq + 1) for entry in self.window):
            yield from self._sort_out()
        elif stands < due:
            self.window.popleft()
            yield self._found(stands, Damage.INSERTED, "was never written")
        elif stands > due:
            yield from self._miss(stands - due)
        elif self.hash is None or (self.doubted and first.is_sealed(self.seq + 1)):
            # What came before is known to be damaged, and this entry cannot be blamed for it.
            yield from self._accept(self.window.popleft())
        elif skipped := self._renumbered(first):
            yield from self._miss(skipped) if skipped > 0 else self._overcount(-skipped, stands)
            self.shift -= skipped
        else:
            yield from self._accept_changed(self.window.popleft())

    def _sort_out(self) -> Iterator[ChainFinding]:
        """Some later entry follows: those before it were put there, or belong behind it."""
        in_order = self._in_order()
        overtaken = list(self.window)[: self.window.index(in_order[0])]
        for entry in overtaken:
            if entry in in_order:
                continue
            self.window.remove(entry)
            self.shift += 1
            yield self._found(entry.header.seq, Damage.INSERTED, "was never written")
        if all(entry not in in_order for entry in overtaken):
            return
        for entry in in_order:
            self.window.remove(entry)
            self.seq, self.hash = self.seq + 1, entry.hash
            if entry.header.seq != self.seq + self.shift:
                yield self._found(entry.header.seq, Damage.REORDERED, f"was written as entry {self.seq}")
            if not any(entry in self.window for entry in overtaken):
                return

    def _in_order(self) -> list[Stored]:
        """Return the entries of the window that follow one from the other, as they were written."""
        found: list[Stored] = []
        seq, previous = self.seq, self.hash
        left = list(self.window)
        while following := next((entry for entry in left if entry.follows(previous, seq + 1)), None):
            left.remove(following)
            found.append(following)
            seq, previous = seq + 1, following.hash
        return found

    def _renumbered(self, first: Stored) -> int:
        """Return how many entries were taken out before the first, all later ones being numbered anew.

        Less than nothing: so many of those accepted were put in, with hashes computed for them.
        """
        if len(self.window) < 2 or self.window[1].follows(first.hash, self.seq + 2):
            return 0
        gaps = (*range(1, WINDOW), *range(-1, -min(WINDOW, self.seq + 1), -1))
        return next((gap for gap in gaps if self.window[1].follows(first.hash, self.seq + 2 + gap)), 0)

    def _miss(self, count: int) -> Iterator[ChainFinding]:
        for seq in range(self.seq + 1, self.seq + count + 1):
            yield self._found(seq, Damage.MISSING, "is missing")
        self.seq += count
        self.hash = None

    def _overcount(self, count: int, before: int) -> Iterator[ChainFinding]:
        for seq in range(before - count, before):
            yield self._found(seq, Damage.INSERTED, "was never written")
        self.seq -= count
        self.hash = None

    def _accept_changed(self, entry: Stored) -> Iterator[ChainFinding]:
        following = self.window[0] if self.window else None
        self.seq += 1
        trusted = following is not None and following.follows(entry.hash, self.seq + 1)
        self.hash = entry.hash if trusted else None
        self.doubted = True
        what = "is not what was written, or the entry before it is not"
        if not entry.is_sealed(self.seq) or entry.key is None:
            what = "is not what was written"
        yield self._found(entry.header.seq, Damage.CHANGED, what)

    def _compare_with_head(self) -> Iterator[ChainFinding]:
        for seq in range(self.seq + 1, self.head_seq + 1):
            yield self._found(seq, Damage.MISSING, "is missing at the end")
        if self.seq == self.head_seq and self.hash not in (None, self.head_hash):
            yield self._found(self.seq, Damage.CHANGED, "is not the one with which the chain ended")

    def _found(self, seq: int, damage: Damage, what: str) -> ChainFinding:
        return ChainFinding(self.chain, seq, damage, f"entry {seq} {what}")
