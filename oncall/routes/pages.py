"""How the pages are put together: languages, headers, errors, and webhooks left in peace."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import flask_babel
from flask import Flask, Request, Response, abort, g, render_template, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)
from werkzeug.exceptions import HTTPException

from oncall.languages import FALLBACK_LANGUAGE, LANGUAGES
from oncall.monitoring import report
from oncall.routes.accounts.enrolment import enrol
from oncall.routes.accounts.own import own
from oncall.routes.accounts.session import register_account
from oncall.routes.accounts.sign_in import sign_in
from oncall.routes.accounts.team import team_accounts
from oncall.routes.contacts.attachments import attachments
from oncall.routes.contacts.check_ins import check_ins
from oncall.routes.contacts.contact import contacts
from oncall.routes.contacts.exports import exports
from oncall.routes.contacts.follow_ups import follow_ups
from oncall.routes.contacts.log import log, write_cursor
from oncall.routes.contacts.notes import keep_what_was_written, notes
from oncall.routes.contacts.now import board
from oncall.routes.contacts.review import review
from oncall.routes.contacts.statistics import statistics
from oncall.routes.contacts.voicemails import voicemails
from oncall.routes.families.briefs import cases_brief
from oncall.routes.families.cases import cases
from oncall.routes.families.edit import cases_edit
from oncall.routes.families.importing import cases_import
from oncall.routes.privacy.access import access
from oncall.routes.privacy.access_log import access_log
from oncall.routes.privacy.retention import retention
from oncall.routes.rota.days import rota_days
from oncall.routes.rota.feeds import feeds
from oncall.routes.rota.hours import rota_hours
from oncall.routes.rota.my_phone import my_phone
from oncall.routes.rota.rota import rota
from oncall.routes.rota.shifts import shifts
from oncall.routes.rota.start import rota_start
from oncall.routes.system import system
from oncall.routes.team.check import settings_check
from oncall.routes.team.ladder import settings_ladder
from oncall.routes.team.line import settings_line
from oncall.routes.team.overview import settings
from oncall.routes.team.staff import settings_staff
from oncall.routes.team.team import settings_team
from oncall.routes.web import languages
from oncall.routes.web.languages import choose_language
from oncall.routes.web.menu import menu
from oncall.routes.web.roles import LEADING, ROLES, NotYourRole
from oncall.routes.web.service import service_of
from oncall.routes.web.visitor import may
from oncall.routes.wording import contacts as contacts_wording
from oncall.routes.wording.families import CASE_WORDS
from oncall.routes.wording.notes import WORDS
from oncall.routes.wording.team import usual_reasons
from oncall.routes.wording.timeline import describe_moment
from oncall.store.keys import UnreadableSecret
from oncall.usecases.people import name_colleague

ACCOUNTS = (sign_in, enrol, own, team_accounts, access, access_log, system)
CONTACTS = (log, contacts, follow_ups, attachments, voicemails, check_ins, notes, review, exports)
CASES = (cases, cases_brief, cases_edit, cases_import, retention)
ROTA = (rota, rota_days, rota_hours, rota_start, shifts, my_phone, feeds)
SETTINGS = (settings, settings_team, settings_staff, settings_line, settings_ladder, settings_check)
OF_THE_ROTA = {each.name for each in ROTA}
ANYWHERE = ZoneInfo("Europe/Oslo")  # whose times an operator reads
WEBHOOKS = ("/voice/", "/text/")
MACHINES = (*WEBHOOKS, "/healthz", "/readyz", "/metrics")

# Features of a browser that no page uses; a page that was tampered with cannot either.
UNUSED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer")
UNUSED_TOO = ("microphone", "midi", "payment", "usb", "xr-spatial-tracking")


def register_pages(app: Flask) -> None:
    """The pages, their languages, headers and errors are there; needs what `create_app` has put."""
    flask_babel.Babel(app, default_locale=FALLBACK_LANGUAGE, locale_selector=choose_language)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        STATES=contacts_wording.STATES,
        ICONS=contacts_wording.ICONS,
        COLOURS=contacts_wording.COLOURS,
        OUTCOMES=contacts_wording.OUTCOMES,
        CONSENTS=contacts_wording.CONSENTS,
        RELATIONS=contacts_wording.RELATIONS,
        LANGUAGES=LANGUAGES,
        language=languages.language,
        may=may,
        menu=menu,
        new_order=lambda: secrets.token_hex(8),
        name_caller=contacts_wording.name_caller,
        name_target=contacts_wording.describe_target,
        summarise=contacts_wording.summarise,
        describe_call=contacts_wording.describe_call,
        describe_objection=contacts_wording.describe_objection,
        describe_moment=describe_moment,
        describe_waiting=contacts_wording.describe_waiting,
        describe_alerts=contacts_wording.describe_alerts,
        usual_reasons=usual_reasons,
        write_age=languages.write_age,
        write_cursor=write_cursor,
        write_date=languages.write_date,
        write_duration=languages.write_duration,
    )
    app.jinja_env.globals.update(WORDS)
    app.jinja_env.globals.update(CASE_WORDS)
    app.context_processor(_of_the_visitor)
    app.before_request(refuse_what_no_text_holds)
    app.before_request(keep_what_was_written)  # before the guard, which would send a note away
    register_account(app)
    for blueprint in (board, statistics, *CONTACTS, *CASES, *ROTA, *SETTINGS, *ACCOUNTS):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(UnreadableSecret, show_damage)
    _spare_webhooks(app)
    _add_headers(app)


def _of_the_visitor() -> dict[str, Any]:
    """What every template knows: who looks, and times as their team's wall clock shows them."""
    visitor, standings = g.get("visitor"), g.get("standings", frozenset())
    zone = visitor.team.zone if visitor else ANYWHERE

    def in_zone(write: Callable[..., str]) -> Callable[[datetime], str]:
        return lambda at: write(at, zone)

    return {
        "visitor": visitor,
        "name_colleague": lambda number: name_colleague(visitor.team, number) if visitor else None,
        "standings": standings,
        "long": in_zone(languages.write_long),
        "short": in_zone(languages.write_short),
        "day": in_zone(languages.write_day),
        "local_day": lambda at: at.astimezone(zone).date(),
        "clock": in_zone(languages.write_clock),
        "second": in_zone(languages.write_second),
    }


def refuse_what_no_text_holds() -> None:
    """Stop with 400 where a NUL stands in the address or in a field, which PostgreSQL cannot keep."""
    written = [value for values in request.values.listvalues() for value in values]
    if any("\0" in each for each in (request.path, *written)):
        abort(400, "a character that no text holds")


def _spare_webhooks(app: Flask) -> None:
    """Nothing that the pages need runs before or after a webhook: no call waits for it or fails by it."""

    def only_for_pages(step: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(step)
        def take(*args: Any) -> Any:
            if request.path.startswith(WEBHOOKS):
                return args[0] if args else None
            return step(*args)

        return take

    for steps in (app.before_request_funcs, app.after_request_funcs):
        steps[None] = [only_for_pages(step) for step in steps.get(None, [])]
    app.session_interface = _VisitorsSessions()


class _CookieSigner(TimestampSigner):
    """Sign cookies, and leave to the database when a session has ended.

    A cookie's age is by the machine's clock: set back, it would refuse what it had just signed.
    """

    def unsign(
        self,
        signed_value: Any,
        max_age: int | None = None,  # noqa: ARG002
        return_timestamp: bool = False,
    ) -> Any:
        """Return what was signed, however old it is."""
        return super().unsign(signed_value, None, return_timestamp)  # type: ignore[call-overload]


class _VisitorsSessions(SecureCookieSessionInterface):
    """Sessions for visitors of pages: the carrier has none."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = _CookieSigner
        return serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if request.path.startswith(WEBHOOKS) else super().open_session(app, request)


# ---------------------------------------------------------------------------------------- headers


def _add_headers(app: Flask) -> None:
    https = urlsplit(service_of(app).settings.public_url).scheme == "https"
    headers = _headers(https=https)

    @app.after_request
    def add_headers(response: Response) -> Response:
        if not request.path.startswith(WEBHOOKS):
            headers.set_headers(response)
            if request.endpoint != "static":  # what is about people stays in no cache
                response.headers["Cache-Control"] = "no-store"
        return response


def _headers(*, https: bool) -> Secure:
    policy = PermissionsPolicy()
    for feature in (*UNUSED, *UNUSED_TOO):
        policy.add_directive(feature)
    return Secure(
        csp=ContentSecurityPolicy()
        .default_src("'self'")
        .img_src("'self'", "data:")  # the design system draws its icons so
        .object_src("'none'")
        .base_uri("'none'")
        .form_action("'self'")
        .frame_ancestors("'none'"),
        hsts=StrictTransportSecurity().max_age(31536000) if https else None,
        referrer=ReferrerPolicy().no_referrer(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=policy,
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )


# ----------------------------------------------------------------------------------------- errors


def show_error(error: HTTPException) -> ResponseReturnValue:
    """Return the page that says what went wrong; to a machine, a line of text."""
    if error.response is not None or (error.code or 500) < 400:
        return error  # a redirect, or an answer that somebody has made already
    code = error.code or 500
    cause = getattr(error, "original_exception", None)
    if cause is not None:
        report(cause, "page")
    response = error.get_response()  # with the headers that belong to the error, such as Allow
    if request.path.startswith(MACHINES):
        response.data = f"{code} {error.name}: {error.description}\n"
        response.content_type = "text/plain; charset=utf-8"
    else:
        what = _name_error(error, code)
        response.data = render_template("error.html", code=code, what=what, why=error.description)
        response.content_type = "text/html; charset=utf-8"
    return response


def show_damage(error: UnreadableSecret) -> ResponseReturnValue:
    """Return the page that says that what it needs was tampered with; the operator is told."""
    report(error, "page")
    return render_template("error.html", code=409, what="damaged", why=""), 409


def _name_error(error: HTTPException, code: int) -> str:
    """Return which sentence tells of the error: of a form, of whom a page is for, or of its number."""
    if isinstance(error, CSRFError):
        return "form"
    if not isinstance(error, NotYourRole):
        return str(code)
    if ROLES.get(request.endpoint or "") == LEADING and request.blueprint in OF_THE_ROTA and may("rota.show"):
        return "leaders"
    return "on_duty" if request.blueprint == shifts.name else "role"
