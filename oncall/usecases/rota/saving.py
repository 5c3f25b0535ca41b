"""Preview an edit of the rota, save it, and queue texts to everybody whose duty it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from oncall.alerts.team import Team
from oncall.rota.consequences import AHEAD, Consequences, DutyChange, preview_consequences
from oncall.rota.duty import gaps, next_handover
from oncall.rota.hours import CallOut
from oncall.rota.limits import Limits
from oncall.rota.model import PersonId, Tier
from oncall.store.journal.entries import Note
from oncall.store.rota.agreements import load_limits, load_special_days
from oncall.store.rota.requests import ask_confirmation
from oncall.store.session import Database, Writing
from oncall.store.team.changes import save_team
from oncall.store.team.history import list_changes, load_call_outs
from oncall.store.team.teams import current_team, load_team, read_team
from oncall.usecases.rota.confirmations import plan_confirmation_request
from oncall.usecases.rota.editing.applying import apply_edit
from oncall.usecases.rota.editing.fallbacks import name_fallback, name_lasting_fallback
from oncall.usecases.rota.editing.snapshots import write_snapshot
from oncall.usecases.rota.edits import (
    Edit,
    Exchange,
    NameFallback,
    Restore,
    SetLayers,
    TakeOff,
    complete_rotas,
)
from oncall.usecases.rota.texts.handovers import plan_handovers
from oncall.usecases.rota.texts.staff_texts import queue_change_texts, queue_fallback_texts

LOOK_BACK = timedelta(days=14)  # for contacts that may still be rested from
CONFIRM_WITHIN = timedelta(hours=48)  # changes that begin sooner are to be confirmed by whoever takes over
LONGEST = timedelta(days=370)
MOST_OTHERS = 20  # changes of others that are shown beside an edit
MOST_CHANGES_NOTED = 20  # in the journal, of one edit


class Stale(Exception):
    """Somebody else has changed the team since the form was opened; nothing has been saved."""


class GapNotAccepted(Exception):
    """The edit leaves nobody there for a while, and nobody is named who answers instead."""


class NothingChanged(Exception):
    """The rota is as the edit wants it already."""


@dataclass(frozen=True, slots=True)
class Preview:
    """An edit before it is saved."""

    before: Team
    after: Team
    consequences: Consequences
    limits: Limits
    end: datetime  # how far it was looked at
    special: Mapping[date, str] = field(default_factory=dict)
    comes_back: bool = False  # a gap that the edit leaves may come back with the layers
    others: tuple[Note, ...] = ()  # changes since the form was opened, the newest first


@dataclass(frozen=True, slots=True)
class Saved:
    """An edit that was saved."""

    team: Team  # as it is now
    consequences: Consequences


def preview_edit(db: Database, team_id: int, edit: Edit, now: datetime, since: int | None = None) -> Preview:
    """Return what the edit would change; raises EditRefused. Nothing is saved.

    `since` is the version from which on changes of others are to be shown beside it.
    """
    with db.reading() as reading:
        team = read_team(reading, team_id)
        limits, special = load_limits(reading, team_id), load_special_days(reading, team_id)
        call_outs = load_call_outs(reading, team_id, now - LOOK_BACK, now)
        notes = () if since is None else list_changes(reading, team_id, MOST_OTHERS)
    after = apply_edit(team, edit, now)
    end = _horizon(edit, now)
    found = _preview(team, after, now, end, limits, call_outs)
    others = tuple(one for one in notes if int(str(one.detail.get("version", 0))) > (since or 0))
    return Preview(team, after, found, limits, end, special, _may_recur(edit), others)


def save_edit(
    db: Database,
    team_id: int,
    edit: Edit,
    *,
    actor: str,
    now: datetime,
    seen: int | None = None,
    reason: str = "",
    fallback: PersonId | None = None,
) -> Saved:
    """The edit holds from now on, is in the journal with who and why, and those concerned are told.

    `seen` is the version that the form was made from. `fallback` names who is rung in the gaps that the
    edit leaves; where it changes layers, also in those that come back later. Raises EditRefused, Stale,
    GapNotAccepted or NothingChanged; then nothing is saved.
    """
    with db.writing(team_id) as writing:
        team = current_team(writing)
        if seen is not None and team.version != seen:
            raise Stale
        return save_under_lock(writing, team, edit, actor, now, reason, fallback)


def save_under_lock(
    writing: Writing,
    team: Team,
    edit: Edit,
    actor: str,
    now: datetime,
    reason: str = "",
    fallback: PersonId | None = None,
    *,
    gaps_allowed: bool = False,
) -> Saved:
    """The same, for a use-case that holds the team's lock and has just read it."""
    after = apply_edit(team, edit, now)
    end = _horizon(edit, now)
    found = _preview(team, after, now, end, load_limits(writing, writing.team), ())
    if found.gaps and not gaps_allowed and not isinstance(edit, NameFallback):
        if fallback is None:
            raise GapNotAccepted
        name = name_lasting_fallback if _may_recur(edit) else name_fallback
        after = name(after, [_whole(after, gap, end) for gap in found.gaps], fallback)
    named, unmanned = (fallback, found.gaps) if found.gaps else (None, ())
    if isinstance(edit, NameFallback):
        named, unmanned = edit.person, _gaps_of(after, edit.tier, now, end)
    if not save_team(writing, after, now, actor, _describe(edit, team, found, now, reason, named)):
        raise NothingChanged
    _ask_confirmations(writing, team, found.changes, actor, now)
    queue_change_texts(writing, after, found.changes, actor, now)
    if named:
        queue_fallback_texts(writing, after, unmanned, named, now)
    plan_handovers(writing, after, now)
    # read back: what the store has made of it, under the version that others will see
    stored = replace(load_team(writing, writing.team), version=writing.team_version)
    return Saved(stored, found)


def _describe(
    edit: Edit, before: Team, found: Consequences, now: datetime, reason: str, named: PersonId | None
) -> dict[str, Any]:
    """Return what the journal says of the edit."""
    # The journal keeps the names of these classes: one that is renamed is read no more.
    change: dict[str, Any] = {"edit": type(edit).__name__, "before": write_snapshot(before, now)}
    change["changes"] = [
        [one.tier.value, one.start.isoformat(), one.end.isoformat(), one.before, one.after]
        for one in found.changes[:MOST_CHANGES_NOTED]
    ]
    if isinstance(edit, TakeOff):
        change |= {"setting": "person", "person": edit.person, "leaves": edit.leaves}
    if reason:
        change["reason"] = reason
    if named:
        change["fallback"] = named
    return change


def _ask_confirmations(
    writing: Writing, team: Team, changes: Sequence[DutyChange], actor: str, now: datetime
) -> None:
    """Ask everybody who takes over soon, except the actor, to confirm their new shift."""
    for one in changes:
        soon = one.start < now + CONFIRM_WITHIN
        if soon and one.after is not None and one.after != actor:
            ask_confirmation(writing, one.tier, one.start, one.after, now)
            plan_confirmation_request(writing, team, one.tier, one.start, one.after, now)


def _preview(
    before: Team, after: Team, now: datetime, end: datetime, limits: Limits, calls: tuple[CallOut, ...]
) -> Consequences:
    lead = frozenset(leader.id for leader in before.leaders)
    return preview_consequences(complete_rotas(before), complete_rotas(after), now, end, limits, calls, lead)


def _may_recur(edit: Edit) -> bool:
    return isinstance(edit, SetLayers | Restore | TakeOff)


def _gaps_of(team: Team, tier: Tier, start: datetime, end: datetime) -> tuple[DutyChange, ...]:
    return tuple(
        DutyChange(tier, gap.start, gap.end, None, None)
        for gap in gaps(complete_rotas(team)[tier], start, end)
    )


def _whole(team: Team, gap: DutyChange, end: datetime) -> DutyChange:
    """Return the gap to where it ends, also beyond `end`, up to which the edit was looked at."""
    if gap.end < end:
        return gap
    handover = next_handover(complete_rotas(team)[gap.tier], gap.start, LONGEST)
    return replace(gap, end=handover.at if handover else gap.start + LONGEST)


def _horizon(edit: Edit, now: datetime) -> datetime:
    reaches = (
        max(edit.given.end, edit.returned.end) if isinstance(edit, Exchange) else getattr(edit, "end", now)
    )
    return min(max(now + AHEAD, reaches + timedelta(days=7)), now + LONGEST)
