"""Remember who is half signed in: the first step is done, and nothing opens before the second is."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import abort, redirect, session, url_for

from oncall.routes.web.service import database, now
from oncall.store.accounts.credentials import Account
from oncall.usecases.accounts.sign_in import find_unchanged

PATIENCE = timedelta(minutes=15)
_PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Pending:
    """What the browser's cookie holds between the steps."""

    account: int
    step: str  # "code", or "factor": a credential is to be set up
    wanted: str  # the page to go to at the end
    at: str
    uniquifier: str  # that of the account then: a changed way in ends this too
    invitation: str | None = None  # by whose link
    secret: str | None = None  # of the code generator that is being set up


def await_code(who: Account, wanted: str) -> None:
    """Ask for the code, now that the password was right."""
    _keep(Pending(who.id, "code", wanted, now().isoformat(), who.uniquifier))


def await_credential(
    who: Account, wanted: str, invitation: str | None = None, secret: str | None = None
) -> None:
    """Ask for a way in to be set up, before anything else opens."""
    _keep(Pending(who.id, "factor", wanted, now().isoformat(), who.uniquifier, invitation, secret))


def _keep(pending: Pending) -> None:
    session[_PENDING] = asdict(pending)


def pending_account(step: str) -> tuple[Account, Pending]:
    """Return who is at this step; lead to the sign-in where nobody is, or it took too long."""
    kept = session.get(_PENDING)
    pending = Pending(**kept) if kept else None
    if pending is None or pending.step != step or now() - datetime.fromisoformat(pending.at) > PATIENCE:
        abort(redirect(url_for("sign_in.show")))
    account = find_unchanged(database(), pending.account, pending.uniquifier)
    if account is None:
        abort(redirect(url_for("sign_in.show")))
    return account, pending
