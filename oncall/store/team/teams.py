"""What a team is at this moment: its settings, its people and its rotas, as one version."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from oncall.alerts.team import Person, Role, Team
from oncall.rota.model import Absence, Layer, Override, PersonId, Rota, Tier
from oncall.store.keys import DataKey
from oncall.store.session import Reading, UnknownTeam, Writing, team_chain
from oncall.store.tables.journal import HeadRow
from oncall.store.tables.rota import AbsenceRow, LayerRow, OverrideRow
from oncall.store.tables.team import StaffRow, TeamRow
from oncall.store.team.document import decode_settings, decode_window


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A number on which families reach a team, and what must work without the database."""

    team_id: int
    slug: str
    language: str
    static_number: str | None = field(repr=False)  # rung when the service itself fails
    on_call: bool


_TEAMS = select(TeamRow).order_by(TeamRow.id)
_TEAM = (
    select(TeamRow, HeadRow.version)
    .join(HeadRow, HeadRow.team_id == TeamRow.id)
    .where(TeamRow.id == bindparam("team"), HeadRow.chain == bindparam("chain_name"))
)
_VERSION = select(HeadRow.version).where(HeadRow.chain == bindparam("chain_name"))
_CHANGES = select(func.sum(HeadRow.version))
_STAFF = select(StaffRow).where(StaffRow.team_id == bindparam("team"))
_LAYERS = select(LayerRow).where(LayerRow.team_id == bindparam("team")).order_by(LayerRow.position)
_OVERRIDES = (
    select(OverrideRow).where(OverrideRow.team_id == bindparam("team")).order_by(OverrideRow.position)
)
_ABSENCES = (
    select(AbsenceRow)
    .where(AbsenceRow.team_id == bindparam("team"))
    .order_by(AbsenceRow.start, AbsenceRow.id)
)


def settings_place(slug: str) -> str:
    """Name where a team's settings are sealed."""
    return f"team:{slug}:settings"


def staff_place(team_id: int, key: str, column: str) -> str:
    """Name where a staff member's name or phone is sealed."""
    return f"staff:{team_id}:{key}:{column}"


# ----------------------------------------------------------------------------------- whose number


def all_lines(reading: Reading) -> Mapping[str, TeamLine]:
    """Return every team's voice and text line, to be kept in memory in case the database fails."""
    lines = {}
    for row in reading.conn.execute(_TEAMS):
        document = _open_settings(reading, row)
        line = TeamLine(row.id, row.slug, row.language, document["static_number"], row.on_call)
        lines[document["voice_line"]] = lines[document["text_line"]] = line
    return lines


def count_changes(reading: Reading) -> int:
    """Return how often teams were changed or added, which tells whether lines must be read anew."""
    return reading.conn.scalar(_CHANGES) or 0


def find_team(reading: Reading, slug: str) -> int | None:
    """Return the id of the team of this name, or None."""
    found: int | None = reading.conn.scalar(select(TeamRow.id).where(TeamRow.slug == slug))
    return found


def all_team_ids(reading: Reading) -> tuple[int, ...]:
    """Return every team's id, in ascending order."""
    return tuple(reading.conn.scalars(select(TeamRow.id).order_by(TeamRow.id)))


# --------------------------------------------------------------------------------------- one team


def current_team(writing: Writing) -> Team:
    """Return the team as it is under the lock, without a statement if this process has read it before."""
    cached = writing.teams.get(writing.team)
    if cached is not None and cached.version == writing.team_version:
        return cached
    team = load_team(writing, writing.team)
    if writing.team_version == writing.stored_version:
        # What this transaction has changed is not yet true: it may still be undone.
        writing.teams.put(team.id, team)
    return team


def read_team(reading: Reading, team_id: int) -> Team:
    """Return the team as it is, with one statement if this process has read it before."""
    version = reading.conn.scalar(_VERSION, {"chain_name": team_chain(team_id)})
    cached = reading.teams.get(team_id)
    if cached is not None and cached.version == version:
        return cached
    team = load_team(reading, team_id)
    reading.teams.put(team_id, team)
    return team


def load_team(reading: Reading, team_id: int) -> Team:
    """Return the team from its rows; raises UnknownTeam. People who have left it are not in it."""
    row = reading.conn.execute(_TEAM, {"team": team_id, "chain_name": team_chain(team_id)}).one_or_none()
    if row is None:
        raise UnknownTeam(team_id)
    zone = ZoneInfo(row.zone)
    people = {person.id: person for person, present in load_staff(reading, team_id) if present}
    return Team(
        id=team_id,
        slug=row.slug,
        name=row.name,
        zone=zone,
        language=row.language,
        on_call=row.on_call,
        people=people,
        rotas=_load_rotas(reading, team_id, zone),
        version=row.version,
        **decode_settings(_open_settings(reading, row)),
    )


def open_team_key(reading: Reading, team_id: int) -> DataKey:
    """Return what seals the team's settings and its staff's names and phones; raises UnknownTeam."""
    wrapped = reading.conn.scalar(select(TeamRow.data_key).where(TeamRow.id == team_id))
    if wrapped is None:
        raise UnknownTeam(team_id)
    return reading.keyring.unwrap(wrapped)


def is_known(person: Person) -> bool:
    """Whether it is known who the person is or was: whoever was erased has no phone."""
    return bool(person.phone)


def load_staff(reading: Reading, team_id: int) -> tuple[tuple[Person, bool], ...]:
    """Return everybody who is or was in the team, each with whether they still are.

    Whoever was erased has the name that was put in place of theirs, and no phone.
    """
    key = open_team_key(reading, team_id)
    return tuple(
        (
            Person(
                PersonId(row.key),
                key.open_text(row.name, staff_place(team_id, row.key, "name")),
                key.open_text(row.phone, staff_place(team_id, row.key, "phone")),
                row.language,
                frozenset(Role(role) for role in row.roles),
                row.on_call,
            ),
            row.present,
        )
        for row in sorted(reading.conn.execute(_STAFF, {"team": team_id}), key=lambda row: str(row.key))
    )


def _open_settings(reading: Reading, row: Any) -> Mapping[str, Any]:
    key = reading.keyring.unwrap(row.data_key)
    document: Mapping[str, Any] = json.loads(key.open_text(row.settings, settings_place(row.slug)))
    return document


def _load_rotas(reading: Reading, team_id: int, zone: ZoneInfo) -> Mapping[Tier, Rota]:
    which = {"team": team_id}
    layers: dict[Tier, list[Layer]] = {tier: [] for tier in Tier}
    for layer in reading.conn.execute(_LAYERS, which):
        layers[Tier(layer.tier)].append(
            Layer(
                layer.id,
                tuple(PersonId(person) for person in layer.participants),
                layer.first_handover,
                layer.handover_time,
                layer.turn_days,
                layer.effective_from,
                layer.retired_at,
                tuple(decode_window(window) for window in layer.only),
                tuple(layer.lengths or ()),
            )
        )
    overrides: dict[tuple[Tier, bool], list[Override]] = defaultdict(list)
    for row in reading.conn.execute(_OVERRIDES, which):
        one = Override(row.id, PersonId(row.person), row.start, row.end)
        overrides[Tier(row.tier), row.in_gap].append(one)
    absences = tuple(
        Absence(away.id, PersonId(away.person), away.start, away.end)
        for away in reading.conn.execute(_ABSENCES, which)
    )
    return {
        tier: Rota(
            tier,
            zone,
            tuple(layers[tier]),
            tuple(overrides[tier, False]),
            absences,
            fallbacks=tuple(overrides[tier, True]),
        )
        for tier in Tier
    }
