"""What is set about the team, all of it on one page, and who has changed it."""

from flask import Blueprint, render_template, request

from oncall.rostering.sections import list_settings
from oncall.rostering.set_up import Level, examine_set_up
from oncall.routes.numbers import read_number
from oncall.routes.rota_telling import REASONS
from oncall.routes.settings_parts import words
from oncall.routes.visitor import visitor
from oncall.routes.web.service import database, now
from oncall.store.credentials import accounts_of
from oncall.store.phone_checks import load_phone_checks
from oncall.store.retention import load_rules
from oncall.store.rota_settings import load_limits, load_special_days

settings = Blueprint("settings", __name__, url_prefix="/settings")

HISTORY_PAGE = 30
settings.context_processor(words)


@settings.get("")
def show() -> str:
    """Everything that is set, with its present state."""
    team = visitor().team
    with database().reading() as reading:
        phones = load_phone_checks(reading, team)
        accounts = [
            one for one in accounts_of(reading, team.id) if one.active and one.staff_key in team.people
        ]
        limits, special = load_limits(reading, team.id), load_special_days(reading, team.id)
        rules = load_rules(reading, team.id)
    findings = examine_set_up(database(), team, now())
    today = now().astimezone(team.zone).date()
    return render_template(
        "settings/overview.html",
        team=team,
        on_call=[one for one in team.people.values() if one.on_call],
        untried=[
            one
            for one in team.people.values()
            if one.on_call and (one.id not in phones or phones[one.id].verified_at is None)
        ],
        accounts=accounts,
        limits=limits,
        special=[day for day in special if day >= today],
        rules=rules,
        errors=[one for one in findings if one.level is Level.ERROR],
        warnings=[one for one in findings if one.level is Level.WARNING],
    )


@settings.get("/history")
def history() -> str:
    """Who has changed which setting and why, the newest first."""
    notes = list_settings(
        database(), visitor().team.id, HISTORY_PAGE + 1, read_number(request.args.get("before", ""))
    )
    return render_template(
        "settings/history.html",
        notes=notes[:HISTORY_PAGE],
        older=notes[HISTORY_PAGE - 1].seq if len(notes) > HISTORY_PAGE else None,
        REASONS=REASONS,
    )
