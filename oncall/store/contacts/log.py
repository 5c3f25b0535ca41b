"""Which contacts a team has had, and who called before?"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, null, select, true, tuple_

from oncall.contacts.model import Entry
from oncall.contacts.patterns import Sighting
from oncall.contacts.projection import Projection
from oncall.contacts.search import COUNTED, EVERY_CONTACT, Cursor, Filters
from oncall.store.contacts.contacts import (
    CONTACT_COLUMNS,
    OURS,
    ContactLine,
    StoredContact,
    decrypt_number,
    line_fields,
    load_contact,
    read_contact_key,
    read_line,
)
from oncall.store.contacts.entries import save_columns
from oncall.store.contacts.notes import restore_link
from oncall.store.journal.entries import (
    DAMAGED,
    ENTRY_COLUMNS,
    STORED_COLUMNS,
    build_entry,
    open_entry,
    read_entries,
)
from oncall.store.keys import UnreadableSecret
from oncall.store.session import Database, Reading
from oncall.store.tables.contacts import ContactChildRow, ContactIndexRow, ContactRow
from oncall.store.tables.families import CaseRow
from oncall.store.tables.journal import EntryRow

PAGE = 200  # contacts read at a time where there may be millions

_OLDEST: tuple[Any, ...] = (ContactRow.started_at, ContactRow.id)
_LINES = select(*CONTACT_COLUMNS).outerjoin(CaseRow, CaseRow.id == ContactRow.case_id)
_ENTRIES = (
    select(*ENTRY_COLUMNS)
    .where(EntryRow.contact_id.in_(bindparam("contacts", expanding=True)))
    .order_by(EntryRow.contact_id, EntryRow.seq)
)
_STORED = (
    select(*STORED_COLUMNS)
    .where(EntryRow.contact_id.in_(bindparam("contacts", expanding=True)))
    .order_by(EntryRow.seq)
)
_RECENT = (
    _LINES.join(ContactIndexRow, ContactIndexRow.contact_id == ContactRow.id)
    .where(
        ContactIndexRow.team_id == bindparam("team"),
        ContactIndexRow.digest == bindparam("of_digest"),
        ContactRow.started_at >= bindparam("since"),
    )
    .order_by(ContactRow.started_at.desc(), ContactRow.id.desc())
    .limit(bindparam("at_most"))
)
_SIGHTINGS = (
    select(
        ContactRow.id.label("c_id"),
        ContactRow.started_at.label("c_started_at"),
        ContactRow.number.label("c_number"),
        ContactRow.data_key.label("c_data_key"),
        ContactRow.seconds_to_human.is_not(None).label("reached"),
    )
    .where(
        ContactRow.team_id == bindparam("team"),
        ContactRow.started_at >= bindparam("since"),
        ContactRow.sid.not_like(f"{OURS}%"),
    )
    .order_by(ContactRow.started_at.desc(), ContactRow.id.desc())
    .limit(bindparam("at_most"))
)


def list_contacts(
    reading: Reading,
    team_id: int,
    filters: Filters = EVERY_CONTACT,
    before: Cursor | None = None,
    limit: int = 50,
    *,
    after: Cursor | None = None,
    urgent_first: bool = False,
) -> tuple[ContactLine, ...]:
    """Return the team's contacts, the newest first, from `before` on; equally fast on every page.

    `after` asks for those that stand just before that contact instead. With `urgent_first` those that
    reached nobody and were not signed off come first, then the others not signed off.
    """
    stored: tuple[Any, ...] = (ContactRow.attention, *_OLDEST) if urgent_first else _OLDEST
    # Few are found and then put in order: reckoned with, attention is no way to look through all of them.
    columns = (ContactRow.attention + 0, *_OLDEST) if urgent_first and _are_few(filters) else stored
    page = _filtered(team_id, filters)
    if before is not None:
        page = page.where(tuple_(*columns) < tuple_(*_bound(before, stored)))
    if after is not None:
        page = page.where(tuple_(*columns) > tuple_(*_bound(after, stored)))
        return _read_lines(reading, page.order_by(*columns).limit(limit))[::-1]
    return _read_lines(reading, page.order_by(*(column.desc() for column in columns)).limit(limit))


def count_contacts(reading: Reading, team_id: int, filters: Filters) -> int:
    """Return how many contacts of the team there are, COUNTED at most."""
    some = select(ContactRow.id).where(*_conditions(team_id, filters)).limit(COUNTED).subquery()
    return reading.conn.scalar(select(func.count()).select_from(some)) or 0


def cursor_of(line: ContactLine) -> Cursor:
    """Return where a page ends whose last contact this is."""
    return Cursor(line.started_at, line.id, line.projection.attention)


def recent_by_number(
    reading: Reading, team_id: int, number: str, since: datetime, limit: int = 20
) -> tuple[ContactLine, ...]:
    """Return the team's contacts from this number since `since`, the newest first."""
    digest = reading.keyring.digest(team_id, number)
    rows = reading.conn.execute(
        _RECENT, {"team": team_id, "of_digest": digest, "since": since, "at_most": limit}
    )
    return tuple(read_line(reading, row) for row in rows)


def list_sightings(reading: Reading, team_id: int, since: datetime, limit: int) -> tuple[Sighting, ...]:
    """Return the contacts that others began since then, at most so many, the newest first."""
    rows: Any = reading.conn.execute(_SIGHTINGS, {"team": team_id, "since": since, "at_most": limit})
    return tuple(_read_sighting(reading, row) for row in rows)


def read_contact(reading: Reading, team_id: int, contact_id: str) -> StoredContact | None:
    """Return the team's contact as the database has it at this moment, damaged or not; None without any."""
    wanted = _LINES.where(ContactRow.team_id == team_id, ContactRow.id == contact_id)
    return next(iter(_gather(reading, reading.conn.execute(wanted).all())), None)


def export_contacts(
    reading: Reading,
    team_id: int,
    filters: Filters = EVERY_CONTACT,
) -> Iterator[StoredContact]:
    """Yield the team's contacts with their entries, the oldest first, never more than a page in memory.

    One whose journal does not verify comes too, with what of it can be read: it hides no other.
    """
    after: Cursor | None = None
    while True:
        page = _filtered(team_id, filters).order_by(*_OLDEST).limit(PAGE)
        if after is not None:
            page = page.where(tuple_(*_OLDEST) > tuple_(*_bound(after, _OLDEST)))
        rows = reading.conn.execute(page).all()
        if not rows:
            return
        yield from _gather(reading, rows)
        after = Cursor(rows[-1].c_started_at, rows[-1].c_id)


def _gather(reading: Reading, rows: Sequence[Any]) -> Sequence[StoredContact]:
    """Return the contacts of these rows with their entries; where one is damaged, with what can be read."""
    try:
        return [_build_contact(reading, row, of) for row, of in _with_entries(reading, rows)]
    except UnreadableSecret:
        if len(rows) > 1:
            return [contact for row in rows for contact in _gather(reading, [row])]
    return [_salvage(reading, rows[0])]


def _salvage(reading: Reading, row: Any) -> StoredContact:
    """Return a damaged contact with those of its entries that are as they were written, and which are not."""
    stored = reading.conn.execute(_STORED, {"contacts": [row.c_id]}).all()
    try:
        key = read_contact_key(reading.keyring, row)
    except UnreadableSecret:
        lost = tuple(entry.seq for entry in stored)
        return StoredContact(**line_fields(row, None), key=None, entries=(), damaged=True, unreadable=lost)
    entries = [(entry, *open_entry(reading, entry, key)) for entry in stored]
    line = read_line(reading, row)
    return StoredContact(
        **{**line_fields(row, None), "number": line.number, "sender": line.sender},
        key=key,
        entries=tuple(
            build_entry(entry, actor, detail) for entry, actor, detail in entries if detail is not DAMAGED
        ),
        damaged=True,
        unreadable=tuple(entry.seq for entry, _, detail in entries if detail is DAMAGED),
    )


def _with_entries(reading: Reading, rows: Sequence[Any]) -> Iterator[tuple[Any, Sequence[Any]]]:
    found = reading.conn.execute(_ENTRIES, {"contacts": [row.c_id for row in rows]})
    entries = {contact: list(of) for contact, of in groupby(found, key=lambda entry: entry.contact_id)}
    yield from ((row, entries.get(row.c_id, ())) for row in rows)


def _build_contact(reading: Reading, row: Any, entries: Sequence[Any]) -> StoredContact:
    key = read_contact_key(reading.keyring, row)
    return StoredContact(**line_fields(row, key), key=key, entries=read_entries(entries, key))


def _read_sighting(reading: Reading, row: Any) -> Sighting:
    try:
        number = decrypt_number(row, read_contact_key(reading.keyring, row))
    except UnreadableSecret:
        number = None  # as if it was withheld: it matches no other
    return Sighting(row.c_id, row.c_started_at, number, row.reached)


def _bound(cursor: Cursor, columns: Sequence[Any]) -> tuple[Any, ...]:
    # Typed like the columns, or the instant would reach the database as the driver spells datetimes.
    return tuple(bindparam(None, getattr(cursor, column.key), type_=column.type) for column in columns)


def _read_lines(reading: Reading, page: Select[Any]) -> tuple[ContactLine, ...]:
    rows = reading.conn.execute(page)
    return tuple(read_line(reading, row) for row in rows)


def _are_few(filters: Filters) -> bool:
    """Whether an index holds those alone that the filters want."""
    return bool(filters.is_open or filters.follow_up or filters.incident or filters.next_due)


def _filtered(team_id: int, filters: Filters) -> Select[Any]:
    return _LINES.where(*_conditions(team_id, filters))


def _conditions(team_id: int, filters: Filters) -> Iterator[ColumnElement[bool]]:
    # A case has few of the team's contacts: reckoned with, the team is no way to find them by.
    yield (ContactRow.team_id if filters.case is None else ContactRow.team_id + 0) == team_id
    if filters.since is not None:
        yield ContactRow.started_at >= filters.since
    if filters.until is not None:
        yield ContactRow.started_at < filters.until
    if filters.states:
        yield ContactRow.state.in_(filters.states)
    if filters.municipality is not None:
        yield CaseRow.municipality == filters.municipality
    if filters.case is not None:
        # A number shared by two cases belongs to neither by itself: such contacts are not of any case.
        named = select(CaseRow.id).where(CaseRow.team_id == team_id, CaseRow.label == filters.case)
        yield ContactRow.case_id == named.scalar_subquery()
    if filters.child is not None:
        yield ContactRow.id.in_(
            select(ContactChildRow.contact_id).where(
                ContactChildRow.team_id == team_id, ContactChildRow.child_id == filters.child
            )
        )
    if filters.answered is not None:
        yield ContactRow.seconds_to_human.is_not(None) == filters.answered
    if filters.ours is False:
        yield ContactRow.sid.not_like(f"{OURS}%")
    # written as the partial indexes are, so that they serve
    if filters.follow_up:
        yield ContactRow.follow_up == true()
    if filters.incident:
        yield ContactRow.incident.is_not(None)
    if filters.next_due:
        yield ContactRow.next_due.is_not(None)
    if filters.unreviewed:
        yield ContactRow.attention > 0
    if filters.is_open is not None:
        yield ContactRow.is_open == filters.is_open
    few = _are_few(filters)
    for column, value in (
        (ContactRow.channel, filters.channel),
        (ContactRow.caller, filters.known),
        (ContactRow.answered_by, filters.answered_by),
        (ContactRow.outcome, filters.outcome),
    ):
        if value is not None:  # reckoned with where there is a shorter way, as above
            yield (func.coalesce(column, null()) if few else column) == value


# -------------------------------------------------------------------------------------- rebuilding

_BATCH = (
    select(ContactRow.id)
    .where(ContactRow.team_id == bindparam("team"), ContactRow.id > bindparam("after"))
    .where(ContactRow.data_key.is_not(None))
    .order_by(ContactRow.id)
    .limit(PAGE)
)


def rebuild_projection(
    db: Database, team_id: int, fold: Callable[[Sequence[Entry]], Projection]
) -> tuple[str, ...]:
    """Rewrite the columns of the team's contacts from their entries; return the ids of those that were wrong.

    Nothing in the service calls this. It stays, with its test, as the repair for the day on which the columns
    and the entries disagree: it is what makes the columns a projection that may be thrown away.
    Calls go on meanwhile: the team's chain is locked for one page of contacts at a time.
    """
    corrected: list[str] = []
    after = ""
    while True:
        with db.writing(team_id) as writing:
            page = writing.conn.scalars(_BATCH, {"team": team_id, "after": after}).all()
            for contact_id in page:
                contact = load_contact(writing, contact_id, team_id)
                if contact is None or contact.erased:
                    continue
                projection = fold(contact.entries)
                moved = restore_link(writing, contact)
                if projection != contact.projection:
                    save_columns(writing, contact.id, projection, contact.entries[-1].seq)
                if moved or projection != contact.projection:
                    corrected.append(contact_id)
        if not page:
            return tuple(corrected)
        after = page[-1]
