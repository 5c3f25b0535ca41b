"""What do the rota's forms say, and what is wrong with them at which field?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext

from oncall.alerts.team import Team
from oncall.rostering.edits import AddAbsence, ChangeShift, EditRefused, SetLayers
from oncall.rota.model import Layer, PersonId, Tier, Weekday, WeeklyWindow
from oncall.routes.web.forms import Fields, Form, InvalidForm, check_interval, fill, from_now_on

LONGEST_TURN = 366  # days
LONGEST_TEXT = 500  # characters
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


def read_shift(fields: Fields, team: Team, now: datetime) -> ChangeShift:
    """Return the change of a shift that the form asks for; raises InvalidForm."""
    form = Form(fields, team.zone)
    tier, start, end = form.tier(), form.instant("from"), form.instant("to")
    start = from_now_on(start, now)
    check_interval(form, start, end, now)
    if "person" not in fields:
        form.refuse("person", gettext("Choose who it shall be."))
    if form.errors or tier is None or start is None or end is None:
        raise InvalidForm(form.errors)
    return ChangeShift(tier, start, end, PersonId(fields["person"]) if fields["person"] else None)


def read_absence(fields: Fields, team: Team, now: datetime) -> AddAbsence:
    """Return the absence that the form tells of; raises InvalidForm."""
    form = Form(fields, team.zone)
    start, end = from_now_on(form.instant("from"), now), form.instant("to")
    check_interval(form, start, end, now)
    if not fields.get("person"):
        form.refuse("person", gettext("Choose who it is."))
    if form.errors or start is None or end is None:
        raise InvalidForm(form.errors)
    return AddAbsence(PersonId(fields["person"]), start, end)


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


def refusal(fault: EditRefused) -> Mapping[str, str]:
    """Return what is wrong with an edit, by field of its form."""
    sentences = {
        "not_in_team": gettext("This person is not in the team."),
        "not_on_call": gettext("This person is not on call and would never be rung."),
        "answers_in_gaps": gettext("They are named as the one who answers in gaps. Choose who does instead."),
        "last_leader": gettext("Nobody else leads the team. Give somebody else the role first."),
        "absent": gettext("This person is away then. End the absence first, or choose somebody else."),
        "nothing_to_end": gettext("The layers decide here already: there is no change to take back."),
        "past": gettext("This is over: duty that has been cannot be changed."),
        "end_before_start": gettext("The end is not after the start."),
    }
    field = {"from": "from_day", "to": "to_day"}.get(fault.field, fault.field)
    return {field: sentences.get(fault.why, gettext("This cannot be done."))}


def fill_shift(tier: Tier, start: datetime, end: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Return the form's fields for a shift; nobody is chosen yet."""
    return {"tier": tier.value, **fill("from", start, zone), **fill("to", end, zone)}


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
