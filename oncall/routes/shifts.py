"""A therapist's own shifts: what is next, and everything they may do about them."""

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

from oncall.casework.handover import read_handover
from oncall.casework.people import Names, short_names
from oncall.rostering import own_shifts, swaps
from oncall.rostering.changing import LOOK_BACK
from oncall.rostering.own_shifts import coming_shifts
from oncall.rostering.swap_rules import RequestRefused
from oncall.rostering.tell import TIERS as TIER_WORDS
from oncall.rota.feed import Entry, feed_fallbacks, feed_shifts, write_feed
from oncall.rota.model import PersonId, Tier
from oncall.rota.rest import earliest_start
from oncall.rota.swaps import ACCEPTED, OPEN, Span
from oncall.rota.wallclock import utc
from oncall.routes.roles import NotYourRole
from oncall.routes.rota import words
from oncall.routes.visitor import may, visitor
from oncall.routes.web.forms import Form, check_interval, fill, from_now_on
from oncall.routes.web.service import database, now, public_url
from oncall.store import requests
from oncall.store.feeds import drop_feed, feed_of, feeds_of, make_feed
from oncall.store.phone_checks import load_phone_checks
from oncall.store.rota_settings import load_limits
from oncall.store.team_history import load_call_outs
from oncall.store.teams import read_team

shifts = Blueprint("shifts", __name__, url_prefix="/shifts")
shifts.context_processor(words)
feeds = Blueprint("feeds", __name__)  # read by calendar programs, which sign in with their address alone

SHOWN = 12
OF_MY_SHIFT = ("over", "overlaps", "changed")  # what is wrong with the hours that one gives away
IN_GAP = {
    "nb": "svarer, for ingen har {}",
    "nn": "svarar, for ingen har {}",
    "en": "answers, for nobody has {}",
}


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
        return _swap_page(span, fields, {field: _sentence(fault.why)}), 422
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
    with database().writing(visitor().team.id) as writing:
        requests.confirm(writing, span.tier, span.start, me(), now())
    return redirect(url_for(".show"))


@shifts.post("/feed")
def change_feed() -> ResponseReturnValue:
    """A new calendar address, shown this once; or none any more."""
    whole_team = request.form.get("of") == "team"
    with database().writing(visitor().team.id) as writing:
        if request.form.get("drop"):
            drop_feed(writing, me(), whole_team=whole_team)
        else:
            secret = make_feed(writing, me(), now(), whole_team=whole_team)
            base = public_url()
            return _page(address=base + url_for("feeds.read", secret=secret))
    return redirect(url_for(".show"))


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
    return render_template("shifts/handover.html", sheet=read_handover(database(), visitor().team.id, now()))


@feeds.get("/feed/<secret>.ics")
def read(secret: str) -> Response:
    """The shifts behind a calendar address; 404 for one that is none, or dead, or whose owner has left."""
    with database().reading() as reading:
        feed = feed_of(reading, secret)
        team = read_team(reading, feed.team_id) if feed else None
    if feed is None or team is None or feed.person not in team.people:
        abort(404)
    at = now()
    reader = team.people[feed.person]
    named = TIER_WORDS.get(reader.language, TIER_WORDS["nb"])
    people = short_names(team.people.values())
    whose = None if feed.whole_team else feed.person
    instead = IN_GAP.get(reader.language, IN_GAP["nb"])
    entries = [
        Entry(tier, shift, title + (f": {_name(people, shift.person)}" if feed.whole_team else ""))
        for held, write in ((feed_shifts, "{}"), (feed_fallbacks, instead))
        for tier, shift in held(team.rotas, at, whose)
        for title in [write.format(named[tier])]
    ]
    body = write_feed(team.name, entries, team=team.slug, version=team.version, now=at)
    return Response(body, content_type="text/calendar; charset=utf-8")


def _do(act: Callable[[datetime], object]) -> ResponseReturnValue:
    """Do it and show the page anew; what cannot be done is said on it."""
    try:
        act(now())
    except RequestRefused as fault:
        return _page(fault=fault.why), 422
    session["shifts.done"] = True
    return redirect(url_for(".show"))


def _page(**more: object) -> str:
    team, at, person = visitor().team, now(), visitor().person
    mine = coming_shifts(team, person.id, at) if person else ()
    with database().reading() as reading:
        asked = requests.load_requests(reading, team.id, at)
        unconfirmed = requests.load_confirmations(reading, team.id)
        addresses = feeds_of(reading, team.id, person.id) if person else ()
        checks = load_phone_checks(reading, team)
        calls, limits = load_call_outs(reading, team.id, at - LOOK_BACK, at), load_limits(reading, team.id)
    rest = earliest_start(person.id, calls, limits) if person else None
    key = person.id if person else ""
    still = [one for one in asked if one.state in (OPEN, ACCEPTED)]
    return render_template(
        "shifts/mine.html",
        **{"fault": None, "confirming": None, "address": None, **more},
        mine=mine[:SHOWN],
        current=[one for one in mine if one.shift.start <= at],
        coming=[one for one in mine if one.shift.start > at][:SHOWN],
        for_me=[one for one in still if person and one.state == OPEN and one.is_put_to(person.id)],
        my_own=[one for one in still if one.asker == key],
        to_approve=[one for one in still if one.state == ACCEPTED] if may("shifts.approve") else [],
        to_confirm=[one for one in unconfirmed if one.person == key and one.start > at - LOOK_BACK],
        addresses={one.whole_team: one for one in addresses},
        rest=rest if rest and rest > at else None,
        done=session.pop("shifts.done", False),
        at=at,
        phone=checks.get(person.id) if person else None,
        phone_fault=session.pop("my_phone.fault", None),
        far=at + own_shifts.COMING,
        sentence=_sentence(str(more.get("fault") or "")),
    )


def _name(people: Names, person: PersonId | None) -> str:
    return people.get(person, person) if person else ""


def _sentence(why: str) -> str:
    sentences = {
        "already": gettext("You have duty already."),
        "not_on_duty": gettext("You are not on duty now. Use “Can't make it” for a later shift."),
        "nobody": gettext("There is nobody whom this can go to. Ring the leader."),
        "over": gettext("That shift is over."),
        "overlaps": gettext("You have asked about these hours already. Withdraw that first."),
        "changed": gettext("The rota has changed: this is no longer the asker's shift."),
        "return_changed": gettext("The rota has changed: what is given in return is no longer theirs."),
        "not_theirs": gettext("The rota has changed: that is not their shift. Choose another one."),
        "return_overlaps": gettext("Those hours of theirs are in another request already."),
        "they_are_absent": gettext("They are entered as away then."),
        "not_in_team": gettext("This person is not in the team."),
        "never_rung": gettext("This person is not on call and would never be rung."),
        "gone": gettext("This request is no longer open: somebody was faster, or it was withdrawn."),
        "not_asked": gettext("This request is not for you."),
        "absent": gettext("You are entered as away then."),
        "not_on_call": gettext("You are not on call and would never be rung."),
    }
    return str(sentences.get(why, gettext("This cannot be done.")))


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
        "shifts/swap.html",
        span=span,
        fields=fields,
        errors=errors,
        exchanges=own_shifts.find_exchanges(visitor().team, me(), span, now()),
    )


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
