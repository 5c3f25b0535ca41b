"""Read and fill the forms of the rota's layers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from flask_babel import gettext

from oncall.alerts.team import Team
from oncall.rota.model import LONGEST_TURN, Layer, PersonId, Tier, Weekday, WeeklyWindow
from oncall.routes.web.forms import Fields, Form, InvalidForm
from oncall.usecases.rota.edits import NameFallback, SetLayers

MOST_PARTICIPANTS = 40
WEEKNIGHTS = (
    WeeklyWindow(
        frozenset({Weekday.SUN, Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU}), time(20), time(8)
    ),
)
WEEKENDS = (  # from Friday evening until Monday
    WeeklyWindow(frozenset({Weekday.FRI}), time(20), time(0)),
    WeeklyWindow(frozenset({Weekday.SAT, Weekday.SUN}), time(0), time(0)),
)


def read_layers(fields: Fields, team: Team, at: datetime) -> SetLayers | NameFallback:
    """Return the edit of a tier's layers that a form asks for; raises InvalidForm."""
    if fields.get("tier") in list(Tier) and "answers" in fields:
        return NameFallback(Tier(fields["tier"]), PersonId(fields["answers"]))
    if fields.get("tier") in list(Tier) and (fields.get("remove") or fields.get("raise")):
        tier = Tier(fields["tier"])
        standing = list(standing_layers(team, tier))
        chosen = [
            n for n, one in enumerate(standing) if one.id in (fields.get("remove"), fields.get("raise"))
        ]
        for place in chosen[:1]:
            layer = standing.pop(place)
            if fields.get("raise"):
                standing.insert(place + 1, layer)
        return SetLayers({tier: tuple(standing)})
    return read_layer(fields, team, at)


def read_layer(fields: Fields, team: Team, now: datetime) -> SetLayers:
    """Return the tier's layers with the form's layer among them, in the place of the one edited."""
    form = Form(fields, team.zone)
    tier = form.tier()
    participants = read_participants(form)
    first, clock = form.day("first_day"), form.clock("handover_time")
    turn = form.number("turn_days", 1, LONGEST_TURN)
    lengths = _read_lengths(form, turn)
    only = _read_hours(form)
    if form.errors or tier is None or first is None or clock is None or turn is None:
        raise InvalidForm(form.errors)
    layer = Layer("", participants, first, clock, turn, now, None, only, lengths)
    standing = standing_layers(team, tier)
    edited = fields.get("layer", "")
    if edited and edited not in [one.id for one in standing]:
        raise InvalidForm({"form": gettext("This layer has been changed or retired meanwhile.")})
    changed = tuple(replace(layer, id=one.id) if one.id == edited else one for one in standing)
    return SetLayers({tier: changed if edited else (*standing, layer)})


def read_participants(form: Form) -> tuple[PersonId, ...]:
    """Return the people in the order of the fields `turn-1`, `turn-2` and so on; empty ones are left out."""
    chosen = [form.fields.get(f"turn-{n}", "") for n in range(1, MOST_PARTICIPANTS + 1)]
    if not any(chosen):
        form.refuse("turn-1", gettext("Choose at least one person."))
    return tuple(PersonId(key) for key in chosen if key)


def _read_lengths(form: Form, usual: int | None) -> tuple[int, ...]:
    """Return how long each one's turn is; empty where all are as long."""
    chosen = [n for n in range(1, MOST_PARTICIPANTS + 1) if form.fields.get(f"turn-{n}")]
    lengths = [
        form.number(f"days-{n}", 1, LONGEST_TURN) if form.fields.get(f"days-{n}", "").strip() else usual
        for n in chosen
    ]
    told = tuple(length for length in lengths if length is not None)
    return told if any(length != usual for length in told) else ()


def standing_layers(team: Team, tier: Tier) -> tuple[Layer, ...]:
    """Return the layers of a tier that are in force or planned, the lowest first."""
    rota = team.rotas.get(tier)
    return tuple(layer for layer in rota.layers if layer.retired_at is None) if rota else ()


def _read_hours(form: Form) -> tuple[WeeklyWindow, ...]:
    match form.fields.get("hours", "all"):
        case "all":
            return ()
        case "nights":
            return WEEKNIGHTS
        case "weekends":
            return WEEKENDS
        case "own":
            days = frozenset(day for day in Weekday if f"day-{day}" in form.fields)
            start, until = form.clock("hours_from"), form.clock("hours_until")
            if not days:
                form.refuse("hours", gettext("Choose at least one weekday."))
            return (WeeklyWindow(days, start, until),) if start is not None and until is not None else ()
        case _:
            form.refuse("hours", gettext("There is no such choice."))
            return ()


def fill_layer(layer: Layer, tier: Tier) -> dict[str, str]:
    """Return the form's fields for a layer."""
    fields = {
        "tier": tier.value,
        "layer": layer.id,
        "first_day": layer.first_handover.isoformat(),
        "handover_time": layer.handover_time.strftime("%H:%M"),
        "turn_days": str(layer.turn_days),
        "hours": "all",
    }
    fields |= {f"turn-{n}": person for n, person in enumerate(layer.participants, start=1)}
    fields |= {
        f"days-{n}": str(days) for n, days in enumerate(layer.lengths, start=1) if days != layer.turn_days
    }
    if layer.only:
        window = layer.only[0]
        fields |= {f"day-{day}": "on" for day in window.days}
        fields |= {
            "hours_from": window.start.strftime("%H:%M"),
            "hours_until": window.until.strftime("%H:%M"),
        }
        fields["hours"] = _name_hours(layer.only)
    return fields


def _name_hours(only: Sequence[WeeklyWindow]) -> str:
    return "weekends" if tuple(only) == WEEKENDS else "nights" if tuple(only) == WEEKNIGHTS else "own"
