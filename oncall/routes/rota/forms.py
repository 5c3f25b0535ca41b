"""Read and fill the forms that change a shift or an absence."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext

from oncall.alerts.team import Team
from oncall.rota.duty import shifts
from oncall.rota.model import PersonId, Tier
from oncall.routes.web.forms import Fields, Form, InvalidForm, check_interval, fill, from_now_on
from oncall.usecases.rota.edits import AddAbsence, ChangeShift, EditRefused, EndAbsence, complete_rotas

LONGEST_TEXT = 500  # characters
LONGEST_PREFILL = timedelta(days=31)  # a leader's shift may last for years


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


def read_absence(fields: Fields, team: Team, now: datetime) -> AddAbsence | EndAbsence:
    """Return the absence that the form enters or ends; raises InvalidForm."""
    if fields.get("end"):
        return EndAbsence(fields["end"])
    form = Form(fields, team.zone)
    start, end = from_now_on(form.instant("from"), now), form.instant("to")
    check_interval(form, start, end, now)
    if not fields.get("person"):
        form.refuse("person", gettext("Choose who it is."))
    if form.errors or start is None or end is None:
        raise InvalidForm(form.errors)
    return AddAbsence(PersonId(fields["person"]), start, end)


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


def fill_cell(team: Team, cell: str, at: datetime) -> dict[str, str]:
    """Return the fields for a cell, named "tier.start.end"; without one, for who is on duty now."""
    tier, _, interval = cell.partition(".")
    start, _, end = interval.partition(".")
    which = Tier(tier) if tier in list(Tier) else Tier.DUTY
    if start.isdecimal() and end.isdecimal() and len(start) < 12 and len(end) < 12 and int(start) < int(end):
        begins, ends = (datetime.fromtimestamp(int(one), UTC) for one in (start, end))
        ends = _end_of_cut(team, which, begins, ends)
        return fill_shift(which, max(begins, at), max(ends, at + timedelta(hours=1)), team.zone)
    held = shifts(complete_rotas(team)[which], at, at + LONGEST_PREFILL)[0]
    return fill_shift(which, held.start, held.end, team.zone)


def _end_of_cut(team: Team, tier: Tier, begins: datetime, ends: datetime) -> datetime:
    """Return when the shift of a cell ends that may be cut at the calendar's last midnight."""
    if ends.astimezone(team.zone).time() != time(0):
        return ends
    furthest = ends + LONGEST_PREFILL
    held = shifts(complete_rotas(team)[tier], begins, furthest)[0]
    return held.end if ends < held.end < furthest else ends
