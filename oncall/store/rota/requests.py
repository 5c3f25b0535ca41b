"""Who asks whom to take a shift, and who has yet to say that they know of a change?"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from oncall.rota.model import PersonId, Tier
from oncall.rota.swaps import OPEN, Confirmation, ShiftRequest, Span
from oncall.store.journal.entries import Note, append_notes
from oncall.store.session import Reading, Writing
from oncall.store.tables.rota import ConfirmationRow, ShiftRequestRow

SHIFT_REQUESTED = "shift_requested"
SHIFT_REQUEST_CHANGED = "shift_request_changed"
SHIFT_CONFIRMED = "shift_confirmed"


def add_request(
    writing: Writing,
    tier: Tier,
    start: datetime,
    end: datetime,
    asker: PersonId,
    asked: PersonId | None,
    now: datetime,
    in_return: Span | None = None,
    sick: PersonId | None = None,
) -> ShiftRequest:
    """The request is open, and the journal says who asks."""
    request = ShiftRequest(
        secrets.token_hex(16), tier, start, end, asker, asked, None, OPEN, now, in_return, sick
    )
    row = {
        "id": request.id,
        "team_id": writing.team,
        "tier": tier.value,
        "start": start,
        "end": end,
        "requester": asker,
        "asked": asked,
        "taker": None,
        "state": OPEN,
        "made_at": now,
        "return_tier": in_return.tier.value if in_return else None,
        "return_start": in_return.start if in_return else None,
        "return_end": in_return.end if in_return else None,
        "sick": sick,
    }
    writing.conn.execute(insert(ShiftRequestRow), row)
    append_notes(writing, [Note(now, SHIFT_REQUESTED, asker, _encode(request))])
    return request


def change_request(
    writing: Writing, request: ShiftRequest, state: str, taker: PersonId | None, actor: str, now: datetime
) -> None:
    """The request has come to `state`, and the journal says by whom."""
    writing.conn.execute(
        update(ShiftRequestRow)
        .where(ShiftRequestRow.team_id == writing.team, ShiftRequestRow.id == request.id)
        .values(state=state, taker=taker)
    )
    detail = {"request": request.id, "state": state, "taker": taker}
    append_notes(writing, [Note(now, SHIFT_REQUEST_CHANGED, actor, detail)])


def load_requests(reading: Reading, team_id: int, since: datetime) -> tuple[ShiftRequest, ...]:
    """Return the team's requests for shifts that end after `since`, in order of the shifts."""
    rows = reading.conn.execute(
        select(ShiftRequestRow)
        .where(ShiftRequestRow.team_id == team_id, ShiftRequestRow.end > since)
        .order_by(ShiftRequestRow.start, ShiftRequestRow.made_at)
    )
    return tuple(_request(row) for row in rows)


def load_request(reading: Reading, team_id: int, request_id: str) -> ShiftRequest | None:
    """Return the team's request of this name, or None."""
    row = reading.conn.execute(
        select(ShiftRequestRow).where(ShiftRequestRow.team_id == team_id, ShiftRequestRow.id == request_id)
    ).one_or_none()
    return None if row is None else _request(row)


def _request(row: Any) -> ShiftRequest:
    return ShiftRequest(
        row.id,
        Tier(row.tier),
        row.start,
        row.end,
        PersonId(row.requester),
        None if row.asked is None else PersonId(row.asked),
        None if row.taker is None else PersonId(row.taker),
        row.state,
        row.made_at,
        Span(Tier(row.return_tier), row.return_start, row.return_end) if row.return_tier else None,
        None if row.sick is None else PersonId(row.sick),
    )


def _encode(request: ShiftRequest) -> dict[str, object]:
    return {
        "request": request.id,
        "tier": request.tier.value,
        "start": request.start.isoformat(),
        "end": request.end.isoformat(),
        "asked": request.asked,
        "in_return": _encode_span(request.in_return),
    }


def _encode_span(span: Span | None) -> list[str] | None:
    return [span.tier.value, span.start.isoformat(), span.end.isoformat()] if span else None


# --------------------------------------------------------------------------------- confirmations


def ask_confirmation(writing: Writing, tier: Tier, start: datetime, person: PersonId, now: datetime) -> None:
    """The person is to confirm the shift, anew where they had confirmed it before."""
    which = (
        ConfirmationRow.team_id == writing.team,
        ConfirmationRow.tier == tier.value,
        ConfirmationRow.start == start,
        ConfirmationRow.person == person,
    )
    writing.conn.execute(delete(ConfirmationRow).where(*which))
    row = {"team_id": writing.team, "tier": tier.value, "start": start, "person": person}
    writing.conn.execute(insert(ConfirmationRow), {**row, "asked_at": now, "confirmed_at": None})


def confirm(writing: Writing, tier: Tier, start: datetime, person: PersonId, now: datetime) -> bool:
    """The person has confirmed the shift; False if nobody has asked them, or they have already."""
    done = writing.conn.execute(
        update(ConfirmationRow)
        .where(
            ConfirmationRow.team_id == writing.team,
            ConfirmationRow.tier == tier.value,
            ConfirmationRow.start == start,
            ConfirmationRow.person == person,
            ConfirmationRow.confirmed_at.is_(None),
        )
        .values(confirmed_at=now)
    )
    if done.rowcount != 1:
        return False
    detail = {"tier": tier.value, "start": start.isoformat()}
    append_notes(writing, [Note(now, SHIFT_CONFIRMED, person, detail)])
    return True


def load_confirmations(reading: Reading, team_id: int) -> tuple[Confirmation, ...]:
    """Return which of the team's changed shifts are not confirmed yet, in order of the shifts."""
    rows = reading.conn.execute(
        select(ConfirmationRow)
        .where(ConfirmationRow.team_id == team_id, ConfirmationRow.confirmed_at.is_(None))
        .order_by(ConfirmationRow.start)
    )
    return tuple(
        Confirmation(Tier(row.tier), row.start, PersonId(row.person), row.asked_at, row.confirmed_at)
        for row in rows
    )
