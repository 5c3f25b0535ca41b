"""What a team file says about who is on duty when."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from oncall.rota.edit import first_instant
from oncall.rota.model import (
    LONGEST_TURN,
    Absence,
    Layer,
    Override,
    PersonId,
    Rota,
    Tier,
    Weekday,
    WeeklyWindow,
)
from oncall.teamfile import values
from oncall.teamfile.table import Table

Part = TypeVar("Part", Layer, Override)

FROM_FILE = "file-"
"""How the identifiers of what a team file has written begin; the rest is made of what it says."""

_NO_DAY = date(2000, 1, 1)  # stands in for a date that could not be read
_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


def read_rotas(team: Table, people: Collection[PersonId], zone: ZoneInfo) -> dict[Tier, Rota]:
    """Return the rotas of all three tiers; each layer is in force from its first handover on."""
    absences = _read_absences(team, people)
    layers = _read_layers(team, people)
    overrides = _read_overrides(team, people)
    rotas: dict[Tier, Rota] = {}
    for tier in Tier:
        rota = Rota(tier, zone, overrides=_of(tier, overrides), absences=absences)
        own = (
            replace(layer, id=f"{tier}-{number}", effective_from=first_instant(layer, rota))
            for number, layer in enumerate(_of(tier, layers), start=1)
        )
        rotas[tier] = replace(rota, layers=tuple(own))
    return rotas


def read_window(table: Table) -> WeeklyWindow:
    """Return hours on some weekdays; no days named are all seven."""
    days = frozenset(table.each("days", values.choice(Weekday))) or frozenset(Weekday)
    window = WeeklyWindow(
        days, table.need("from", values.clock, time(8)), table.need("to", values.clock, time(20))
    )
    table.finish()
    return window


def _read_layers(team: Table, people: Collection[PersonId]) -> list[tuple[Tier, Layer]]:
    layers = []
    for table in team.tables("layer"):
        participants = tuple(map(PersonId, table.some("participants", values.one_of(people, "person"))))
        turn_days, lengths = _read_turns(table)
        layer = Layer(
            id="",
            participants=participants,
            first_handover=table.need("first_handover", values.day, _NO_DAY),
            handover_time=table.need("handover_time", values.clock, time(8)),
            turn_days=turn_days,
            effective_from=_NO_MOMENT,
            only=tuple(read_window(window) for window in table.tables("only")),
            lengths=lengths,
        )
        layers.append((table.need("tier", values.choice(Tier), Tier.DUTY), layer))
        table.finish()
    return layers


def _read_turns(table: Table) -> tuple[int, tuple[int, ...]]:
    """Return the usual length of a turn and, where they differ, that of each participant's own."""
    usual: tuple[int, ...] = (7,)
    turns = table.need("turn_days", values.whole_or_several(1, LONGEST_TURN), usual)
    people = table.length("participants")
    if people and len(turns) not in (1, people):
        table.fault(
            "turn_days",
            f"one number for all, or one for each of the {people} participants, not {len(turns)}",
        )
    return turns[0], turns if len(set(turns)) > 1 else ()


def _read_overrides(team: Table, people: Collection[PersonId]) -> list[tuple[Tier, Override]]:
    overrides: list[tuple[Tier, Override]] = []
    for table in team.tables("override"):
        tier = table.need("tier", values.choice(Tier), Tier.DUTY)
        person, start, end = _read_interval(table, people)
        override = Override(_identify(tier, person, start, end), person, start, end)
        if (tier, override) in overrides:
            table.fault("person", "the very same override is in the file already")
        overrides.append((tier, override))
        table.finish()
    return overrides


def _read_absences(team: Table, people: Collection[PersonId]) -> tuple[Absence, ...]:
    absences: list[Absence] = []
    for table in team.tables("absence"):
        person, start, end = _read_interval(table, people)
        absence = Absence(_identify("absence", person, start, end), person, start, end)
        if absence in absences:
            table.fault("person", "the very same absence is in the file already")
        absences.append(absence)
        table.finish()
    return tuple(absences)


def _read_interval(table: Table, people: Collection[PersonId]) -> tuple[PersonId, datetime, datetime]:
    person = PersonId(table.need("person", values.one_of(people, "person"), ""))
    start = table.need("start", values.moment, _NO_MOMENT)
    end = table.need("end", values.moment, start + timedelta(days=1))
    if end <= start:
        table.fault("end", "must be later than the start")
    return person, start, end


def _identify(what: str, person: PersonId, start: datetime, end: datetime) -> str:
    said = f"{what} {person} {start.isoformat()} {end.isoformat()}"
    return FROM_FILE + hashlib.sha256(said.encode()).hexdigest()[:12]


def _of(tier: Tier, parts: Sequence[tuple[Tier, Part]]) -> tuple[Part, ...]:
    return tuple(part for its_tier, part in parts if its_tier is tier)
