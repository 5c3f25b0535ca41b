"""How a use-case reads and writes: one transaction, with its chain of the journal locked."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from oncall.alerts.team import Team
from oncall.contacts.model import Entry
from oncall.store.columns import set_cipher
from oncall.store.engines import (
    PATIENCE,
    connect_to_read,
    connect_to_write,
    read_address,
)
from oncall.store.keys import DataKey, KeyRing
from oncall.store.lru_cache import LRUCache
from oncall.store.prepared import Prepared
from oncall.store.tables.journal import HeadRow
from oncall.store.write_queue import FairLock

log = logging.getLogger(__name__)

GENESIS = bytes(32)  # what a chain's first entry has instead of a predecessor's hash
CACHED_TEAMS = 512
CACHED_CONTACTS = 256  # those that something is happening in, and no archive
OPERATOR = "operator"  # the chain of what belongs to no team
_NO_IDLE_LIMIT = text("SET LOCAL idle_in_transaction_session_timeout = 0")

_LOCK_HEAD = Prepared(
    select(HeadRow.seq, HeadRow.hash, HeadRow.version, HeadRow.data_key, HeadRow.team_id)
    .where(HeadRow.chain == bindparam("chain_name"))
    .with_for_update(key_share=True)  # SQLite ignores it: its writer is alone anyway
)
_MOVE_HEAD = Prepared(update(HeadRow).where(HeadRow.chain == bindparam("chain_name")))
_START_CHAIN = {
    "sqlite": sqlite.insert(HeadRow).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(HeadRow).on_conflict_do_nothing(),
}


class UnknownTeam(Exception):
    """There is no team with this id."""


class DatabaseBusy(Exception):
    """Another writer has held the database for too long."""


def team_chain(team_id: int) -> str:
    """Name the chain of a team's contacts and settings."""
    return f"team:{team_id}"


def reads_chain(team_id: int) -> str:
    """Name the chain of who read what in a team; apart, so that reading never waits for calls."""
    return f"reads:{team_id}"


@dataclass(eq=False)
class Reading:
    """An open transaction, and the keys to what it reads."""

    conn: Connection
    keyring: KeyRing
    teams: LRUCache[int, Team]  # as last read; only true while their version is the head's
    entries_of: LRUCache[str, tuple[Entry, ...]]  # of contacts, from the first on; entries never change


@dataclass(eq=False)
class Transaction(Reading):
    """A transaction that may write."""

    due_now: list[str] = field(default_factory=list)  # keys of the jobs put that are due already
    locked: list["Writing"] = field(default_factory=list)  # the chains that it appends to

    def start_chain(self, chain: str, team_id: int | None) -> None:
        """The chain is there, with its own data key; one that was there already stays as it is."""
        self.conn.execute(
            _START_CHAIN[self.conn.dialect.name],
            {
                "chain": chain,
                "team_id": team_id,
                "seq": 0,
                "hash": GENESIS,
                "version": 0,
                "data_key": self.keyring.new_key().wrapped,
            },
        )

    def lock(self, chain: str) -> "Writing":
        """Return the chain, locked until the end of this transaction; raises UnknownTeam if there is none.

        Who locks several takes the operator's first, then teams by ascending id, or two would wait for
        each other for ever.
        """
        for writing in self.locked:
            if writing.chain == chain:
                return writing
        heads = _LOCK_HEAD.rows(self.conn, {"chain_name": chain})
        if not heads:
            raise UnknownTeam(chain)
        head = heads[0]
        writing = Writing(
            self.conn,
            self.keyring,
            self.teams,
            self.entries_of,
            self.due_now,
            self.locked,
            chain=chain,
            team_id=head.team_id,
            team_version=head.version,
            seq=head.seq,
            hash=head.hash,
            batch=head.seq + 1,
            stored_version=head.version,
            wrapped_key=head.data_key,
        )
        self.locked.append(writing)
        return writing


@dataclass(eq=False, kw_only=True)
class Writing(Transaction):
    """A transaction that holds the lock of a chain of the journal, and may append to it."""

    chain: str
    team_id: int | None  # None: the operator's chain
    team_version: int  # of the team's settings, as others will see it after the commit
    seq: int  # of the last entry, those of this transaction included
    hash: bytes  # of that entry
    batch: int  # seq of this transaction's first entry
    stored_version: int
    wrapped_key: bytes

    @property
    def chain_key(self) -> DataKey:
        """The data key for entries that are of no contact and of no case."""
        return self.keyring.unwrap(self.wrapped_key)

    @property
    def team(self) -> int:
        """The team's id; raises UnknownTeam on the operator's chain."""
        if self.team_id is None:
            raise UnknownTeam(self.chain)
        return self.team_id

    def save_head(self) -> None:
        """The head's row says what was appended; nothing is written if nothing was."""
        if self.seq >= self.batch or self.team_version != self.stored_version:
            _MOVE_HEAD.run(
                self.conn,
                {"chain_name": self.chain, "seq": self.seq, "hash": self.hash, "version": self.team_version},
            )


AfterCommit = Callable[[Sequence[str]], None]


class Database:
    """One database, and the keys to what it keeps. Safe to share between threads."""

    def __init__(self, url: str, keyring: KeyRing, connections: int) -> None:
        address = read_address(url)
        self.keyring = keyring
        self.after_commit: list[AfterCommit] = []  # told the keys of jobs that are due at once
        self.writer = connect_to_write(address, connections)
        self.reader = connect_to_read(address, self.writer, connections)
        for engine in (self.writer, self.reader):
            set_cipher(engine, keyring.deterministic)
        self._teams: LRUCache[int, Team] = LRUCache(CACHED_TEAMS)
        self._entries_of: LRUCache[str, tuple[Entry, ...]] = LRUCache(CACHED_CONTACTS)
        self._turns = FairLock() if self.writer.dialect.name == "sqlite" else None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write without appending to any chain; the whole is committed at the end, or nothing of it."""
        with self.turn(), self.writer.begin() as conn:
            transaction = Transaction(conn, self.keyring, self._teams, self._entries_of)
            yield transaction
            for writing in transaction.locked:
                writing.save_head()
        if transaction.due_now:
            self._notify(tuple(transaction.due_now))

    @contextmanager
    def writing(self, team_id: int) -> Iterator[Writing]:
        """Write in a team: its contacts stand still until the end, other teams' do not."""
        with self.transaction() as transaction:
            yield transaction.lock(team_chain(team_id))

    @contextmanager
    def noting_reads(self, team_id: int) -> Iterator[Writing]:
        """Append to the team's record of who read what; calls do not wait for it."""
        with self.transaction() as transaction:
            yield transaction.lock(reads_chain(team_id))

    @contextmanager
    def operating(self) -> Iterator[Writing]:
        """Append to the operator's chain; `lock` further chains where one change concerns several."""
        with self.transaction() as transaction:
            try:
                operating = transaction.lock(OPERATOR)
            except UnknownTeam:
                transaction.start_chain(OPERATOR, team_id=None)
                operating = transaction.lock(OPERATOR)
            yield operating

    @contextmanager
    def reading(self, *, unhurried: bool = False) -> Iterator[Reading]:
        """Read one consistent instant; no writer waits for it, and writing through it fails.

        `unhurried`: it may pause between two statements for as long as somebody takes to read a page.
        """
        with self.reader.connect() as conn:
            if unhurried and conn.dialect.name == "postgresql":
                conn.execute(_NO_IDLE_LIMIT)
            yield Reading(conn, self.keyring, self._teams, self._entries_of)

    def turn(self) -> AbstractContextManager[object]:
        """This thread's turn to write: on SQLite the threads of a process write in order of arrival."""
        return nullcontext() if self._turns is None else self._take_turn(self._turns)

    @contextmanager
    def _take_turn(self, turns: FairLock) -> Iterator[None]:
        if not turns.acquire(PATIENCE):
            raise DatabaseBusy(f"no turn to write within {PATIENCE} seconds")
        try:
            yield
        finally:
            turns.release()

    def _notify(self, due: Sequence[str]) -> None:
        for listener in self.after_commit:
            try:
                listener(due)
            except Exception:  # noqa: BLE001 - what is committed stays so; the clock does the jobs in any case
                log.warning("due jobs were left to the clock", extra={"jobs": len(due)})

    def forget_unused(self) -> None:
        """Nothing of a contact is in memory that nobody has asked for since this was last done.

        Who asks for one sees at once that it was erased. But another process may have erased it, and nobody
        ask here again: done each minute, two minutes after an erasure no process has its words or its key.
        """
        self._entries_of.forget_unused()
        self.keyring.forget_unused()

    def close(self) -> None:
        """No connection is left open."""
        self.writer.dispose()
        self.reader.dispose()


def open_database(url: str, keyring: KeyRing, connections: int = 20) -> Database:
    """Return the database of `url`, SQLite or PostgreSQL; `connections` at most for each purpose."""
    return Database(url, keyring, connections)
