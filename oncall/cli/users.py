"""Commands about who may sign in on the pages."""

import sys

import click

from oncall.cli.command import CannotGoOn, say
from oncall.cli.opening import open_data


@click.group
def user() -> None:
    """Look after the accounts of the pages."""


@user.command
@click.argument("address", metavar="[EMAIL]", required=False)
@click.option("--email", metavar="EMAIL", help="The same as EMAIL.")
@click.option("--team", "slug", metavar="TEAM", required=True, help="The team whose pages open.")
@click.option("--staff", metavar="KEY", help="Their key in the team file; none for who never has duty.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(address: str | None, email: str | None, slug: str, staff: str | None, password_stdin: bool) -> None:
    """Let somebody sign in, or give their account a new password.

    The password is asked for on the terminal, twice, or read from the first line of standard input.
    """
    # Imported late: every other command would wait for the sign-in's packages, which it does not use.
    from oncall.casework.accounts import AccountRefused, add_account

    mail = address or email
    if mail is None or (address and email and address != email):
        raise click.UsageError("give one e-mail address")
    password = _read_password() if password_stdin else _ask_password()
    with open_data() as db:
        try:
            is_new = add_account(db, slug, staff, mail, password)
        except AccountRefused as refusal:
            raise CannotGoOn(str(refusal)) from None
    say(f"{mail} can sign in." if is_new else f"{mail} has a new password, and is signed out everywhere.")


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _ask_password() -> str:
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked
