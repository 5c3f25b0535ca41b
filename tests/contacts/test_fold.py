"""What a contact is, from its entries alone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Unpack

import pytest

from oncall.contacts.contact import Contact, Leg
from oncall.contacts.fold import fold
from oncall.contacts.model import Detail, Entry, Kind

START = datetime(2026, 3, 3, 1, 40, tzinfo=UTC)
RECEIVED = Entry(
    1,
    START,
    Kind.CALL_RECEIVED,
    detail={
        "caller": "withheld",
        "language": "nb",
        "waves": [{"after": 0, "targets": ["duty"]}, {"after": 25, "targets": ["backup"]}],
        "deadline": 100,
    },
)
RUNG = Entry(
    2,
    START,
    Kind.LEG_RUNG,
    "1",
    "kari",
    {"target": "kari", "via": "call", "wave": 0, "timeout": 20},
)


def then(after: float, kind: Kind, leg: str | None = None, **detail: Unpack[Detail]) -> Entry:
    return Entry(0, START + timedelta(seconds=after), kind, leg, None, detail)


def story(*entries: Entry) -> tuple[Entry, ...]:
    return tuple(replace(entry, seq=n) for n, entry in enumerate((RECEIVED, RUNG, *entries), 1))


def told(entries: Iterable[Entry]) -> Contact:
    return fold("c1", entries)


def leg_of(*entries: Entry) -> Leg:
    return told(story(*entries)).legs[0]


def test_a_contact_begins_with_a_received_call() -> None:
    with pytest.raises(ValueError, match="c1 begins with no received call"):
        told([RUNG])


def test_the_earliest_telling_of_a_fact_counts() -> None:
    early, late = then(3, Kind.LEG_RINGING, "1"), then(9, Kind.LEG_RINGING, "1")

    legs = [leg_of(early, late), leg_of(late, early)]

    assert [leg.ringing_at for leg in legs] == [early.at, early.at]


def test_a_fact_about_a_leg_may_be_told_before_the_leg() -> None:
    ringing = then(1, Kind.LEG_RINGING, "1")

    contact = told([ringing, RECEIVED, RUNG])

    assert contact.legs[0].ringing_at == ringing.at


def test_a_fact_about_no_leg_of_ours_changes_nothing() -> None:
    contact = told(story(then(1, Kind.LEG_BRIDGED, "7")))

    assert contact.legs == told(story()).legs


def test_decisions_count_in_the_journals_order() -> None:
    entries = story(then(1, Kind.QUEUED), then(2, Kind.TEAM_ALERTED, promise=False))

    contacts = [told(entries), told(reversed(entries))]

    assert contacts[0] == contacts[1]
    assert contacts[0].place == "told"


def test_a_leg_is_live_until_it_has_ended() -> None:
    assert leg_of().live
    assert not leg_of(then(9, Kind.LEG_ENDED, "1", status="busy")).live


def test_a_leg_released_is_not_live_but_may_still_exist() -> None:
    leg = leg_of(then(9, Kind.LEG_RELEASED, "1", sids=["CA1"]))

    assert (leg.live, leg.open) == (False, True)


def test_an_ended_leg_keeps_the_carriers_word() -> None:
    leg = leg_of(
        then(9, Kind.LEG_ENDED, "1", status="no-answer"), then(12, Kind.LEG_ENDED, "1", status="failed")
    )

    assert (leg.ended_at, leg.status) == (START + timedelta(seconds=9), "no-answer")


def test_a_leg_has_ended_when_all_its_names_have() -> None:
    first = then(5, Kind.LEG_ENDED, "1", sid="CA1", status="busy")
    other_rings = then(4, Kind.LEG_RINGING, "1", sid="CA2")
    last = then(8, Kind.LEG_ENDED, "1", sid="CA2", status="completed")

    assert leg_of(first, other_rings).ended_at is None
    assert leg_of(first, other_rings, last).ended_at == last.at


def test_an_end_without_a_name_ends_the_whole_leg() -> None:
    leg = leg_of(then(4, Kind.LEG_RINGING, "1", sid="CA1"), then(5, Kind.LEG_ENDED, "1", status="completed"))

    assert (leg.ended_at, leg.status) == (START + timedelta(seconds=5), "completed")


def test_a_refusal_is_void_once_the_carrier_shows_the_leg() -> None:
    refused = then(1, Kind.LEG_REFUSED, "1", by="carrier")

    assert leg_of(refused).refused
    assert not leg_of(refused, then(2, Kind.LEG_RINGING, "1")).refused


def test_a_bridge_without_a_claim_connects_nobody() -> None:
    assert not leg_of(then(3, Kind.ONE_PRESSED, "1"), then(4, Kind.LEG_BRIDGED, "1")).connected


def test_a_claim_lost_begins_the_next_round() -> None:
    contact = told(
        story(
            then(3, Kind.ONE_PRESSED, "1"),
            then(3, Kind.CLAIM_GRANTED, "1", round=1),
            then(9, Kind.CLAIM_WITHDRAWN, "1", round=1),
        )
    )

    assert (contact.round, contact.claim) == (2, None)


def test_a_wave_pulled_forward_puts_the_clock_forward() -> None:
    contact = told(story(then(4, Kind.WAVE_STARTED, wave=1, ring=[], busy=[])))

    assert contact.elapsed(START + timedelta(seconds=4)) == 25
    assert contact.instant(30) == START + timedelta(seconds=9)


def test_the_clock_is_never_put_back() -> None:
    contact = told(
        story(
            then(4, Kind.WAVE_STARTED, wave=1, ring=[], busy=[]),
            then(6, Kind.WAVE_STARTED, wave=0, ring=[], busy=[]),
        )
    )

    assert contact.elapsed(START + timedelta(seconds=6)) == 27


def test_a_wave_counts_as_started_only_where_the_caller_is_now() -> None:
    started = then(1, Kind.WAVE_STARTED, wave=0, ring=[], busy=[])

    before, after = told(story(started)), told(story(started, then(2, Kind.QUEUED)))

    assert (before.last_start(0), after.last_start(0)) == (started.at, None)


def test_the_queues_end_undoes_a_bridge_that_did_not_come_about() -> None:
    asked = (
        then(1, Kind.QUEUED),
        then(3, Kind.CLAIM_GRANTED, "1", round=1),
        then(4, Kind.LEG_BRIDGED, "1"),
    )
    left = then(4, Kind.QUEUE_LEFT, stay=3, bridged=False)

    assert leg_of(*asked).connected
    assert not leg_of(*asked, left).connected


def test_the_last_seq_is_that_of_the_latest_entry() -> None:
    assert told(story(then(1, Kind.LEG_RINGING, "1"))).last_seq == 3
