"""How a team becomes what its leader has decided, without changing what was."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError

from oncall.alerts.team import Person, Team
from oncall.contacts.model import JournalDetail
from oncall.rota.model import Absence, Layer, Override, Rota, Tier
from oncall.store.columns import to_json
from oncall.store.journal.entries import Note, append_notes
from oncall.store.keys import DataKey
from oncall.store.session import Transaction, Writing, reads_chain, team_chain
from oncall.store.tables.families import NumberIndexRow
from oncall.store.tables.rota import AbsenceRow, LayerRow, OverrideRow
from oncall.store.tables.team import LineRow, StaffRow, TeamRow
from oncall.store.team.document import encode_settings, encode_window
from oncall.store.team.leaving import part_with
from oncall.store.team.teams import load_staff, load_team, open_team_key, settings_place, staff_place

TEAM_CHANGED = "team_changed"

Interval = TypeVar("Interval", Override, Absence)


class LineTaken(Exception):
    """A number on which families shall reach this team leads to another team already."""


def add_team(transaction: Transaction, team: Team) -> int:
    """The team is there with its lines and its chains, but without people yet; return its id.

    Raises LineTaken. What else `team` holds comes by `save_team`, in the same transaction.
    """
    key = transaction.keyring.new_key()
    row = {"slug": team.slug, "data_key": key.wrapped, **_team_columns(team, key)}
    team_id = transaction.conn.execute(insert(TeamRow).returning(TeamRow.id), row).scalar_one()
    transaction.start_chain(team_chain(team_id), team_id)
    transaction.start_chain(reads_chain(team_id), team_id)
    _save_lines(transaction, team_id, team)
    return team_id


def save_team(
    writing: Writing, team: Team, at: datetime, actor: str | None = None, change: JournalDetail | None = None
) -> bool:
    """The team is as given, and the journal says who changed it at `at`; False if it was so already.

    What has begun stays: a layer that is missing in `team` is retired at `at`, an override or absence
    ends at `at`, a person who is missing has left, with everything that opened to them. Raises LineTaken.
    In this order:

    1. settings and lines, 2. staff, 3. the three rotas, 4. the version, and the entry in the journal.
    """
    stored = load_team(writing, writing.team)
    wanted = _carry_over(_complete(team, stored), stored, at)
    if wanted == stored:
        return False
    key = open_team_key(writing, writing.team)
    writing.conn.execute(_UPDATE_TEAM, {"team": writing.team, **_team_columns(wanted, key)})
    _save_lines(writing, writing.team, wanted)
    _save_staff(writing, wanted.people.values(), key)
    left = stored.people.keys() - wanted.people.keys()
    part_with(writing, sorted(left), at.astimezone(wanted.zone).date(), at, actor)
    _save_rotas(writing, wanted.rotas.values())
    writing.team_version += 1
    append_notes(
        writing, [Note(at, TEAM_CHANGED, actor, {"version": writing.team_version, **(change or {})})]
    )
    return True


# ----------------------------------------------------------------------------- what is over stays


def _complete(team: Team, stored: Team) -> Team:
    """Return the team with all three rotas, the absences in each of them, as `load_team` gives it."""
    given = {tier: team.rotas.get(tier, Rota(tier, team.zone)) for tier in Tier}
    absences = {absence.id: absence for rota in given.values() for absence in rota.absences}
    ordered = tuple(sorted(absences.values(), key=lambda absence: (absence.start, absence.id)))
    rotas = {tier: replace(rota, zone=team.zone, absences=ordered) for tier, rota in given.items()}
    return replace(team, id=stored.id, slug=stored.slug, rotas=rotas, version=stored.version)


def _carry_over(wanted: Team, stored: Team, at: datetime) -> Team:
    """Return the team with everything of the stored rotas that has begun, ended at `at` at the latest."""
    rotas = {}
    for tier, rota in wanted.rotas.items():
        before = stored.rotas[tier]
        rotas[tier] = replace(
            rota,
            layers=_retire_missing(before.layers, rota.layers, at) + rota.layers,
            overrides=_end_missing(before.overrides, rota.overrides, at) + rota.overrides,
            fallbacks=_end_missing(before.fallbacks, rota.fallbacks, at) + rota.fallbacks,
            absences=tuple(
                sorted(
                    _end_missing(before.absences, rota.absences, at) + rota.absences,
                    key=lambda absence: (absence.start, absence.id),
                )
            ),
        )
    return replace(wanted, rotas=rotas)


def _retire_missing(stored: Sequence[Layer], given: Sequence[Layer], at: datetime) -> tuple[Layer, ...]:
    kept = {layer.id for layer in given}
    return tuple(
        layer if layer.retired_at is not None and layer.retired_at <= at else replace(layer, retired_at=at)
        for layer in stored
        if layer.id not in kept and layer.effective_from < at
    )


def _end_missing(stored: Sequence[Interval], given: Sequence[Interval], at: datetime) -> tuple[Interval, ...]:
    kept = {interval.id for interval in given}
    return tuple(
        replace(interval, end=min(interval.end, at))
        for interval in stored
        if interval.id not in kept and interval.start < at
    )


# ------------------------------------------------------------------------------------------- rows

_UPDATE_TEAM = update(TeamRow).where(TeamRow.id == bindparam("team"))
_UPDATE_PERSON = update(StaffRow).where(
    StaffRow.team_id == bindparam("team"), StaffRow.key == bindparam("person")
)


def _team_columns(team: Team, key: DataKey) -> dict[str, Any]:
    return {
        "name": team.name,
        "zone": team.zone.key,
        "language": team.language,
        "on_call": team.on_call,
        "settings": key.seal_text(to_json(encode_settings(team)), settings_place(team.slug)),
    }


def _save_lines(transaction: Transaction, team_id: int, team: Team) -> None:
    transaction.conn.execute(delete(LineRow).where(LineRow.team_id == team_id))
    digests = {transaction.keyring.line_digest(number) for number in (team.voice_line, team.text_line)}
    try:
        transaction.conn.execute(
            insert(LineRow), [{"digest": digest, "team_id": team_id} for digest in sorted(digests)]
        )
    except IntegrityError as error:
        raise LineTaken(team.slug) from error


def _save_staff(writing: Writing, people: Iterable[Person], key: DataKey) -> None:
    known = {person.id for person, _ in load_staff(writing, writing.team)}
    present = {person.id: person for person in people}
    added = [
        _person_columns(writing.team, person, key) for who, person in present.items() if who not in known
    ]
    if added:
        writing.conn.execute(insert(StaffRow), added)
    for who in known & present.keys():
        columns = _person_columns(writing.team, present[who], key)
        writing.conn.execute(_UPDATE_PERSON, {"team": writing.team, "person": who, **columns})
    writing.conn.execute(
        delete(NumberIndexRow).where(
            NumberIndexRow.team_id == writing.team, NumberIndexRow.staff_key.is_not(None)
        )
    )
    if present:
        index = [
            {
                "team_id": writing.team,
                "digest": writing.keyring.digest(writing.team, person.phone),
                "member_number_id": None,
                "staff_key": person.id,
            }
            for person in present.values()
        ]
        writing.conn.execute(insert(NumberIndexRow), index)


def _person_columns(team_id: int, person: Person, key: DataKey) -> dict[str, Any]:
    return {
        "team_id": team_id,
        "key": person.id,
        "name": key.seal_text(person.name, staff_place(team_id, person.id, "name")),
        "phone": key.seal_text(person.phone, staff_place(team_id, person.id, "phone")),
        "language": person.language,
        "roles": sorted(role.value for role in person.roles),
        "on_call": person.on_call,
        "present": True,
        "left_on": None,
        "held_since": None,
        "erased_at": None,
    }


def _save_rotas(writing: Writing, rotas: Iterable[Rota]) -> None:
    layers: list[dict[str, Any]] = []
    overrides: list[dict[str, Any]] = []
    absences: dict[str, dict[str, Any]] = {}
    for rota in rotas:
        placed = {"team_id": writing.team, "tier": rota.tier.value}
        for position, layer in enumerate(rota.layers):
            layers.append({**placed, "position": position, **_layer_columns(layer)})
        for in_gap, held in ((False, rota.overrides), (True, rota.fallbacks)):
            for position, one in enumerate(held):
                place = {**placed, "position": position, "in_gap": in_gap}
                overrides.append({**place, **_interval_columns(one)})
        for absence in rota.absences:  # the same in every tier
            absences[absence.id] = {"team_id": writing.team, **_interval_columns(absence)}
    tables: tuple[tuple[Any, list[dict[str, Any]]], ...] = (
        (LayerRow, layers),
        (OverrideRow, overrides),
        (AbsenceRow, list(absences.values())),
    )
    for table, rows in tables:
        writing.conn.execute(delete(table).where(table.team_id == writing.team))
        if rows:
            writing.conn.execute(insert(table), rows)


def _layer_columns(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "participants": list(layer.participants),
        "first_handover": layer.first_handover,
        "handover_time": layer.handover_time,
        "turn_days": layer.turn_days,
        "effective_from": layer.effective_from,
        "retired_at": layer.retired_at,
        "only": [encode_window(window) for window in layer.only],
        "lengths": list(layer.lengths) or None,
    }


def _interval_columns(interval: Override | Absence) -> dict[str, Any]:
    return {"id": interval.id, "person": interval.person, "start": interval.start, "end": interval.end}
