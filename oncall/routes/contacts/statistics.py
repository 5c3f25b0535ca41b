"""What the team's line came to, in figures and the same as plots."""

from datetime import timedelta

from babel.dates import get_day_names
from flask import Blueprint, render_template, request
from flask_babel import get_locale

from oncall.alerts.team import Team
from oncall.contacts.statistics import AIMS, SMALLEST_GROUP, TEXT_AIMS
from oncall.rota.hours import unfair
from oncall.routes.rota.hours import read_period
from oncall.routes.rota.rota import words
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.contacts.statistics import read_figures
from oncall.usecases.rota.hours import count_period

statistics = Blueprint("statistics", __name__)
statistics.context_processor(words)

QUARTER = timedelta(days=90)


@statistics.get("/statistics")
def show() -> str:
    """The figures of the last 90 days, or of the days and the municipality that the address names."""
    team = visitor().team
    today = now().astimezone(team.zone).date()
    first, last, errors = read_period(team, (today - QUARTER, today))
    municipality = visitor().municipality or _chosen(team)
    figures, calls = read_figures(database(), team, first, last, municipality)
    hours, limits = ((), None) if municipality else count_period(database(), team, first, last, calls)
    names = get_day_names("wide", locale=get_locale())
    return render_template(
        "contacts/statistics.html",
        figures=figures,
        municipality=municipality,
        municipalities=[place.name for place in team.municipalities],
        only_own=visitor().municipality is not None,
        first=first,
        last=last,
        errors=errors,
        aims=AIMS,
        text_aims=TEXT_AIMS,
        smallest=SMALLEST_GROUP,
        hours=hours,
        unfair=dict(unfair(hours, limits)) if limits else {},
        weekdays=[str(names[day]) for day in range(7)],
    )


def _chosen(team: Team) -> str | None:
    asked = request.args.get("municipality", "").strip()
    return asked if asked in {place.name for place in team.municipalities} else None
