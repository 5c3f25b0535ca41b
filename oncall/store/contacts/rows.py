"""Write the rows of a contact: its entries in the team's journal, its columns, and the index of its number.

Nothing here looks whether the columns say what the entries come to. Only `contact_entries` does, and only
it imports this.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, null, select, update

from oncall.contacts.model import Entry
from oncall.contacts.projection import Projection
from oncall.store.contacts.contacts import NewContact, contact_number_place
from oncall.store.journal.appending import append_entries
from oncall.store.keys import DataKey
from oncall.store.prepared import Prepared
from oncall.store.session import Writing
from oncall.store.tables.contacts import ContactIndexRow, ContactRow
from oncall.store.tables.families import CaseRow

_INSERT = Prepared(insert(ContactRow).values(case_id=null()))
_INSERT_WITH_CASE = Prepared(
    insert(ContactRow).values(
        case_id=select(CaseRow.id)
        .where(CaseRow.team_id == bindparam("case_team"), CaseRow.label == bindparam("case_label"))
        .scalar_subquery()
    )
)
_INSERT_INDEX = Prepared(insert(ContactIndexRow))
_SAVE = Prepared(
    update(ContactRow).where(ContactRow.id == bindparam("contact"), ContactRow.team_id == bindparam("team"))
)


def insert_contact(writing: Writing, new: NewContact, projection: Projection, entries: int) -> DataKey:
    """Insert the contact and the index of its number, and return its new data key.

    `entries` is how many entries are appended for it next, in this transaction.
    """
    key = writing.keyring.new_key()
    written, address = new.caller.number or new.caller.sender, new.caller.address
    row: dict[str, Any] = {
        "id": new.id,
        "team_id": writing.team,
        "channel": new.channel,
        "sid": new.sid,
        "caller": new.caller.known,
        "number": key.seal_text(written, contact_number_place(new.id)) if written else None,
        "started_at": new.started_at,
        "data_key": key.wrapped,
        **_columns(projection),
        "last_seq": writing.seq + entries,
    }
    if new.caller.case is None:
        _INSERT.run(writing.conn, row)
    else:
        row.update(case_team=writing.team, case_label=new.caller.case)
        _INSERT_WITH_CASE.run(writing.conn, row)
    if address:
        _INSERT_INDEX.run(
            writing.conn,
            {
                "team_id": writing.team,
                "digest": writing.keyring.digest(writing.team, address),
                "contact_id": new.id,
            },
        )
    return key


def save_projection(writing: Writing, contact_id: str, projection: Projection, last_seq: int) -> None:
    """Save what the contact's entries, up to `last_seq`, come to in its columns."""
    _SAVE.run(
        writing.conn,
        {"contact": contact_id, "team": writing.team, **_columns(projection), "last_seq": last_seq},
    )


def _columns(projection: Projection) -> dict[str, Any]:
    return {
        "state": str(projection.state),
        "is_open": projection.is_open,
        "follow_up": projection.follow_up,
        "ended_at": projection.ended_at,
        "answered_by": projection.answered_by,
        "seconds_to_human": projection.seconds_to_human,
        "engaged": sorted(projection.engaged),
        "escalated": projection.escalated,
        "noted": projection.noted,
        "outcome": projection.outcome,
        "incident": projection.incident,
        "next_due": projection.next_due,
        "attention": projection.attention,
    }


def append(
    writing: Writing, contact_id: str, entries: Sequence[Entry], key: DataKey | None
) -> tuple[Entry, ...]:
    """Append the entries to the team's journal, and return them with their sequence numbers.

    `key` is the contact's data key; None after its erasure, and the details are then not kept.
    """
    return append_entries(writing, entries, key, contact_id=contact_id)
