"""Let a therapist try their own phone, by call and by text, and confirm it."""

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.routes.rota.shifts import me
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.rota.phone_tests import TestUnderWay, confirm_phone, try_phone

my_phone = Blueprint("my_phone", __name__, url_prefix="/shifts/phone")


@my_phone.post("")
def try_it() -> ResponseReturnValue:
    """The visitor's phone gets a text with a code, and rings."""
    try:
        try_phone(database(), visitor().team.id, me(), now())
    except TestUnderWay:
        session["my_phone.fault"] = gettext("Your phone is being tried. Wait a minute before you try again.")
    return redirect(url_for("shifts.show") + "#phone")


@my_phone.post("/code")
def type_code() -> ResponseReturnValue:
    """The visitor types in the code of the text."""
    code = request.form.get("code", "")[:20]
    if not confirm_phone(database(), visitor().team.id, me(), code, now()):
        session["my_phone.fault"] = gettext("This is not the code of the latest text, or it is too old.")
    return redirect(url_for("shifts.show") + "#phone")
