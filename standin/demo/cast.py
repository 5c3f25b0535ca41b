"""Who takes part in the demonstration: sign-ins, lines and phones, read from the team files."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Phone = dict[str, str]  # number, name, role and team, as the simulator reads them


@dataclass(frozen=True)
class SignIn:
    """Somebody of the demo teams whom a visitor may sign in as."""

    team: str
    team_name: str
    person: str  # the staff key
    name: str
    role: str
    phone: str  # on whose page in the simulator the code for signing in stands

    @property
    def email(self) -> str:
        """The address that nobody has: `example` is reserved."""
        return f"{self.person}@{self.team}.example"


@dataclass(frozen=True)
class DemoCast:
    """All who take part, in the order of the files."""

    sign_ins: tuple[SignIn, ...]
    lines: tuple[str, ...]  # NUMBER@TEAM=STATIC, as the simulator reads them
    phones: tuple[Phone, ...]


def read_demo_cast(files: Iterable[Path]) -> DemoCast:
    """Everybody in the team files; a number that several have belongs to the first."""
    teams = [team for file in files for team in tomllib.loads(file.read_text(encoding="utf-8"))["team"]]
    phones = {phone["number"]: phone for team in reversed(teams) for phone in reversed(_phones(team))}
    lines = {
        number: _line(number, team) for team in teams for number in (team["voice_line"], team["text_line"])
    }
    return DemoCast(
        sign_ins=_sign_ins(teams),
        lines=tuple(lines.values()),
        phones=tuple(reversed(phones.values())),
    )


def _sign_ins(teams: list[dict[str, Any]]) -> tuple[SignIn, ...]:
    """A leader and a therapist of the first team, and a leader of each other."""
    found: list[SignIn] = []
    for team in teams:
        leaders = [one for one in team["staff"] if "leader" in one["roles"]]
        therapists = [one for one in team["staff"] if "therapist" in one["roles"] and one not in leaders]
        for role, people in (("leader", leaders), ("therapist", [] if found else therapists)):
            found += [
                SignIn(team["slug"], team["name"], one["key"], one["name"], role, one["phone"])
                for one in people[:1]
            ]
    return tuple(found)


def _line(number: str, team: dict[str, Any]) -> str:
    """A line, and who is rung by the carrier itself while the service fails."""
    fallback = f"={team['static_number']}" if "static_number" in team else ""
    return f"{number}@{team['name']}{fallback}"


def _phones(team: dict[str, Any]) -> list[Phone]:
    """The phones of the team's staff, of its families, and of the services that calls may be handed to."""
    name = team["name"]
    staff = [_phone(one["phone"], one["name"], "staff", name) for one in team["staff"]]
    families = [
        _phone(phone["number"], f"{member['name']} ({case['label']})", "family", name)
        for case in team.get("case", ())
        for member in case.get("member", ())
        for phone in member.get("phones", ())
    ]
    services = [
        _phone(place["last_resort"]["number"], f"Barnevernvakt {place['name']}", "staff", name)
        for place in team.get("municipality", ())
        if "last_resort" in place
    ]
    waves = [wave for ladder in team.get("ladder", ()) for wave in ladder["waves"]]
    fixed = [target for wave in waves for target in wave["ring"] if target.startswith("+")]
    services += [_phone(number, "Fast nummer", "staff", name) for number in fixed]
    if "static_number" in team:
        services.append(_phone(team["static_number"], "Reserve", "staff", name))
    return staff + families + services


def _phone(number: str, name: str, role: str, team: str) -> Phone:
    return {"number": number, "name": name, "role": role, "team": team}
