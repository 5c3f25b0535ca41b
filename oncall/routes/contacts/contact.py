"""The page of one contact; its address is texted to whoever has answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, session

from oncall.alerts.safe_contact import Wish
from oncall.contacts.note import FIELDS, Channel, NoteDraft, NoteText
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.routes.wording.journal import describe_kept
from oncall.usecases.contacts.page import ContactPage, open_contact

contacts = Blueprint("contacts", __name__)

SAID = ("body", "words", "comment", "reason", "outcome", *FIELDS)  # what an entry may say in somebody's words


@contacts.get("/contacts/<contact_id>")
def show(contact_id: str) -> str:
    """The contact and what happened in it; who looks is noted."""
    return render_contact(contact_id)


def render_contact(contact_id: str, refused: Wish | None = None, **more: Any) -> str:
    """Return the page of the contact, with `more` of what it shall show; stop with 404 if there is none.

    `refused` is what safe contact stood against a moment ago.
    """
    who = visitor()
    at = now()
    page = open_contact(database(), who.team.id, contact_id, who.key, at, refused)
    if page is None:
        abort(404)
    return render_template(
        "contacts/contact.html",
        page=page,
        at=at,
        begun=_begin(page),
        describe_kept=describe_kept,
        words_of=_list_words,
        session_fault=session.pop("check_ins.fault", None),
        **more,
    )


def _list_words(detail: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a single entry says that somebody has said or written."""
    note = detail.get("note")
    parts = (detail, note if isinstance(note, Mapping) else {})
    return tuple(str(part[name]) for part in parts for name in SAID if part.get(name))


def _begin(page: ContactPage) -> NoteDraft:
    """Return with what the form of the note begins: the reader's draft, the note, or what the line knows."""
    if page.draft is not None:
        return page.draft
    note = page.record.note
    if note is not None:
        return NoteDraft(note.text, note.seq, note.at)
    channel = Channel.TEXT if page.line.channel == "text" else Channel.CALL
    met_at = _wall_clock(page.line.started_at)
    return NoteDraft(NoteText(met_at=met_at, channel=channel), 0, page.line.started_at)


def _wall_clock(at: datetime) -> str:
    return f"{at.astimezone(visitor().team.zone):%Y-%m-%dT%H:%M}"
