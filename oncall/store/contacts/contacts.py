"""What is stored of a contact, and how the one that a webhook concerns is found."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, bindparam, select, union_all

from oncall.alerts.team import Busy, Caller
from oncall.contacts.contact import Contact
from oncall.contacts.fold import fold
from oncall.contacts.model import Entry
from oncall.contacts.projection import Projection
from oncall.contacts.waiting import Waiting, fold_waiting
from oncall.rota.model import PersonId
from oncall.store.columns import to_micros
from oncall.store.journal.entries import ENTRY_COLUMNS, read_entries
from oncall.store.keys import DataKey, KeyRing, UnreadableSecret
from oncall.store.prepared import Prepared
from oncall.store.session import Reading, Transaction, Writing
from oncall.store.tables.contacts import ContactRow
from oncall.store.tables.families import CaseRow
from oncall.store.tables.journal import EntryRow

OURS = "ours:"  # in place of the carrier's name: the contact begins with us


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact that the carrier has just announced."""

    channel: str  # "voice" or "text"
    sid: str  # the carrier's name for it
    caller: Caller
    started_at: datetime
    id: str = ""  # given to it here

    def __post_init__(self) -> None:
        # Begins with the time, so that what belongs to new contacts lies together in every index; the
        # 72 bits behind it nobody can guess.
        object.__setattr__(self, "id", f"{to_micros(self.started_at):014x}{secrets.token_hex(9)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """A contact as lists show it."""

    id: str
    team_id: int
    channel: str
    sid: str
    known: str  # known, unknown or withheld
    number: str | None = field(repr=False)  # E.164; None: withheld, erased, or the sender has a name instead
    sender: str | None = field(repr=False)  # the name of one who wrote without a number
    case: str | None  # the case's label
    started_at: datetime
    projection: Projection
    last_seq: int
    erased: bool

    @property
    def ours(self) -> bool:
        """Whether we have called, or are to call, the family: agreed on, or placed from a case."""
        return self.sid.startswith(OURS)


@dataclass(frozen=True, kw_only=True)
class StoredContact(ContactLine):
    """A contact with everything that happened in it."""

    key: DataKey | None = field(repr=False)  # None: erased, or none of ours opens it
    entries: tuple[Entry, ...]
    damaged: bool = False  # its journal does not verify: only entries that are as they were written are there
    unreadable: tuple[int, ...] = ()  # the numbers of those that are not

    @cached_property
    def contact(self) -> Contact:
        """What the entries come to. Raises ValueError where none of them says how the contact began."""
        return fold(self.id, self.entries)

    @cached_property
    def waiting(self) -> Waiting:
        """How it waits for a human, as far as its entries tell: they may have lost their beginning."""
        return fold_waiting(self.entries)


@dataclass(frozen=True, slots=True)
class OpenContact:
    """What another contact of the team must know of one that is still open."""

    id: str
    state: str
    started_at: datetime
    follow_up: bool
    engaged: Busy


@dataclass(frozen=True, slots=True)
class Found:
    """What an incoming webhook meets: itself, if it was here before, and what else is going on."""

    same: str | None  # the contact's id; None: this one is new
    open: tuple[OpenContact, ...]  # of the team; `same` is not among them

    @property
    def busy(self) -> Busy:
        """Everybody whom another open contact keeps busy."""
        return frozenset(person for contact in self.open for person in contact.engaged)


# ------------------------------------------------------------------------------------- statements

CONTACT_COLUMNS = (
    ContactRow.id.label("c_id"),
    ContactRow.team_id.label("c_team_id"),
    ContactRow.channel.label("c_channel"),
    ContactRow.sid.label("c_sid"),
    ContactRow.caller.label("c_caller"),
    ContactRow.number.label("c_number"),
    ContactRow.started_at.label("c_started_at"),
    ContactRow.data_key.label("c_data_key"),
    ContactRow.state.label("c_state"),
    ContactRow.is_open.label("c_is_open"),
    ContactRow.follow_up.label("c_follow_up"),
    ContactRow.ended_at.label("c_ended_at"),
    ContactRow.answered_by.label("c_answered_by"),
    ContactRow.seconds_to_human.label("c_seconds_to_human"),
    ContactRow.engaged.label("c_engaged"),
    ContactRow.escalated.label("c_escalated"),
    ContactRow.noted.label("c_noted"),
    ContactRow.outcome.label("c_outcome"),
    ContactRow.incident.label("c_incident"),
    ContactRow.next_due.label("c_next_due"),
    ContactRow.attention.label("c_attention"),
    ContactRow.last_seq.label("c_last_seq"),
    CaseRow.label.label("c_case"),
)

_MEETABLE = select(
    ContactRow.id,
    ContactRow.channel,
    ContactRow.sid,
    ContactRow.state,
    ContactRow.started_at,
    ContactRow.follow_up,
    ContactRow.engaged,
).where(ContactRow.team_id == bindparam("team"))
# Two halves with an index each: asked in one condition with OR, SQLite reads every contact of the team.
_FIND = Prepared(
    union_all(
        _MEETABLE.where(ContactRow.is_open),
        _MEETABLE.where(
            ContactRow.channel == bindparam("with_channel"), ContactRow.sid == bindparam("with_sid")
        ),
    )
)

_ENGAGED = Prepared(
    select(ContactRow.engaged).where(
        ContactRow.team_id == bindparam("team"), ContactRow.is_open, ContactRow.id != bindparam("other_than")
    )
)

_LOAD = Prepared(
    select(*CONTACT_COLUMNS, *ENTRY_COLUMNS)
    .outerjoin(CaseRow, CaseRow.id == ContactRow.case_id)
    .outerjoin(EntryRow, and_(EntryRow.contact_id == ContactRow.id, EntryRow.seq > bindparam("after")))
    .where(ContactRow.id == bindparam("contact"), ContactRow.team_id == bindparam("team"))
    .order_by(EntryRow.seq)
)

_IS_ERASED = select(ContactRow.data_key.is_(None)).where(ContactRow.id == bindparam("contact"))


# ---------------------------------------------------------------------------------------- reading


def find_open_or_same(reading: Reading, team_id: int, channel: str, sid: str) -> Found:
    """Return the team's open contacts, and the contact that this webhook began if it was here before."""
    rows = _FIND.rows(reading.conn, {"team": team_id, "with_channel": channel, "with_sid": sid})
    same = None
    others = []
    for row in rows:
        if row.sid == sid and row.channel == channel:
            same = row.id
        else:
            others.append(
                OpenContact(row.id, row.state, row.started_at, row.follow_up, _read_people(row.engaged))
            )
    return Found(same, tuple(others))


def load_contact(reading: Reading, contact_id: str, team_id: int) -> StoredContact | None:
    """Return the team's contact with all its entries; None if the team has no such contact."""
    known = reading.entries_of.get(contact_id) or ()
    rows = _read(reading, contact_id, team_id, known[-1].seq if known else 0)
    if known and rows and (rows[0].c_data_key is None or rows[0].c_last_seq < known[-1].seq):
        # erased meanwhile; or this transaction sees an instant before what is remembered
        known, rows = (), _read(reading, contact_id, team_id, 0)
    if not rows:
        reading.entries_of.forget(contact_id)
        return None
    key = read_contact_key(reading.keyring, rows[0])
    entries = (*known, *read_entries((row for row in rows if row.seq is not None), key))
    _remember(reading, contact_id, entries, erased=key is None)
    return StoredContact(**line_fields(rows[0], key), key=key, entries=entries)


def _read(reading: Reading, contact_id: str, team_id: int, after: int) -> list[Any]:
    return _LOAD.rows(reading.conn, {"contact": contact_id, "team": team_id, "after": after})


def _remember(reading: Reading, contact_id: str, entries: tuple[Entry, ...], *, erased: bool) -> None:
    """What is committed need not be read again; what this transaction appends may yet be undone."""
    if erased:
        reading.entries_of.forget(contact_id)
    elif isinstance(reading, Writing):
        reading.entries_of.put(contact_id, tuple(entry for entry in entries if entry.seq < reading.batch))
    elif not isinstance(reading, Transaction):
        reading.entries_of.put(contact_id, entries)


def is_erased(reading: Reading, contact_id: str) -> bool:
    """Whether there was such a contact, and nobody can read it any more."""
    return bool(reading.conn.scalar(_IS_ERASED, {"contact": contact_id}))


def busy_people(reading: Reading, team_id: int, other_than: str) -> Busy:
    """Return everybody whom the team's open contacts keep busy, but for the contact `other_than`."""
    rows = _ENGAGED.rows(reading.conn, {"team": team_id, "other_than": other_than})
    return frozenset(person for row in rows for person in _read_people(row.engaged))


def read_contact_key(keyring: KeyRing, row: Any) -> DataKey | None:
    """Return the data key of a row of CONTACT_COLUMNS; None once the contact is erased."""
    return None if row.c_data_key is None else keyring.unwrap(row.c_data_key)


def decrypt_number(row: Any, key: DataKey | None) -> str | None:
    """Return the number, or the sender's name, of a row of CONTACT_COLUMNS; None without any, or the key."""
    return key.open_text(row.c_number, contact_number_place(row.c_id)) if key and row.c_number else None


def read_line(reading: Reading, row: Any) -> ContactLine:
    """Return a row of CONTACT_COLUMNS for a list; without its number where that cannot be read."""
    try:
        return ContactLine(**line_fields(row, read_contact_key(reading.keyring, row)))
    except UnreadableSecret:
        return ContactLine(**line_fields(row, None))


def line_fields(row: Any, key: DataKey | None) -> dict[str, Any]:
    """Return a row of CONTACT_COLUMNS as the fields of a ContactLine."""
    address = decrypt_number(row, key)
    return {
        "id": row.c_id,
        "team_id": row.c_team_id,
        "channel": row.c_channel,
        "sid": row.c_sid,
        "known": row.c_caller,
        "number": address if address and address.startswith("+") else None,
        "sender": address if address and not address.startswith("+") else None,
        "case": row.c_case,
        "started_at": row.c_started_at,
        "projection": Projection(
            row.c_state,
            row.c_is_open,
            row.c_follow_up,
            row.c_ended_at,
            None if row.c_answered_by is None else PersonId(row.c_answered_by),
            row.c_seconds_to_human,
            _read_people(row.c_engaged),
            row.c_escalated,
            row.c_noted,
            row.c_outcome,
            row.c_incident,
            row.c_next_due,
            row.c_attention,
        ),
        "last_seq": row.c_last_seq,
        "erased": row.c_data_key is None,
    }


def _read_people(keys: Iterable[str]) -> Busy:
    return frozenset(PersonId(key) for key in keys)


def contact_number_place(contact_id: str) -> str:
    """Return what binds a sealed number to its contact."""
    return f"contact:{contact_id}:number"
