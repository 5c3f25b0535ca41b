"""Check my set-up: each thing that the line depends on, whether it is well, and what to do."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from oncall.routes.team.parts import words
from oncall.routes.web.service import database, now, settings
from oncall.routes.web.visitor import visitor
from oncall.routes.wording.contacts import join_names
from oncall.routes.wording.rota import describe_rota_finding, name_of
from oncall.usecases.line.lost_calls import (
    MAY_NOT_CALL,
    TEXT_ELSEWHERE,
    VOICE_ELSEWHERE,
    WITHOUT_FALLBACK,
    ask_about_lines,
)
from oncall.usecases.team.set_up import Level, SetUpFinding, Subject, examine_set_up

settings_check = Blueprint("settings_check", __name__, url_prefix="/settings/check")
settings_check.context_processor(words)

SUBJECTS = {
    Subject.TEAM: lazy_gettext("Team"),
    Subject.LEADER: lazy_gettext("Leader"),
    Subject.ROTA: lazy_gettext("Rota"),
    Subject.PHONES: lazy_gettext("Phones"),
    Subject.LADDER: lazy_gettext("Ladder of calls"),
    Subject.MUNICIPALITIES: lazy_gettext("Emergency services"),
    Subject.STATIC_NUMBER: lazy_gettext("Reserve number"),
    Subject.LINES: lazy_gettext("Numbers at the carrier"),
    Subject.CLOCK: lazy_gettext("The service's clock"),
    Subject.ACCOUNTS: lazy_gettext("Sign-in"),
}
PLACES = {  # where it is mended
    Subject.TEAM: "settings_team.show",
    Subject.LEADER: "settings_staff.show",
    Subject.ROTA: "rota.show",
    Subject.PHONES: "settings_staff.show",
    Subject.LADDER: "settings_ladder.show",
    Subject.MUNICIPALITIES: "settings_team.show_municipalities",
    Subject.STATIC_NUMBER: "settings_line.show",
    Subject.ACCOUNTS: "team_accounts.show",
}
LEVELS = {  # what each is called, its colour and its drawing
    Level.OK: (lazy_gettext("Well"), "success", "done"),
    Level.WARNING: (lazy_gettext("Ought to be mended"), "warning", "wait"),
    Level.ERROR: (lazy_gettext("Families may not get through"), "danger", "warn"),
}


@settings_check.get("")
def show() -> str:
    """Each thing that was looked at, the worst first."""
    findings = examine_set_up(database(), visitor().team, now(), _last_resort())
    return render_template(
        "team/check.html",
        findings=findings,
        subjects=SUBJECTS,
        places=PLACES,
        levels=LEVELS,
        Level=Level,
        Subject=Subject,
        describe=describe_set_up_finding,
        at=now(),
    )


@settings_check.post("")
def ask() -> ResponseReturnValue:
    """The carrier is asked anew where the numbers lead; the page shows it as soon as it has answered."""
    ask_about_lines(database(), now())
    return redirect(url_for(".show", asked=1))


def _last_resort() -> str | None:
    number: str | None = settings().last_resort_number
    return number


def describe_set_up_finding(finding: SetUpFinding) -> str:
    """Return how it is, and what to do where it is not well."""
    names = join_names([name_of(person) for person in finding.people])
    if finding.shortfall is not None:
        return describe_rota_finding(finding.shortfall)
    match finding.subject, finding.level:
        case Subject.TEAM, Level.OK:
            return str(gettext("The team takes calls."))
        case Subject.TEAM, _:
            return str(
                gettext("The team is being set up: nobody is warned of gaps. Say so when it takes calls.")
            )
        case Subject.LEADER, Level.OK:
            return str(gettext("Somebody leads the team."))
        case Subject.LEADER, _:
            return str(gettext("Nobody has the role of leader. Give it to somebody."))
        case Subject.ROTA, _:
            return str(gettext("No gap and no double booking in the weeks ahead."))
        case Subject.PHONES, Level.OK:
            return str(gettext("Everybody who is rung has confirmed their phone."))
        case Subject.PHONES, Level.WARNING:
            return str(gettext("Not confirmed: %(names)s. Try their phones.", names=names))
        case Subject.PHONES, _:
            return str(
                gettext(
                    "Not confirmed: %(names)s, and somebody of them has duty within two days.", names=names
                )
            )
        case Subject.LADDER, Level.OK:
            return str(gettext("A call from an unknown number rings somebody."))
        case Subject.LADDER, _:
            return str(
                gettext("A call from an unknown number rings nobody. Add whoever is on duty, or everyone.")
            )
        case Subject.MUNICIPALITIES, Level.OK:
            return str(gettext("Every municipality has a service that takes calls when the team cannot."))
        case Subject.MUNICIPALITIES, _:
            places = join_names(list(finding.places))
            return str(
                gettext(
                    "No agreement on record for %(places)s: callers there hear that the team is alerted.",
                    places=places,
                )
            )
        case Subject.STATIC_NUMBER, Level.OK:
            return str(gettext("Is set: it is rung when the service itself fails."))
        case Subject.STATIC_NUMBER, Level.WARNING:
            return str(gettext("Is not set: the operator's number is rung when the service itself fails."))
        case Subject.STATIC_NUMBER, _:
            return str(gettext("Is not set: when the service itself fails, nobody is rung. Name one."))
        case Subject.CLOCK, Level.OK:
            return str(gettext("Goes."))
        case Subject.CLOCK, Level.ERROR:
            return str(
                gettext("Is silent, and nothing stands in for it. Tell whoever runs the service at once.")
            )
        case Subject.CLOCK, _:
            return str(gettext("Is silent: a web process stands in for it. Tell whoever runs the service."))
        case Subject.ACCOUNTS, Level.OK:
            return str(gettext("Everybody who is rung can sign in."))
        case Subject.ACCOUNTS, _:
            return str(gettext("Cannot sign in: %(names)s. Invite them.", names=names))
        case _:
            return _describe_lines(finding)


def _describe_lines(finding: SetUpFinding) -> str:
    if finding.at is None:
        return str(gettext("The carrier has not been asked yet where the numbers lead."))
    faults = {
        VOICE_ELSEWHERE: gettext("calls to the number do not lead to us"),
        TEXT_ELSEWHERE: gettext("texts to the number do not lead to us"),
        WITHOUT_FALLBACK: gettext("no reserve is set at the carrier for when we fail"),
        MAY_NOT_CALL: gettext("the account may not call a country where one of your phones is"),
    }
    if finding.faults:
        said = "; ".join(faults.get(fault, fault) for fault in finding.faults)
        return str(gettext("At the last look: %(faults)s. Tell whoever runs the service.", faults=said))
    if finding.level is Level.WARNING:
        return str(gettext("Were right at the last look, which is more than a day old."))
    return str(gettext("Lead to us."))
