"""Whoever changes the journal behind the service's back is found out, and what they did is named."""
# ruff: noqa: S608 - the statements are put together of constants

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, text

from oncall.contacts.model import Entry, Kind
from oncall.store.journal.entries import STORED_COLUMNS
from oncall.store.journal.hashing import hash_entry, header_of
from oncall.store.journal.verification import ChainFinding, Damage, Stored, verify
from oncall.store.keys import KeyRing
from oncall.store.privacy.erasure import erase_loose
from oncall.store.session import Database, Reading, team_chain
from oncall.store.tables.journal import EntryRow
from tests.scenes.stored import ENDED, NOW, WRAPPING_KEY, store_call
from tests.scenes.tampering import disarm, tamper

MANY = tuple(Entry(0, NOW + timedelta(seconds=n), Kind.LEG_RINGING, leg=f"leg{n}") for n in range(7))


@pytest.fixture
def chain(db: Database, team_id: int) -> str:
    """A chain of ten entries: the team's own, and nine of one call."""
    store_call(db, team_id, more=MANY, projection=ENDED)
    return team_chain(team_id)


def renumber(conn: Connection, chain: str, seqs: Sequence[int], by: int) -> None:
    for seq in seqs:
        conn.execute(text(f"UPDATE entry SET seq = {seq + by} WHERE chain = '{chain}' AND seq = {seq}"))


def compute_hashes_anew(conn: Connection, chain: str, since: int) -> None:
    """Make the chain's hashes right again, and the head as well."""
    rows = conn.execute(select(*STORED_COLUMNS).where(EntryRow.chain == chain).order_by(EntryRow.seq)).all()
    previous = bytes(32)
    for row in rows:
        if row.seq >= since:
            new = hash_entry(previous, header_of(row).encode(), row.detail)
            conn.execute(
                text("UPDATE entry SET hash = :hash WHERE chain = :chain AND seq = :seq"),
                {"hash": new, "chain": chain, "seq": row.seq},
            )
            previous = new
        else:
            previous = row.hash
    conn.execute(
        text("UPDATE chain_head SET seq = :seq, hash = :hash WHERE chain = :chain"),
        {"seq": rows[-1].seq, "hash": previous, "chain": chain},
    )


COPY = (
    "INSERT INTO entry (chain, seq, team_id, contact_id, case_id, at, kind, leg, actor, event_key, batch,"
    " detail, hash) SELECT chain, {to}, team_id, contact_id, case_id, at, 'claim_granted', leg, 'ola', NULL,"
    " batch, detail, hash FROM entry WHERE chain = '{chain}' AND seq = {of}"
)


def found(db: Database, chain: str) -> list[tuple[int, Damage]]:
    with db.reading() as reading:
        return [(finding.seq, finding.damage) for finding in verify(reading, chain)]


def test_an_untouched_journal_has_no_findings(db: Database, chain: str) -> None:
    with db.reading() as reading:
        assert list(verify(reading)) == []


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'claim_granted'",
        "at = at + 1",
        "actor = 'ola'",
        "leg = 'another'",
        "event_key = 'another'",
        "contact_id = NULL",
        "batch = 1",
        "team_id = NULL",
        "detail = (SELECT detail FROM entry AS other WHERE other.seq = 4 AND other.chain = entry.chain)",
        "detail = NULL",
    ],
)
@pytest.mark.parametrize("seq", [3, 10])
def test_a_changed_entry_is_named(db: Database, chain: str, change: str, seq: int) -> None:
    tamper(db, f"UPDATE entry SET {change} WHERE chain = '{chain}' AND seq = {seq}")

    assert found(db, chain) == [(seq, Damage.CHANGED)]


def test_without_the_seals_whoever_computes_all_hashes_anew_is_not_found(
    db: Database, chain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stored, "is_sealed", lambda *_: True)
    tamper(db, f"UPDATE entry SET kind = 'claim_granted' WHERE chain = '{chain}' AND seq = 3")
    by_the_chain = found(db, chain)
    with db.transaction() as transaction:
        compute_hashes_anew(transaction.conn, chain, since=3)

    assert by_the_chain == [(3, Damage.CHANGED)]
    assert found(db, chain) == []


@pytest.mark.parametrize("seq", [1, 5])
def test_a_changed_entry_is_named_even_if_all_hashes_are_computed_anew(
    db: Database, chain: str, seq: int
) -> None:
    with db.transaction() as transaction:
        disarm(transaction.conn)
        transaction.conn.execute(
            text(f"UPDATE entry SET actor = 'ola' WHERE chain = '{chain}' AND seq = {seq}")
        )
        compute_hashes_anew(transaction.conn, chain, since=seq)

    assert found(db, chain) == [(seq, Damage.CHANGED)]


def test_a_changed_entry_is_named_if_only_its_own_hash_is_computed_anew(db: Database, chain: str) -> None:
    with db.transaction() as transaction:
        disarm(transaction.conn)
        rows = transaction.conn.execute(
            select(*STORED_COLUMNS).where(EntryRow.chain == chain).order_by(EntryRow.seq)
        ).all()
        forged = header_of(rows[4])._replace(kind="claim_granted")
        transaction.conn.execute(
            text("UPDATE entry SET kind = 'claim_granted', hash = :hash WHERE chain = :chain AND seq = 5"),
            {"hash": hash_entry(rows[3].hash, forged.encode(), rows[4].detail), "chain": chain},
        )

    assert found(db, chain) == [(5, Damage.CHANGED)]


def test_every_missing_entry_is_named(db: Database, chain: str) -> None:
    tamper(db, f"DELETE FROM entry WHERE chain = '{chain}' AND seq IN (3, 4, 7)")

    assert found(db, chain) == [(3, Damage.MISSING), (4, Damage.MISSING), (7, Damage.MISSING)]


def test_the_first_entry_is_missed(db: Database, chain: str) -> None:
    tamper(db, f"DELETE FROM entry WHERE chain = '{chain}' AND seq = 1")

    assert found(db, chain) == [(1, Damage.MISSING)]


def test_a_missing_entry_is_named_even_if_the_later_ones_are_numbered_anew(db: Database, chain: str) -> None:
    with db.transaction() as transaction:
        disarm(transaction.conn)
        transaction.conn.execute(text(f"DELETE FROM entry WHERE chain = '{chain}' AND seq = 4"))
        renumber(transaction.conn, chain, range(5, 11), by=-1)

    assert found(db, chain) == [(4, Damage.MISSING)]


def test_entries_cut_off_at_the_end_are_named(db: Database, chain: str) -> None:
    tamper(db, f"DELETE FROM entry WHERE chain = '{chain}' AND seq > 8")

    assert found(db, chain) == [(9, Damage.MISSING), (10, Damage.MISSING)]


def test_an_entry_inserted_in_the_middle_is_named(db: Database, chain: str) -> None:
    with db.transaction() as transaction:
        disarm(transaction.conn)
        renumber(transaction.conn, chain, range(10, 4, -1), by=1)
        transaction.conn.execute(text(COPY.format(chain=chain, of=4, to=5)))

    assert found(db, chain) == [(5, Damage.INSERTED)]


def test_an_inserted_entry_is_named_even_if_its_hash_is_computed_for_it(db: Database, chain: str) -> None:
    with db.transaction() as transaction:
        disarm(transaction.conn)
        renumber(transaction.conn, chain, range(10, 4, -1), by=1)
        transaction.conn.execute(text(COPY.format(chain=chain, of=4, to=5)))
        rows = transaction.conn.execute(
            select(*STORED_COLUMNS).where(EntryRow.chain == chain).order_by(EntryRow.seq)
        ).all()
        transaction.conn.execute(
            text("UPDATE entry SET hash = :hash WHERE chain = :chain AND seq = 5"),
            {"hash": hash_entry(rows[3].hash, header_of(rows[4]).encode(), rows[4].detail), "chain": chain},
        )

    assert found(db, chain) == [(5, Damage.CHANGED), (5, Damage.INSERTED)]


def test_an_entry_put_after_the_end_is_named(db: Database, chain: str) -> None:
    tamper(db, COPY.format(chain=chain, of=10, to=11))

    assert found(db, chain) == [(11, Damage.INSERTED)]


def test_reordered_entries_are_named(db: Database, chain: str) -> None:
    with db.transaction() as transaction:
        disarm(transaction.conn)
        renumber(transaction.conn, chain, [4], by=100)
        renumber(transaction.conn, chain, [6], by=-2)
        renumber(transaction.conn, chain, [104], by=-98)

    assert sorted(found(db, chain)) == [(4, Damage.REORDERED), (6, Damage.REORDERED)]


def test_entries_after_a_damage_are_still_checked(db: Database, chain: str) -> None:
    tamper(
        db,
        f"DELETE FROM entry WHERE chain = '{chain}' AND seq = 3",
        f"UPDATE entry SET actor = 'ola' WHERE chain = '{chain}' AND seq = 8",
    )

    assert found(db, chain) == [(3, Damage.MISSING), (8, Damage.CHANGED)]


def test_a_chain_without_its_head_is_named(db: Database, team_id: int) -> None:
    tamper(db, f"DELETE FROM chain_head WHERE chain = 'reads:{team_id}'")

    with db.reading() as reading:
        assert list(verify(reading)) == [
            ChainFinding(f"reads:{team_id}", 0, Damage.MISSING, "the whole chain is missing")
        ]


def test_the_chain_verifies_after_an_erasure(db: Database, team_id: int) -> None:
    call = store_call(db, team_id, more=MANY, projection=ENDED)
    with db.writing(team_id) as writing:
        erase_loose(writing, [call.id], NOW, "liv")

    assert found(db, team_chain(team_id)) == []


def test_a_change_in_an_erased_contact_is_named(db: Database, team_id: int) -> None:
    call = store_call(db, team_id, more=MANY, projection=ENDED)
    with db.writing(team_id) as writing:
        erase_loose(writing, [call.id], NOW, "liv")
    tamper(db, f"UPDATE entry SET actor = 'ola' WHERE chain = 'team:{team_id}' AND seq = 5")

    assert found(db, team_chain(team_id)) == [(5, Damage.CHANGED)]


def test_memory_does_not_grow_with_the_findings(db: Database, team_id: int) -> None:
    tamper(db, f"UPDATE chain_head SET seq = 1000000000 WHERE chain = 'team:{team_id}'")

    with db.reading() as reading:
        first = next(
            iter(
                verify(Reading(reading.conn, KeyRing([WRAPPING_KEY], b""), reading.teams, reading.entries_of))
            )
        )

    assert (first.seq, first.damage) == (2, Damage.MISSING)
