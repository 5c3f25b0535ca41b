"""How a command reads its arguments, writes its answer, and says in one line why it cannot go on."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.text import Text

BAD_INPUT = 2  # exit status for what was typed, or set in the environment
FINDINGS = 1  # exit status of a check that has found something
INTERRUPTED = 130
ADDED = "oncall.commands"  # the group of entry points by which other packages add commands


class CannotGoOn(click.ClickException):
    """The command cannot do what it was asked; the text is one line that says what to do instead."""

    exit_code = BAD_INPUT


class Commands(click.Group):
    """A group of commands whose every complaint is one line on standard error."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command and end the process with its exit status."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        try:
            status = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as no_command:
            no_command.show()
            sys.exit(BAD_INPUT)
        except click.ClickException as complaint:
            _complain(complaint)
        except OSError as error:  # such as a full disk, to which the output was led
            _complain(CannotGoOn(f"{error.filename or 'the output'}: {error.strerror}"))
        except click.Abort:
            sys.exit(INTERRUPTED)
        sys.exit(status if isinstance(status, int) else 0)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every command is listed with the whole first sentence of its help, and not with half of it."""
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(limit=1000)) for name, one in commands])


class ExtensibleCommands(Commands):
    """Commands of this package, and those that others add as entry points of the group `ADDED`.

    A command is imported when it is asked for, so that the clock need not hold what all others use. All are
    imported when they are listed, or when one is asked for that is not our own.
    """

    def __init__(self, name: str, modules: Mapping[str, str], **further: Any) -> None:
        """Offer commands, each under the name that it has in its module."""
        super().__init__(name, **further)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name."""
        self._import_all()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None where nobody offers one."""
        if cmd_name in self._modules:
            self._import(cmd_name)
        elif cmd_name not in self.commands:
            self._import_all()
        return super().get_command(ctx, cmd_name)

    def _import(self, name: str) -> None:
        if name not in self.commands:
            self.add_command(getattr(import_module(self._modules[name]), name), name)

    def _import_all(self) -> None:
        for name in self._modules:
            self._import(name)
        for added in entry_points(group=ADDED):
            if added.name not in self.commands:
                self.add_command(added.load(), added.name)


def _complain(complaint: click.ClickException) -> NoReturn:
    text = " ".join(complaint.format_message().split())
    if isinstance(complaint, click.UsageError) and complaint.ctx is not None:
        text += f" (see `{complaint.ctx.command_path} --help`)"
    click.echo(f"oncall: {text}", err=True)
    sys.exit(complaint.exit_code)


def say(*parts: str | tuple[str, str]) -> None:
    """Write one line to standard output, its parts in their styles where that is a terminal."""
    # Made anew each time: standard output is not the same in every test.
    Console(highlight=False, soft_wrap=True).print(Text.assemble(*parts))


class InstantParam(click.ParamType[datetime]):
    """A date or a time as ISO 8601 writes it; one without a zone is meant by the team's clocks."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the instant, still without a zone where none was given."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is not a time such as 2026-05-17T08:00 or 2026-05-17", param, ctx)


def in_utc(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant in UTC, taken by the zone's clocks where it names none itself."""
    try:
        return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        raise CannotGoOn(f"{instant.isoformat()} is outside the years that can be reckoned with") from None
