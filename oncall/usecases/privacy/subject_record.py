"""What is kept about a family, about a number, or about a member of staff, all of it, to be handed out?"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import bindparam, select

from oncall.alerts.team import Team
from oncall.contacts.search import Filters
from oncall.rota.model import PersonId
from oncall.store.accounts.credentials import Account, accounts_of
from oncall.store.contacts.contacts import StoredContact, load_contact
from oncall.store.contacts.log import export_contacts, recent_by_number
from oncall.store.families.cases import load_case, load_case_key
from oncall.store.journal.entries import STORED_COLUMNS, open_entry, open_notes
from oncall.store.session import Reading, reads_chain
from oncall.store.tables.journal import EntryRow
from oncall.store.team.teams import is_known, load_staff

SINCE_EVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
MOST = 100_000  # contacts of one number

_OF_CASE = (
    select(*STORED_COLUMNS)
    .where(EntryRow.case_id == bindparam("of_case"))
    .order_by(EntryRow.chain, EntryRow.seq)
)


def record_of_case(reading: Reading, team: Team, case_id: str, now: datetime) -> dict[str, Any]:
    """Return everything that is kept about the family: the case, what was written, each contact, who read it.

    Raises LookupError where the team has no such case, or it is erased.
    """
    case = load_case(reading, team.id, case_id)
    if case is None or case.erased:
        raise LookupError(case_id)
    contacts = (each for each in export_contacts(reading, team.id, Filters(case=case.label)))
    return {
        "made_at": now.isoformat(),
        "team": team.name,
        "case": _plain(asdict(case)),
        "journal": _journal_of(reading, team, case_id),
        "contacts": [_describe_contact(contact) for contact in contacts],
        "read": _reads_of(reading, team, case.label),
    }


def record_of_number(reading: Reading, team: Team, number: str, now: datetime) -> dict[str, Any]:
    """Return everything that was said from and to a number, whether it is known or not."""
    lines = recent_by_number(reading, team.id, number, SINCE_EVER, MOST)
    found = (load_contact(reading, line.id, team.id) for line in reversed(lines))
    return {
        "made_at": now.isoformat(),
        "team": team.name,
        "number": number,
        "contacts": [_describe_contact(contact) for contact in found if contact is not None],
    }


def record_of_staff(reading: Reading, team: Team, key: str, now: datetime) -> dict[str, Any]:
    """Return what the team keeps about somebody who is or was of its staff; without what families have said.

    `key` is as the journal has it, also that of an account whose owner never has duty. Raises LookupError
    where the team has nobody of this key, or knows no more who it was.
    """
    account = next((one for one in accounts_of(reading, team.id) if one.key == key), None)
    told = {"made_at": now.isoformat(), "team": team.name, "account": _describe_account(account)}
    if account is not None and account.staff_key is None:
        return told
    everybody = {one.id: one for one, _ in load_staff(reading, team.id)}
    person = everybody.get(PersonId(key))
    if person is None or not is_known(person):
        raise LookupError(key)
    answered = export_contacts(reading, team.id, Filters(answered_by=key))
    return {
        **told,
        "person": _plain(asdict(person)),
        "rota": {
            tier.value: {
                "layers": [layer.id for layer in rota.layers if person.id in layer.participants],
                "overrides": [_plain(asdict(one)) for one in rota.overrides if one.person == person.id],
                "absences": [_plain(asdict(one)) for one in rota.absences if one.person == person.id],
            }
            for tier, rota in team.rotas.items()
        },
        "answered": [{"contact": each.id, "at": each.started_at.isoformat()} for each in answered],
    }


def _describe_account(account: Account | None) -> dict[str, Any] | None:
    if account is None:
        return None
    return {
        "email": account.email,
        "role": account.role,
        "municipality": account.municipality,
        "language": account.language,
        "closed_on": account.closed_on.isoformat() if account.closed_on else None,
        "has_password": account.password is not None,
        "has_code_generator": account.has_totp,
        "passkeys": [{"device": one.name, "used_at": one.used_at.isoformat()} for one in account.passkeys],
    }


def _journal_of(reading: Reading, team: Team, case_id: str) -> list[dict[str, Any]]:
    """Return every entry of the case in either chain: its changes, its brief, and who has read it."""
    key = load_case_key(reading, team.id, case_id)
    return [
        {
            "seq": row.seq,
            "at": row.at.isoformat(),
            "kind": row.kind,
            "by": actor,
            "detail": detail,
        }
        for row in reading.conn.execute(_OF_CASE, {"of_case": case_id})
        for actor, detail in [open_entry(reading, row, key)]
    ]


def _reads_of(reading: Reading, team: Team, label: str) -> list[dict[str, Any]]:
    """Return who has read which contact of the case, and when."""
    found, after = [], 0
    while notes := open_notes(reading, reads_chain(team.id), after):
        after = notes[-1].seq
        found += [
            {"at": note.at.isoformat(), "kind": note.kind, "by": note.actor, "detail": note.detail}
            for note in notes
            if note.detail.get("case") == label
        ]
    return found


def _describe_contact(contact: StoredContact) -> dict[str, Any]:
    return {
        "contact": contact.id,
        "channel": contact.channel,
        "number": contact.number,
        "started_at": contact.started_at.isoformat(),
        "state": contact.projection.state,
        "answered_by": contact.projection.answered_by,
        "entries": [
            {
                "seq": entry.seq,
                "at": entry.at.isoformat(),
                "kind": str(entry.kind),
                "by": entry.actor,
                "detail": entry.detail,
            }
            for entry in contact.entries
        ],
    }


def _plain(value: Any) -> Any:
    """Return the value as JSON can have it."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, Iterable):
        listed = [_plain(each) for each in value]
        return sorted(listed) if isinstance(value, frozenset) else listed
    return str(value)
