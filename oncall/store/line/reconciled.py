"""What of the carrier's records the journal knows, and which waiting contacts have lost their clock."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, literal_column, select, union_all

from oncall.contacts.model import State
from oncall.store.jobs.outbox import PENDING
from oncall.store.line.messages import TextMessage
from oncall.store.session import Reading
from oncall.store.tables.contacts import ContactRow, MessageRow
from oncall.store.tables.jobs import JobRow
from oncall.store.tables.journal import EntryRow

_MESSAGES = select(
    MessageRow.sid,
    MessageRow.team_id,
    MessageRow.contact_id,
    MessageRow.about,
    MessageRow.inbound,
    MessageRow.at,
).where(MessageRow.sid.in_(bindparam("sids", expanding=True)))
_CALLS = select(ContactRow.sid).where(
    ContactRow.channel == "voice",
    ContactRow.sid.in_(bindparam("sids", expanding=True)),
)
_EVENTS = select(EntryRow.contact_id, EntryRow.event_key).where(
    EntryRow.contact_id.in_(bindparam("contacts", expanding=True)),
    EntryRow.event_key.in_(bindparam("keys", expanding=True)),
)
_WITHOUT_JOB = select(ContactRow.id, ContactRow.team_id).where(
    ~select(literal_column("1"))
    .where(
        JobRow.contact_id == ContactRow.id,
        JobRow.kind == bindparam("of_kind"),
        JobRow.state == PENDING,
    )
    .exists(),
)
# Two halves with an index each; an agreed call that is due is looked at until somebody has marked it.
_FORGOTTEN = union_all(
    _WITHOUT_JOB.where(ContactRow.follow_up),
    _WITHOUT_JOB.where(ContactRow.is_open, ContactRow.state == State.DUE.value),
)


def known_messages(reading: Reading, sids: Sequence[str]) -> Mapping[str, TextMessage]:
    """Return the texts that we know, by the carrier's name."""
    rows = reading.conn.execute(_MESSAGES, {"sids": list(sids)})
    return {row.sid: TextMessage(*row) for row in rows}


def known_calls(reading: Reading, sids: Sequence[str]) -> frozenset[str]:
    """Return which of the calls we know."""
    return frozenset(reading.conn.scalars(_CALLS, {"sids": list(sids)}))


def known_events(reading: Reading, events: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Return which of these events, each a contact and a key, have been told already."""
    asked = set(events)
    contacts, keys = {contact for contact, _ in asked}, {key for _, key in asked}
    rows = reading.conn.execute(_EVENTS, {"contacts": list(contacts), "keys": list(keys)})
    return frozenset((row.contact_id, row.event_key) for row in rows) & asked


def without_job(reading: Reading, kind: str) -> tuple[tuple[int, str], ...]:
    """Return the contacts that wait for a human though no job of the kind is to be done: team and id."""
    rows = reading.conn.execute(_FORGOTTEN, {"of_kind": kind})
    return tuple((row.team_id, row.id) for row in rows)
