"""The page of one contact; its address is texted to whoever has answered."""

from flask import Blueprint, abort, render_template

from oncall.casework.contact_log import open_contact
from oncall.routes.visitor import database, now, visitor

contacts = Blueprint("contacts", __name__)


@contacts.get("/contacts/<contact_id>")
def show(contact_id: str) -> str:
    """The contact and what happened in it; who looks is noted."""
    who = visitor()
    at = now()
    page = open_contact(database(), who.team.id, contact_id, who.key, at)
    if page is None:
        abort(404)
    return render_template("contact.html", page=page, at=at)
