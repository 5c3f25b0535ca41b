"""Serve shifts to calendar programs, which sign in by their address alone."""

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, abort

from oncall.alerts.wording.rota import title_shift
from oncall.rota.feed import FeedEvent, feed_fallbacks, feed_shifts, write_feed
from oncall.routes.web.service import database, now
from oncall.usecases.people import short_names
from oncall.usecases.rota.feeds import FeedSource, read_feed

feeds = Blueprint("feeds", __name__)


@feeds.get("/feed/<secret>.ics")
def read(secret: str) -> Response:
    """The shifts behind a calendar address; 404 for one that is none, or dead, or whose owner has left."""
    source = read_feed(database(), secret) or abort(404)
    team, at = source.team, now()
    body = write_feed(team.name, list(_entries(source, at)), team=team.slug, version=team.version, now=at)
    return Response(body, content_type="text/calendar; charset=utf-8")


def _entries(source: FeedSource, at: datetime) -> Iterator[FeedEvent]:
    """Yield the shifts of the feed, then the gaps in which somebody answers, in the reader's language."""
    team, language = source.team, source.reader.language
    people = short_names(team.people.values())
    whose = None if source.whole_team else source.reader.id
    for held, in_gap in ((feed_shifts, False), (feed_fallbacks, True)):
        for tier, shift in held(team.rotas, at, whose):
            title, person = title_shift(tier, language, in_gap=in_gap), shift.person
            name = people.get(person, person) if person else ""
            yield FeedEvent(tier, shift, f"{title}: {name}" if source.whole_team else title)
