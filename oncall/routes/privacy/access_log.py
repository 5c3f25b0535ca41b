"""Show the leader who has read what, with what is unusual first."""

from flask import Blueprint, render_template, request

from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.routes.wording.access_log import KINDS, ODDITIES, REASONS
from oncall.usecases.privacy.access_log import read_access_log

access_log = Blueprint("access_log", __name__, url_prefix="/reading")

SHOWN = 100


@access_log.get("")
def show() -> str:
    """Show the reads of four weeks: the unusual, then all, by case or by person."""
    team = visitor().team
    page = read_access_log(database(), team.id, team.zone, now())
    by = request.args.get("by", "person")
    return render_template(
        "privacy/access_log.html",
        page=page,
        by=by,
        groups=page.by_case() if by == "case" else page.by_reader(),
        names=page.names,
        kinds=KINDS,
        why=REASONS,
        oddities=ODDITIES,
        shown=SHOWN,
    )
