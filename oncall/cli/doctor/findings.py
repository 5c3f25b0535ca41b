"""What an examination finds, and how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from oncall.cli.command import say
from oncall.usecases.team.set_up import Level

_STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.ERROR: "bold red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    subject: str  # what was looked at: "clock", "vestfold voice line"
    said: str  # how it is, and what to do where it is not well


def ok(subject: str, said: str) -> Finding:
    """It is well."""
    return Finding(Level.OK, subject, said)


def warning(subject: str, said: str) -> Finding:
    """The line works, and something ought to be done."""
    return Finding(Level.WARNING, subject, said)


def error(subject: str, said: str) -> Finding:
    """Families may not get through."""
    return Finding(Level.ERROR, subject, said)


def show(findings: Iterable[Finding]) -> list[Level]:
    """Write each finding as soon as it is there; return their levels."""
    levels = []
    for finding in findings:
        levels.append(finding.level)
        said = (finding.level.value.ljust(7), _STYLES[finding.level])
        say(said, f"  {finding.subject:<24} {finding.said}")
    return levels
