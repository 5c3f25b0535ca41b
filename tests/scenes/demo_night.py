"""All four demo teams on one database, a night that leaves its traces there, and what a thief seeks."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from oncall.rota.duty import next_handover
from oncall.rota.limits import Limits
from oncall.rota.model import Tier
from oncall.store.rota.agreements import save_limits, save_special_days
from oncall.store.rota.feeds import make_feed
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.rota.swaps import ask
from oncall.usecases.team.team_file import load_teams
from standin.drill.cast import NIGHT, TEAM_FILE, Cast, read_cast
from standin.drill.stage.stage import Stage
from standin.simulator.phones.policies import Answer, Decline

OTHER_FILES = sorted(path for path in TEAM_FILE.parent.glob("*.toml") if path != TEAM_FILE)
PRESSES_1 = Answer(after=4).press("1", after_hearing="Trykk 1")
DAUGHTERS_WORDS = "Pappa er full og slår i dørene"
REPLY = "Gå inn til naboen, jeg ringer deg"
PASSWORD = "en lang nok setning"
SPECIAL_DAY = "Sommerfest på Nøtterøy"


class DemoNight(Stage):
    """Vestfold's night; the three other teams are loaded and asleep."""

    def __init__(self, database_url: str) -> None:
        """The teams are there, and Vestfold's phones."""
        super().__init__(database_url, NIGHT)
        self.cast: Cast = read_cast()
        self.team_id = self.add_team(self.cast.team, self.cast.cases)
        for path in OTHER_FILES:
            load_teams(self.service.db, path.read_text(encoding="utf-8"), path.name, NIGHT)

    def play(self) -> None:
        """Somebody is reached, somebody is not, a child writes, and the rota is cared for."""
        line, duty = self.cast.team.voice_line, self.cast.duty
        self.phone(duty.phone).policy = PRESSES_1
        reached = self.phone(self.cast.parent.number).call(line)
        self.run_for(60)
        reached.hang_up()
        self.phone(duty.phone).policy = Decline(after=3)
        missed = self.phone(self.cast.other_parent.number).call(line)
        self.run_for(12)
        missed.hang_up()
        self.phone(self._daughter()).text(self.cast.team.text_line, DAUGHTERS_WORDS)
        self.run_for(5)
        self.phone(duty.phone).text(self.cast.team.text_line, f"{self._code()} {REPLY}")
        self.run_for(90)
        self._care_for_the_rota()
        add_account(self.service.db, self.cast.team.slug, duty.id, self.email, PASSWORD)

    @property
    def email(self) -> str:
        """The address by which duty signs in."""
        return f"{self.cast.duty.id}@tjeneste-vestfold.example"

    def _care_for_the_rota(self) -> None:
        db, team, duty = self.service.db, self.cast.team, self.cast.duty.id
        now = self.carrier.now()
        handover = next_handover(team.rotas[Tier.DUTY], now)
        assert handover is not None
        ask(db, self.team_id, duty, Tier.DUTY, now, handover.at, self.cast.backup.id, now)
        with db.writing(self.team_id) as writing:
            save_limits(writing, Limits(newcomers=frozenset({duty})), now, self.cast.leader.id)
            save_special_days(writing, {date(2026, 6, 20): SPECIAL_DAY}, set(), now, self.cast.leader.id)
            make_feed(writing, duty, now, whole_team=False)

    def _daughter(self) -> str:
        members = (member for case in self.cast.cases for member in case.members)
        return next(
            member.phones[0].number for member in members if member.relation == "child" and member.phones
        )

    def _code(self) -> str:
        bodies = [text.body for text in self.phone(self.cast.duty.phone).texts]
        return next(found[1] for body in reversed(bodies) if (found := re.search(r"Svar (\d{4})", body)))


def secrets_of(night: DemoNight) -> frozenset[str]:
    """Every name, number and word that a thief of the database must not find, in small letters."""
    told = {DAUGHTERS_WORDS, REPLY, SPECIAL_DAY, night.email, PASSWORD}
    for path in (TEAM_FILE, *OTHER_FILES):
        for team in tomllib.loads(path.read_text(encoding="utf-8"))["team"]:
            told |= set(_told_by(team))
    words = {word for text in told for word in re.findall(r"[\w.-]+", text)}
    numbers = {text.removeprefix("+47") for text in told if text.startswith("+")}
    found = {word.lower() for word in told | words | numbers}
    return frozenset(word for word in found if len(word) >= SHORTEST and word not in EVERYDAY)


SHORTEST = 3
EVERYDAY = frozenset({"for", "med", "som", "til", "inn", "mor", "far", "kommune", "example"})


def _told_by(team: dict[str, Any]) -> Iterator[str]:
    yield from (team["name"], team["slug"], team["voice_line"], team["text_line"], team["static_number"])
    for place in team["municipality"]:
        yield place["name"]
        if "last_resort" in place:
            yield place["last_resort"]["number"]
    for person in team["staff"]:
        yield from (person["key"], person["name"], person["phone"])
    for case in team.get("case", ()):
        yield case["label"]
        for member in case.get("member", ()):
            yield member["name"]
            yield from (phone["number"] for phone in member.get("phones", ()))
