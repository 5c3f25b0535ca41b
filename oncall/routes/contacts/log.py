"""The log: every contact of the team, narrowed by what stands in the address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from oncall.contacts.note import Outcome
from oncall.contacts.search import Cursor
from oncall.routes.web.forms import YEARS
from oncall.routes.web.service import database
from oncall.routes.web.visitor import visitor
from oncall.usecases.contacts.log import Wanted, Which, read_case_labels, read_log

log = Blueprint("log", __name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CURSOR = re.compile(r"([0-9]{1,16})-([0-9a-f]{32})-([0-2])")
ASKED = ("which", "case", "from", "to", "person", "channel", "outcome", "unreviewed", "incident", "first")
CHANNELS = ("voice", "text")
CHOICES = {"which": list(Which), "outcomes": list(Outcome), "channels": CHANNELS}
LONGEST_LABEL = 80  # characters


class InvalidFilter(Exception):
    """A value in the address cannot be read; the text is the sentence that says so."""

    def __init__(self, field: str, complaint: str) -> None:
        """The field's name in the form, and what is wrong with it."""
        super().__init__(complaint)
        self.field = field


@log.get("/log")
def show() -> tuple[str, int]:
    """Show a page of the log; answer 400 with what is wrong where the address cannot be read."""
    asked = {name: value.strip() for name, value in request.args.items() if value.strip()}
    team, municipality = visitor().team, visitor().municipality
    try:
        wanted = replace(read_wanted(asked), municipality=municipality)
    except InvalidFilter as fault:
        cases = read_case_labels(database(), team.id, municipality)
        asked = label_case(asked, cases)
        return render_template("contacts/log.html", asked=asked, fault=fault, cases=cases, **CHOICES), 400
    page = read_log(database(), team, wanted)
    kept: dict[str, Any] = keep_in_address(asked, page.cases)
    return (
        render_template(
            "contacts/log.html",
            page=page,
            asked=label_case(asked, page.cases),
            cases=page.cases,
            kept=kept,
            wanted=wanted,
            newer=url_for(".show", **kept, after=write_cursor(page.newer)) if page.newer else None,
            older=url_for(".show", **kept, before=write_cursor(page.older)) if page.older else None,
            newest=url_for(".show", **kept) if page.newer else None,
            **CHOICES,
        ),
        200,
    )


def label_case(asked: Mapping[str, str], cases: Mapping[str, str]) -> dict[str, str]:
    """Return what an address asks for, with the case by its label: the address itself names it by its id."""
    case = asked.get("case")
    return {**asked, "case": cases.get(case, case)} if case else dict(asked)


def keep_in_address(asked: Mapping[str, str], cases: Mapping[str, str]) -> dict[str, str]:
    """Return what the next address repeats of what was asked: it stays in histories, so no label is in it."""
    ids = {label: case_id for case_id, label in cases.items()}
    kept = {name: asked[name] for name in ASKED if name in asked}
    return {**kept, "case": ids.get(kept["case"], kept["case"])} if "case" in kept else kept


def read_wanted(asked: Mapping[str, str]) -> Wanted:
    """Return what the address asks for; raises InvalidFilter."""
    first, last = _read_day(asked, "from"), _read_day(asked, "to")
    if first and last and last < first:
        raise InvalidFilter("to", gettext("The last day is before the first."))
    case = asked.get("case")
    if case is not None and len(case) > LONGEST_LABEL:
        raise InvalidFilter("case", gettext("No case has a label as long as this."))
    outcome = _read_choice(asked, "outcome", list(Outcome))
    return Wanted(
        which=Which(_read_choice(asked, "which", list(Which)) or Which.ALL),
        case=case,
        first_day=first,
        last_day=last,
        person=asked.get("person"),
        channel=_read_choice(asked, "channel", CHANNELS),
        outcome=Outcome(outcome) if outcome else None,
        unreviewed="unreviewed" in asked,
        incident="incident" in asked,
        urgent_first=_read_choice(asked, "first", ("urgent", "newest")) == "urgent",
        before=read_cursor(asked, "before"),
        after=read_cursor(asked, "after"),
    )


def _read_choice(asked: Mapping[str, str], field: str, choices: Sequence[str]) -> str | None:
    written = asked.get(field)
    if written is not None and written not in choices:
        raise InvalidFilter(field, gettext("There is no such choice."))
    return written


def _read_day(asked: Mapping[str, str], field: str) -> date | None:
    written = asked.get(field)
    if written is None:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise InvalidFilter(field, gettext("This is not a day. Write it like 2026-03-14."))
    return day


def read_cursor(asked: Mapping[str, str], field: str) -> Cursor | None:
    """Return where a page begins, None where the address does not say; raises InvalidFilter."""
    written = asked.get(field)
    if written is None:
        return None
    match = _CURSOR.fullmatch(written)
    if match is None:
        raise InvalidFilter("before", gettext("The address of this page is damaged."))
    return Cursor(_EPOCH + int(match[1]) * _MICROSECOND, match[2], int(match[3]))


def write_cursor(cursor: Cursor) -> str:
    """Return the cursor as it stands in an address."""
    return f"{(cursor.started_at - _EPOCH) // _MICROSECOND}-{cursor.id}-{cursor.attention}"
