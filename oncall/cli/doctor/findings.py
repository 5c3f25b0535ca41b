"""What an examination finds, and how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from oncall.cli.command import say
from oncall.usecases.team.set_up import Level

_STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.ERROR: "bold red"}


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """One thing that was looked at."""

    level: Level
    subject: str  # what was looked at: "clock", "vestfold voice line"
    said: str  # how it is, and what to do where it is not well


def ok(subject: str, said: str) -> DoctorFinding:
    """It is well."""
    return DoctorFinding(Level.OK, subject, said)


def warning(subject: str, said: str) -> DoctorFinding:
    """The line works, and something ought to be done."""
    return DoctorFinding(Level.WARNING, subject, said)


def error(subject: str, said: str) -> DoctorFinding:
    """Families may not get through."""
    return DoctorFinding(Level.ERROR, subject, said)


def show(findings: Iterable[DoctorFinding]) -> list[Level]:
    """Write each finding as soon as it is there; return their levels."""
    levels = []
    for finding in findings:
        levels.append(finding.level)
        said = (finding.level.value.ljust(7), _STYLES[finding.level])
        say(said, f"  {finding.subject:<24} {finding.said}")
    return levels
