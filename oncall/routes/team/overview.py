"""Show everything that is set about the team on one page, and the history of it."""

from flask import Blueprint, render_template, request

from oncall.routes.team.parts import words
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.routes.wording.rota import REASONS
from oncall.usecases.team.overview import read_overview
from oncall.usecases.team.sections import list_settings
from oncall.usecases.team.set_up import Level

settings = Blueprint("settings", __name__, url_prefix="/settings")

HISTORY_PAGE = 30
settings.context_processor(words)


@settings.get("")
def show() -> str:
    """Everything that is set, with its present state."""
    team = visitor().team
    overview = read_overview(database(), team, now())
    return render_template(
        "team/overview.html",
        team=team,
        overview=overview,
        errors=[one for one in overview.findings if one.level is Level.ERROR],
        warnings=[one for one in overview.findings if one.level is Level.WARNING],
    )


@settings.get("/history")
def history() -> str:
    """Who has changed which setting and why, the newest first."""
    notes = list_settings(
        database(), visitor().team.id, HISTORY_PAGE + 1, read_number(request.args.get("before", ""))
    )
    return render_template(
        "team/history.html",
        notes=notes[:HISTORY_PAGE],
        older=notes[HISTORY_PAGE - 1].seq if len(notes) > HISTORY_PAGE else None,
        REASONS=REASONS,
    )
