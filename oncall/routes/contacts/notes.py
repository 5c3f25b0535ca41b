"""What a staff member writes down on a contact's page: note, outcome, incident, family, next step."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from oncall.contacts.note import FIELDS, LONGEST, Channel, NoteText, Outcome, Risk, Severity, read_note
from oncall.routes.accounts.session import recognise
from oncall.routes.contacts.contact import render_contact
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import Visitor, visitor
from oncall.usecases.accounts.sessions import Presence
from oncall.usecases.contacts import notes as acts
from oncall.usecases.line.calls import UnknownContact

notes = Blueprint("notes", __name__, url_prefix="/contacts/<contact_id>")

Choice = TypeVar("Choice", Outcome, Severity)

LONGEST_LINE = 1000  # characters of what is not a note

# What is given back where the session has ended: on which page, and what sends it again.
_WRITTEN = {
    "notes.write": ("contacts/unsent/note.html", "notes.write"),
    "notes.keep": ("contacts/unsent/note.html", "notes.write"),
    "follow_ups.reply": ("contacts/unsent/text.html", "follow_ups.reply"),
    "follow_ups.close": ("contacts/unsent/ending.html", "follow_ups.close"),
}


@notes.post("/note")
def write(contact_id: str) -> ResponseReturnValue:
    """The note is in the journal; where somebody else was quicker, both versions are shown."""
    text, fault = _read()
    if fault:
        acts.keep_draft(database(), visitor().team.id, contact_id, visitor().key, text, _based_on(), now())
        return render_contact(contact_id, fault=fault, field="note"), 422
    try:
        return _do(
            contact_id,
            lambda who: acts.write_note(
                database(), who.team.id, contact_id, who.key, text, _based_on(), now()
            ),
            "note",
        )
    except acts.Overtaken:
        fault = gettext("Somebody else has saved the note meanwhile. Nothing of yours is lost.")
        return render_contact(contact_id, fault=fault, field="note"), 409


@notes.post("/note/draft")
def keep(contact_id: str) -> ResponseReturnValue:
    """What was written so far is kept for the visitor alone; the answer says when."""
    who, at = visitor(), now()
    text, _ = _read()
    try:
        acts.keep_draft(database(), who.team.id, contact_id, who.key, text, _based_on(), at)
    except UnknownContact:
        abort(404)
    if request.headers.get("HX-Request"):
        return render_template("contacts/note/kept.html", at=at)
    return redirect(url_for("contacts.show", contact_id=contact_id, _anchor="note"))


@notes.post("/note/discard")
def discard(contact_id: str) -> ResponseReturnValue:
    """The visitor's draft is gone; the note stays as it is."""
    return _do(contact_id, lambda who: acts.drop_draft(database(), who.team.id, contact_id, who.key), "note")


@notes.post("/outcome")
def record_outcome(contact_id: str) -> ResponseReturnValue:
    """What the contact came to stands in the journal."""
    chosen = _choose("outcome", Outcome)
    return _do(
        contact_id,
        lambda who: acts.record_outcome(database(), who.team.id, contact_id, who.key, chosen, now()),
        "outcomes",
    )


@notes.post("/incident")
def record_incident(contact_id: str) -> ResponseReturnValue:
    """What went wrong stands in the journal, with its severity."""
    severity, what = _choose("severity", Severity), _line("what")
    if severity and not what:
        return _again(contact_id, gettext("Write what went wrong."), "what")
    return _do(
        contact_id,
        lambda who: acts.record_incident(database(), who.team.id, contact_id, who.key, severity, what, now()),
        "incidents",
    )


@notes.post("/next")
def agree_next(contact_id: str) -> ResponseReturnValue:
    """What was agreed with the family stands in the journal, with its day."""
    what = _line("next_what")
    if not what:
        return _again(contact_id, gettext("Write what was agreed."), "next_what")
    try:
        due = date.fromisoformat(request.form.get("due", ""))
    except ValueError:
        return _again(contact_id, gettext("This is not a day. Write it like 2026-03-14."), "due")
    return _do(
        contact_id,
        lambda who: acts.agree_next(database(), who.team.id, contact_id, who.key, what, due, now()),
        "outcomes",
    )


@notes.post("/next/done")
def finish_next(contact_id: str) -> ResponseReturnValue:
    """What was agreed is done."""
    return _do(
        contact_id,
        lambda who: acts.finish_next(database(), who.team.id, contact_id, who.key, now()),
        "outcomes",
    )


@notes.post("/link")
def link(contact_id: str) -> ResponseReturnValue:
    """The contact belongs to the chosen case and children."""
    label, children = request.form.get("case") or None, request.form.getlist("child")
    try:
        return _do(
            contact_id,
            lambda who: acts.link(
                database(), who.team.id, contact_id, who.key, label, children, _line("reason"), now()
            ),
            "family",
        )
    except acts.NoSuchCase:
        return _again(contact_id, gettext("The team has no such case."), "case")


def _do(contact_id: str, act: Callable[[Visitor], None], section: str) -> ResponseReturnValue:
    try:
        act(visitor())
    except UnknownContact:
        abort(404)
    except acts.NothingWritten:
        return _again(contact_id, gettext("Nothing is written yet."), "note")
    return redirect(url_for("contacts.show", contact_id=contact_id, _anchor=section))


def _again(contact_id: str, fault: str, field: str) -> ResponseReturnValue:
    return render_contact(contact_id, fault=fault, field=field, written=request.form), 422


def _read() -> tuple[NoteText, str | None]:
    """Return the note as it was sent, and what is wrong with it, or None."""
    form = request.form
    note = read_note({name: form.get(name, "")[:LONGEST] for name in FIELDS})
    if any(len(form.get(name, "")) > LONGEST for name in FIELDS):
        return note, gettext("A field takes at most %(most)s characters; the rest was cut off.", most=LONGEST)
    if note.channel not in ("", *Channel) or note.risk not in ("", *Risk):
        return NoteText(**{**note.encode(), "channel": "", "risk": ""}), gettext("There is no such choice.")
    return note, None


def _based_on() -> int:
    """Return the version that the writer had before them: the newest where they have seen both."""
    written = request.form.get("over") or request.form.get("based_on", "")
    return read_number(written) or 0


def _choose(field: str, kind: type[Choice]) -> Choice | None:
    written = request.form.get(field, "")
    try:
        return kind(written) if written else None
    except ValueError:
        abort(400, f"{field} has no such choice")


def _line(field: str) -> str:
    return request.form.get(field, "").strip()[:LONGEST_LINE]


# ------------------------------------------------------------------------- a session that has ended


def keep_what_was_written() -> ResponseReturnValue | None:
    """Give back what somebody wrote about a contact and sent without a session: nothing is lost."""
    if request.endpoint not in _WRITTEN or request.method != "POST":
        return None
    presence = recognise()
    if presence is Presence.HERE and _has_token():
        return None
    if request.headers.get("HX-Request"):
        return Response(status=401)  # led away to the sign-in, the page would lose what stands on it
    template, send_to = _WRITTEN[request.endpoint]
    text, _ = _read()
    words = (request.form.get("body") or request.form.get("outcome", "")).strip()
    if text.blank and not words:
        return None
    page = render_template(
        template,
        send_to=send_to,
        way_in=url_for("sign_in.unlock" if presence is Presence.LOCKED else "sign_in.show"),
        signed_in=presence is Presence.HERE,
        text=text,
        based_on=_based_on(),
        words=words,
    )
    return page, 401


def _has_token() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True
