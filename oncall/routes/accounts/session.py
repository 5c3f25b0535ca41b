"""Recognise who is signed in, and keep everybody from the pages that are not for them."""

from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from oncall.languages import LANGUAGES
from oncall.routes.privacy.access import require_access
from oncall.routes.web.devices import name_device, name_network
from oncall.routes.web.menu import start_page
from oncall.routes.web.paths import own_path
from oncall.routes.web.roles import NotYourRole, is_door
from oncall.routes.web.service import database, now, public_url, service_of
from oncall.routes.web.visitor import find_visitor, may
from oncall.store.accounts.credentials import Account
from oncall.store.accounts.sign_in import SignedIn
from oncall.usecases.accounts.accounts import choose_language as keep_language
from oncall.usecases.accounts.sessions import Presence, resume, sign_out, start
from oncall.usecases.accounts.sign_in import Asker, By

account = Blueprint("account", __name__)

COOKIE = timedelta(hours=13)  # a little longer than a session: the database says when that has ended
# In the cookie: which session, and the uniquifier of its account when it began. The second has the name that
# Flask-Login gave it: sessions that began before an update go on after it.
SESSION, UNIQUIFIER = "signed_in", "_user_id"
BY_ITSELF = frozenset({"now.live"})  # asked for by a page that is open, not by a human who is there
WHEN_LOCKED = frozenset({"sign_in.unlock", "sign_in.unlock_by_code", "sign_in.unlock_by_passkey"})


def register_account(app: Flask) -> None:
    """Put the guard before all pages, and protect the cookie and every form."""
    settings = service_of(app).settings
    # Only whence a request comes: scheme and host are PUBLIC_URL's, whatever a header says of them. Each
    # proxy adds to the header's end, and what stands before was written by the browser, or by anybody.
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0
    )
    secure = urlsplit(settings.public_url).scheme == "https"
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=COOKIE,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form may lie open for hours
        WTF_CSRF_SSL_STRICT=False,  # asks for a Referer, which our pages forbid the browser to send
    )
    CSRFProtect(app)
    app.before_request(guard)
    app.register_blueprint(account)


# ------------------------------------------------------------------------------------------- guard


def guard() -> ResponseReturnValue | None:
    """Let nobody further than the table of roles says."""
    endpoint = request.endpoint
    if endpoint is not None and is_door(endpoint):
        return None
    presence = recognise(awake=endpoint not in BY_ITSELF)
    if presence is Presence.GONE:
        return None if endpoint is None else _lead_to("sign_in.show")
    if endpoint == "account.leave":
        return None  # without it somebody who has left the team could not even leave the page
    find_visitor()
    if presence is Presence.LOCKED and endpoint not in WHEN_LOCKED:
        return _lead_to("sign_in.unlock")
    if endpoint is None:
        return None
    if not may(endpoint):
        start = start_page()
        if endpoint == "now.show" and start is not None:
            return redirect(url_for(start))
        raise NotYourRole
    return require_access(request.view_args or {})


def recognise(*, awake: bool = True) -> Presence:
    """Say whether the browser that asks is signed in, and its owner there; what has ended is forgotten."""
    if "presence" not in g:
        session_id, found = session.get(SESSION), None
        if session_id is not None:
            found = resume(database(), session_id, session.get(UNIQUIFIER, ""), now(), awake=awake)
            if found is None:
                forget()
        g.signed_in, g.account = (found.session, found.account) if found else (None, None)
        g.presence = found.presence if found else Presence.GONE
    return cast("Presence", g.presence)


def signed_in() -> SignedIn:
    """Return the session that asks; only where one is required."""
    return cast("SignedIn", g.signed_in)


def own_account() -> Account:
    """Return the account that is signed in, as the request found it; only where a session is required."""
    return cast("Account", g.account)


def _lead_to(endpoint: str) -> Response:
    wanted = _standing_on()
    door = url_for(endpoint, next=None if wanted == "/" else wanted)
    if request.headers.get("HX-Request"):  # a part of a page: the whole page must go there
        return Response(status=401, headers={"HX-Redirect": door})
    return redirect(door)  # type: ignore[return-value]


def _standing_on() -> str:
    """Return the page to come back to: what was asked for, or the page whose button was pressed."""
    if request.headers.get("HX-Request"):
        site = public_url()
        return own_path(request.headers.get("HX-Current-URL", "").removeprefix(site))
    if request.method == "GET":
        return request.full_path.rstrip("?")
    contact = (request.view_args or {}).get("contact_id")
    return url_for("contacts.show", contact_id=contact) if contact else "/"


# ---------------------------------------------------------------------------------- in and out again


def asker() -> Asker:
    """Return whence the request comes."""
    device = name_device(request.headers.get("User-Agent", ""))
    return Asker(name_network(request.remote_addr or ""), device)


def let_in(who: Account, how: By) -> None:
    """Sign in the browser that asks."""
    chosen = session.get("language")
    forget()
    session.permanent = True
    session[UNIQUIFIER] = who.uniquifier
    session[SESSION] = start(database(), who, asker(), how, now())
    if language := who.language or chosen:
        session["language"] = language


def forget() -> None:
    """Leave nothing but the language in the browser's cookie."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


@account.post("/sign-out")
def leave() -> ResponseReturnValue:
    """End the session."""
    sign_out(database(), own_account(), session[SESSION], now())
    forget()
    return redirect(url_for("sign_in.show"))


@account.post("/language")
def choose_language() -> ResponseReturnValue:
    """Let the pages speak the chosen language, in this browser and wherever one signs in later."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400, "no such language")
    session["language"] = chosen
    if recognise() is not Presence.GONE:
        keep_language(database(), own_account().id, chosen)
    return redirect(own_path(request.form.get("back", "")))
