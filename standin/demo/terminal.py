"""What a visitor reads on the terminal while the demonstration runs."""

from itertools import groupby
from typing import Any

from honcho.manager import SYSTEM_PRINTER_NAME
from honcho.printer import Printer

from standin.demo.cast import SignIn


class Terminal(Printer):  # type: ignore[misc]  # honcho brings no type hints
    """Shows what the processes write, and none of their manager's own words: how they start and stop."""

    def write(self, message: Any) -> None:
        """The message is on the terminal, if it is of a process."""
        if message.name != SYSTEM_PRINTER_NAME:
            super().write(message)


def welcome(pages: str, phones: str, command: str, sign_ins: tuple[SignIn, ...], password: str) -> str:
    """What is open, and what to try first."""
    first, *others = sign_ins
    width = max(len(who.email) for who in sign_ins)
    lines = [
        "",
        "  The line is open. Ctrl-C stops it; `make fresh` forgets everything and starts over.",
        "",
        f"  1. The phones: {phones}",
        f'     Press "Call": a family of {first.team_name} calls, and the phone of whoever has duty rings.',
        "     Answer there and press 1: the two talk. Or let it ring, and see who is rung next, and when.",
        "",
        f"  2. The pages: {pages}",
        f"     Sign in as {first.email} with the password {password}",
        f"     It then asks for the code that {first.name}'s phone shows, on the page with the phones.",
        "     The first shows who has duty, and the call while it goes on; the log tells what happened.",
        "     They speak the team's language; others are at the foot of every page.",
        "",
        f"  3. The commands, in another terminal: {command} now",
        f"     Or {command} log --team {first.team} --format text, rota check, doctor, journal verify.",
        "",
        "  Others to sign in as, with the same password and the code on their own phone:",
    ]
    for team, people in groupby(others, key=lambda who: who.team_name):
        lines += [f"     {who.email:<{width}}   {who.name}, {who.role}, {team}" for who in people]
    return "\n".join([*lines, ""])
