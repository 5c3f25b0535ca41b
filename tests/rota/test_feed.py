"""A calendar program sees just the shifts that hold, each under a name that stays."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from oncall.rota.duty import on_duty
from oncall.rota.edit import add_override
from oncall.rota.feed import FeedEvent, feed_shifts, feed_window, write_feed
from oncall.rota.model import Layer, Override, PersonId, Rota, Tier
from tests.cast import KARI, OLA, OSLO
from tests.rota.strategies import instants, scenes

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LAYER = Layer("one", (KARI, OLA), date(2026, 1, 5), time(8), 7, datetime(2026, 1, 1, tzinfo=UTC))
ROTA = Rota(Tier.DUTY, OSLO, (LAYER,))


def events(rota: Rota, person: PersonId | None = None, version: int = 1) -> dict[str, Any]:
    entries = [
        FeedEvent(tier, shift, str(shift.person))
        for tier, shift in feed_shifts({rota.tier: rota}, NOW, person)
    ]
    written = write_feed("On duty", entries, team="vestfold", version=version, now=NOW)
    return {str(event["UID"]): event for event in _read(written)}


def _read(written: bytes) -> list[Any]:
    return list(Calendar.from_ical(written).walk("VEVENT"))


def test_the_feed_of_a_person_holds_their_shifts_alone() -> None:
    own = events(ROTA, KARI)

    assert own
    assert {str(event["SUMMARY"]) for event in own.values()} == {"kari"}


def test_an_overridden_shift_disappears_from_its_holders_feed() -> None:
    [(_, shift), *_] = [
        (tier, one) for tier, one in feed_shifts({Tier.DUTY: ROTA}, NOW, KARI) if one.start > NOW
    ]
    swapped = add_override(ROTA, Override("swap", OLA, shift.start, shift.end), NOW)

    gone = set(events(ROTA, KARI)) - set(events(swapped, KARI))

    assert len(gone) == 1


def test_a_shift_keeps_its_name_while_its_end_moves_and_its_sequence_rises() -> None:
    [(_, shift), *_] = [
        (tier, one) for tier, one in feed_shifts({Tier.DUTY: ROTA}, NOW, KARI) if one.start > NOW
    ]
    shortened = add_override(ROTA, Override("swap", OLA, shift.end - DAY, shift.end), NOW)

    before, after = events(ROTA, version=3), events(shortened, version=4)

    name = f"duty-{shift.start:%Y%m%dT%H%M%SZ}@vestfold.oncall"
    assert after[name].end == before[name].end - DAY
    assert (before[name]["SEQUENCE"], after[name]["SEQUENCE"]) == (3, 4)


def test_looking_a_day_later_changes_no_name() -> None:
    later = {shift.start for _, shift in feed_shifts({Tier.DUTY: ROTA}, NOW + DAY)}
    names = {shift.start for _, shift in feed_shifts({Tier.DUTY: ROTA}, NOW)}

    assert names <= later


@given(st.data())
def test_the_feed_agrees_with_who_is_on_duty_at_every_instant(data: st.DataObject) -> None:
    scene = data.draw(scenes())
    at = data.draw(instants(scene.change))
    start, end = feed_window(scene.change)
    entries = [
        FeedEvent(tier, shift, str(shift.person))
        for tier, shift in feed_shifts({Tier.DUTY: scene.rota}, scene.change)
    ]

    written = write_feed("x", entries, team="t", version=1, now=scene.change)

    if start <= at < end:
        there = [
            str(event["SUMMARY"]) for event in _read(written) if event["DTSTART"].dt <= at < event["DTEND"].dt
        ]
        person = on_duty(scene.rota, at)
        # a calendar counts in whole seconds; nothing of ours is finer
        assert there == ([str(person)] if person else [])
