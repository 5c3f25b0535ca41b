"""Show the leader who has read what, with what is unusual first."""

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext

from oncall.casework.access_log import Oddity, read_access_log
from oncall.routes.visitor import visitor
from oncall.routes.web.service import database, now

access_log = Blueprint("access_log", __name__, url_prefix="/reading")

KINDS = {
    "contact_read": lazy_gettext("Contact"),
    "case_read": lazy_gettext("Case"),
    "cases_searched": lazy_gettext("Search among the cases"),
    "brief_read": lazy_gettext("Brief"),
    "attachment_read": lazy_gettext("Picture or file from the family"),
    "voicemail_heard": lazy_gettext("Recording"),
    "export_asked": lazy_gettext("Export, asked for"),
    "export_given": lazy_gettext("Export, given out"),
    "record_taken_out": lazy_gettext("Everything that is kept, given out"),
    "log_read": lazy_gettext("The whole log, on the operator's console"),
    "check_ins_read": lazy_gettext("Agreed calls"),
    "glass_broken": lazy_gettext("Opened a case that is not theirs"),
}
WHY = {
    "own case": lazy_gettext("own case"),
    "on duty": lazy_gettext("on duty"),
    "took part": lazy_gettext("took part in the contact"),
    "still open": lazy_gettext("the contact was open"),
    "no case": lazy_gettext("no known family"),
    "leads": lazy_gettext("leads the team"),
    "reviews": lazy_gettext("reviews for the municipality"),
    "keeps numbers": lazy_gettext("keeps the numbers right"),
    "broke the glass": lazy_gettext("gave a reason"),
}
ODDITIES = {
    Oddity.BROKE_GLASS: lazy_gettext("Not their case"),
    Oddity.MANY_CASES: lazy_gettext("Many cases in a short time"),
    Oddity.NIGHT: lazy_gettext("At night, without duty"),
    Oddity.NOT_OWN: lazy_gettext("Not their own case"),
}
SHOWN = 100


@access_log.get("")
def show() -> str:
    """Show the reads of four weeks: the unusual, then all, by case or by person."""
    team = visitor().team
    page = read_access_log(database(), team.id, team.zone, now())
    by = request.args.get("by", "person")
    return render_template(
        "reading/readings.html",
        page=page,
        by=by,
        groups=page.by_case() if by == "case" else page.by_reader(),
        names=page.names,
        kinds=KINDS,
        why=WHY,
        oddities=ODDITIES,
        shown=SHOWN,
    )
