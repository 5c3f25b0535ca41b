"""Commands about who may sign in on the pages."""

import sys
from datetime import timedelta

import click

from oncall.cli.command import CannotGoOn, say
from oncall.cli.opening import open_data, read_settings, who_am_i
from oncall.usecases.accounts.accounts import AccountRefused, add_account
from oncall.usecases.accounts.enrolment import invite as invite_to
from oncall.usecases.accounts.enrolment import make_set_up_code
from oncall.usecases.accounts.invitation_links import NotOpen, make_link
from oncall.usecases.accounts.team import close_by_address
from oncall.usecases.timekeeping import read_present

ROLES = ("administrator", "reviewer", "operator")
LONGEST_INVITATION = 14 * 24  # hours


@click.group
def user() -> None:
    """Look after the accounts of the pages."""


_team = click.option("--team", "slug", metavar="TEAM", help="Whose pages open; none for an operator.")
_staff = click.option("--staff", metavar="KEY", help="Their key in the team file; none without duty.")
_role = click.option("--role", type=click.Choice(ROLES), help="What they are, where they have no key.")
_place = click.option("--municipality", metavar="NAME", help="Whose cases a reviewer reads.")


@user.command
@click.argument("address", metavar="[EMAIL]", required=False)
@click.option("--email", metavar="EMAIL", help="The same as EMAIL.")
@_team
@_staff
@_role
@_place
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--totp-stdin", is_flag=True, help="Read the key of their code generator from its next line.")
def add(
    address: str | None,
    email: str | None,
    slug: str | None,
    staff: str | None,
    role: str | None,
    municipality: str | None,
    password_stdin: bool,
    totp_stdin: bool,
) -> None:
    """Let somebody sign in, or give their account a new password.

    The password is asked for on the terminal, twice, or read from the first line of standard input. A
    second step is set up at the first sign-in, unless they have a code generator whose key you give.
    """
    mail = address or email
    if mail is None or (address and email and address != email):
        raise click.UsageError("give one e-mail address")
    password = _read_line() if password_stdin else _ask_password()
    key = _read_line() if totp_stdin else None
    with open_data() as db:
        try:
            is_new = add_account(
                db, slug, staff, mail, password, role=role, municipality=municipality, totp_secret=key
            )
        except AccountRefused as refusal:
            raise CannotGoOn(str(refusal)) from None
    say(f"{mail} can sign in." if is_new else f"{mail} has a new password, and is signed out everywhere.")


@user.command
@_team
@_staff
@_role
@_place
@click.option(
    "--hours",
    type=click.IntRange(1, LONGEST_INVITATION),
    default=72,
    show_default=True,
    help="How long the link is good.",
)
def invite(
    slug: str | None, staff: str | None, role: str | None, municipality: str | None, hours: int
) -> None:
    """Print a link by which somebody makes their own account, once.

    For a member of staff who has an account it opens that account anew: what opened it before is void as
    soon as the link is used.
    """
    settings = read_settings()
    with open_data(settings) as db:
        try:
            made = invite_to(
                db,
                slug,
                staff,
                "console",
                read_present(db),
                role=role,
                municipality=municipality,
                lasts=timedelta(hours=hours),
            )
        except AccountRefused as refusal:
            raise CannotGoOn(str(refusal)) from None
        say(make_link(db, made, settings.public_url))


@user.command
@click.argument("email", metavar="EMAIL")
def close(email: str) -> None:
    """Let nobody sign in with an account any more, and sign out who is.

    Of an operator nothing is kept; the e-mail of somebody of a team goes by the team's rule for who has left.
    """
    with open_data() as db:
        try:
            erased = close_by_address(db, email, who_am_i(), read_present(db))
        except NotOpen:
            raise CannotGoOn(f"nobody has an account of the address {email}") from None
    say(f"Nobody signs in as {email} any more{', and the address is erased' if erased else ''}.")


@user.command("setup-code")
def set_up_code() -> None:
    """Print a code with which the first leader signs in, while nobody can."""
    settings = read_settings()
    with open_data(settings) as db:
        code = make_set_up_code(db, read_present(db))
    if code is None:
        raise CannotGoOn(
            "somebody can sign in already: leaders invite on the page, and `oncall user invite` too"
        )
    say(f"{code} lets the first leader in at {settings.public_url}/set-up, within 24 hours.")


def _read_line() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _ask_password() -> str:
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked
