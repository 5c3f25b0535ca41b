"""Show a therapist's own shifts, and let them swap, confirm and take over."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.rota.model import PersonId, Tier
from oncall.rota.swaps import Span
from oncall.rota.wallclock import utc
from oncall.routes.rota.rota import words
from oncall.routes.web.forms import Form, check_interval, fill, from_now_on
from oncall.routes.web.roles import NotYourRole
from oncall.routes.web.service import database, now, public_url
from oncall.routes.web.visitor import may, visitor
from oncall.routes.wording.shifts import describe_refusal
from oncall.usecases.contacts.handover import read_handover
from oncall.usecases.rota import own_shifts, swaps
from oncall.usecases.rota.editing.swap_rules import RequestRefused
from oncall.usecases.rota.feeds import give_feed, revoke_feed
from oncall.usecases.rota.my_shifts import MyShifts, confirm_shift, read_my_shifts

shifts = Blueprint("shifts", __name__, url_prefix="/shifts")
shifts.context_processor(words)

SHOWN = 12
OF_MY_SHIFT = ("over", "overlaps", "changed")  # what is wrong with the hours that one gives away


def me() -> PersonId:
    """Return who is looking; stop with 403 for somebody who never takes duty."""
    person = visitor().person
    if person is None:
        raise NotYourRole
    return person.id


@shifts.get("")
def show() -> str:
    """The shift that goes on or comes next, requests, and the calendar's address."""
    return _page()


@shifts.post("/take")
def take() -> ResponseReturnValue:
    """The visitor is on duty once they have confirmed; until then whoever was stays so."""
    if request.form.get("step") != "confirm":
        return _page(confirming="take", taken=own_shifts.shift_now(visitor().team, now()))
    return _do(lambda at: own_shifts.take_over(database(), visitor().team.id, me(), at))


@shifts.post("/sick")
def sick() -> ResponseReturnValue:
    """The leader has the visitor's duty at once."""
    return _do(lambda at: own_shifts.fall_sick(database(), visitor().team.id, me(), at))


@shifts.get("/swap")
def swap() -> str:
    """The form by which a colleague is asked to take a shift or a part of it, perhaps for one of theirs."""
    span = _read_span(request.args.get("shift", ""))
    zone = visitor().team.zone
    return _swap_page(span, {**fill("from", span.start, zone), **fill("to", span.end, zone)}, {})


@shifts.post("/ask")
def ask() -> ResponseReturnValue:
    """A colleague is asked, or all of them are."""
    span = _read_span(request.form.get("shift", ""))
    asked, _, back = request.form.get("asked", "").partition(" ")
    whom, in_return = PersonId(asked) if asked else None, _read_span(back) if back else None

    def put(given: Span, at: datetime) -> object:
        return swaps.ask(
            database(), visitor().team.id, me(), given.tier, given.start, given.end, whom, at, in_return
        )

    if "from_day" not in request.form:
        return _do(lambda at: put(span, at))
    fields = dict(request.form.items())
    form = Form(fields, visitor().team.zone)
    start, end = form.instant("from"), form.instant("to")
    start = from_now_on(start, now())
    check_interval(form, start, end, now())
    if whom is None:
        form.refuse("asked", gettext("Choose whom you ask."))
    if form.errors or start is None or end is None:
        return _swap_page(span, fields, form.errors), 422
    try:
        put(Span(span.tier, start, end), now())
    except RequestRefused as fault:
        field = "from_day" if fault.why in OF_MY_SHIFT else "asked"
        return _swap_page(span, fields, {field: describe_refusal(fault.why)}), 422
    session["shifts.done"] = True
    return redirect(url_for(".show"))


@shifts.post("/answer")
def answer() -> ResponseReturnValue:
    """The visitor takes a colleague's shift, or does not."""
    which, yes = request.form.get("request", ""), request.form.get("answer") == "yes"
    return _do(lambda at: swaps.answer(database(), visitor().team.id, which, me(), yes=yes, now=at))


@shifts.post("/approve")
def approve() -> ResponseReturnValue:
    """A leader lets a swap hold, or not."""
    which, yes = request.form.get("request", ""), request.form.get("answer") == "yes"
    return _do(lambda at: swaps.approve(database(), visitor().team.id, which, me(), yes=yes, now=at))


@shifts.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """Nobody is asked any more."""
    which = request.form.get("request", "")
    return _do(lambda at: swaps.withdraw(database(), visitor().team.id, which, me(), at))


@shifts.post("/confirm")
def confirm() -> ResponseReturnValue:
    """The visitor knows of a changed shift."""
    span = _read_span(request.form.get("shift", ""))
    confirm_shift(database(), visitor().team.id, span.tier, span.start, me(), now())
    return redirect(url_for(".show"))


@shifts.post("/feed")
def change_feed() -> ResponseReturnValue:
    """A new calendar address, shown this once; or none any more."""
    team_id, whole_team = visitor().team.id, request.form.get("of") == "team"
    if request.form.get("drop"):
        revoke_feed(database(), team_id, me(), whole_team=whole_team)
        return redirect(url_for(".show"))
    before = _read_mine()
    secret = give_feed(database(), team_id, me(), now(), whole_team=whole_team)
    return _page(before, address=public_url() + url_for("feeds.read", secret=secret))


@shifts.get("/line.vcf")
def line_card() -> Response:
    """The line as a contact card: a phone that knows it rings through at night."""
    team = visitor().team
    numbers = dict.fromkeys((team.voice_line, team.text_line))
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_escape(team.name)}", f"N:{_escape(team.name)};;;;"]
    lines += [f"TEL;TYPE=WORK,VOICE:{number}" for number in numbers]
    body = "\r\n".join([*lines, "END:VCARD", ""])
    headers = {"Content-Disposition": f'attachment; filename="{team.slug}.vcf"'}
    return Response(body, content_type="text/vcard; charset=utf-8", headers=headers)


@shifts.get("/handover")
def handover() -> str:
    """What the incoming therapist must know: who had it, and which contacts are open."""
    return render_template("rota/handover.html", sheet=read_handover(database(), visitor().team.id, now()))


def _do(act: Callable[[datetime], object]) -> ResponseReturnValue:
    """Do it and show the page anew; what cannot be done is said on it."""
    try:
        act(now())
    except RequestRefused as fault:
        return _page(fault=fault.why), 422
    session["shifts.done"] = True
    return redirect(url_for(".show"))


def _page(mine: MyShifts | None = None, **more: object) -> str:
    at = now()
    mine = mine or _read_mine()
    return render_template(
        "rota/shifts.html",
        **{"fault": None, "confirming": None, "address": None, **more},
        mine=mine,
        current=[one for one in mine.shifts if one.shift.start <= at],
        coming=[one for one in mine.shifts if one.shift.start > at][:SHOWN],
        to_approve=mine.to_approve if may("shifts.approve") else (),
        done=session.pop("shifts.done", False),
        at=at,
        phone=mine.phone,
        phone_fault=session.pop("my_phone.fault", None),
        far=at + own_shifts.COMING,
        sentence=describe_refusal(str(more.get("fault") or "")),
    )


def _read_mine() -> MyShifts:
    who = visitor()
    return read_my_shifts(database(), who.team, who.person.id if who.person else None, now())


def _read_span(written: str) -> Span:
    """Return the shift that a button names; stop with 400 for one that no page of ours has."""
    tier, _, interval = written.partition(".")
    try:
        start, end = (utc(datetime.fromisoformat(one)) for one in interval.split("/"))
        return Span(Tier(tier), start, end)
    except (ValueError, OverflowError):
        abort(400, "no such shift")


def _swap_page(span: Span, fields: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "rota/swap.html",
        span=span,
        fields=fields,
        errors=errors,
        exchanges=own_shifts.find_exchanges(visitor().team, me(), span, now()),
    )


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
