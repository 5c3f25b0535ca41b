"""How staff sign in and out, and that nobody sees a page that is not for them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import LoginForm, Security, current_user, user_authenticated
from flask_wtf import CSRFProtect

from oncall.casework.accounts import LANES, MEMORY, NORMAL_FORM, ROUNDS, SHORTEST_PASSWORD
from oncall.routes.languages import LANGUAGES
from oncall.routes.roles import NotYourRole, is_door
from oncall.routes.visitor import find_visitor, may
from oncall.store.accounts import open_accounts
from oncall.store.session import Database

account = Blueprint("account", __name__)

SESSION = timedelta(hours=12)  # a night's duty, and a little more
FAILURES_OF_ONE = "5 per minute;30 per hour"  # from one address, for one account
FAILURES_OF_ALL = "60 per minute"  # from one address: a whole municipality may share it


class SignInForm(LoginForm):
    """E-mail and password; a computer that several people use remembers nobody."""

    remember = None  # type: ignore[assignment]


def register_account(app: Flask, db: Database) -> None:
    """Sign-in, sign-out and the guard of all pages are there."""
    secure = urlsplit(app.extensions["oncall.settings"].public_url).scheme == "https"
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION,
        SESSION_REFRESH_EACH_REQUEST=False,  # a page that updates by itself would stay signed in for ever
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form may lie open for hours
        WTF_CSRF_SSL_STRICT=False,  # asks for a Referer, which our pages forbid the browser to send
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__memory_cost": MEMORY,
            "argon2__time_cost": ROUNDS,
            "argon2__parallelism": LANES,
        },
        SECURITY_PASSWORD_NORMALIZE_FORM=NORMAL_FORM,
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST_PASSWORD,
        SECURITY_RETURN_GENERIC_RESPONSES=True,  # whether an account exists is nobody's business
        SECURITY_LOGIN_USER_TEMPLATE="sign_in.html",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_CSRF=True,
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_FRESHNESS=timedelta(seconds=-1),  # nothing asks for the password a second time yet
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_STATIC_FOLDER=None,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    CSRFProtect(app)
    sessions, accounts = open_accounts(db)
    security = Security(app, accounts, login_form=SignInForm)
    security.want_json(lambda _: False)  # one way in, and one kind of answer
    user_authenticated.connect(_keep_for_a_night, app)
    _throttle(app)
    app.before_request(guard)
    app.register_blueprint(account)

    @app.teardown_appcontext
    def forget_accounts(_: BaseException | None) -> None:
        sessions.remove()


def guard() -> ResponseReturnValue | None:
    """Let nobody further than the table of roles says."""
    endpoint = request.endpoint
    if endpoint is not None and is_door(endpoint):
        return None
    if not current_user.is_authenticated:
        return None if endpoint is None else _to_sign_in()
    if endpoint == "security.logout":
        return None  # without it somebody who has left the team could not even leave the page
    g.visitor = find_visitor()
    if endpoint is not None and not may(endpoint):
        raise NotYourRole
    return None


def _to_sign_in() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    if request.headers.get("HX-Request"):  # a part of a page: the whole page must go there
        return Response(status=401, headers={"HX-Redirect": url_for("security.login")})
    page = url_for("security.login", next=None if wanted == "/" else wanted)
    return redirect(page)  # type: ignore[return-value]


def _keep_for_a_night(_: Flask, **__: object) -> None:
    session.permanent = True


def _throttle(app: Flask) -> None:
    """Whoever fails too often waits; in this process's memory, which slows guessing enough for now."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=False)
    sign_in: Callable[..., Any] = app.view_functions["security.login"]
    for limit, key in ((FAILURES_OF_ONE, _address_and_account), (FAILURES_OF_ALL, get_remote_address)):
        sign_in = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=_has_failed)(sign_in)
    app.view_functions["security.login"] = sign_in


def _address_and_account() -> str:
    return f"{get_remote_address()} {request.form.get('email', '').strip().lower()}"


def _has_failed(response: Response) -> bool:
    return response.status_code != 302


@account.post("/language")
def choose_language() -> ResponseReturnValue:
    """The pages speak the chosen language from now on."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400, "no such language")
    session["language"] = chosen
    return redirect(_own_path(request.form.get("back", "")))


def _own_path(path: str) -> str:
    """Return the path where it is one of this site's own, else the start page."""
    parts = urlsplit(path)
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if own and path.isprintable() else "/"
