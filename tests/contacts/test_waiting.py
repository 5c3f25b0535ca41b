"""What the entries of a waiting contact come to."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oncall.contacts.fold import fold
from oncall.contacts.model import FACTS, Detail, Entry, Kind
from oncall.contacts.waiting import RANK, REPORTED, Delivery, Page, Text, Waiting
from oncall.rota.model import PersonId
from tests.cast import KARI, OLA

START = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)
STATES = sorted(REPORTED)


def told(*news: tuple[Kind, Detail], actor: PersonId = KARI) -> tuple[Entry, ...]:
    """The news as entries, a second apart."""
    return tuple(
        Entry(n, START + timedelta(seconds=n), kind, actor=actor, detail=said)
        for n, (kind, said) in enumerate(news, 1)
    )


def wait(entries: Iterable[Entry]) -> Waiting:
    """How the contact of these entries waits for a human."""
    return fold("c1", entries).waiting


CONVERSATION = told(
    (Kind.TEXT_RECEIVED, {"caller": "known", "language": "nb", "body": "hei"}),
    (Kind.FOLLOW_UP_OPENED, {"why": "text"}),
    (Kind.PAGES_STARTED, {"step": 0}),
    (Kind.PAGED, {"by": "text", "step": 0}),
    (Kind.PAGED, {"by": "call", "step": 0}),
    (Kind.ACKNOWLEDGED, {"by": "text"}),
    (Kind.TEXT_RELAYED, {"body": "ja"}),
)
REPORTS = st.lists(
    st.builds(
        lambda about, status, code, sid, second: Entry(
            0,
            START + timedelta(seconds=second),
            Kind.MESSAGE_REPORTED,
            detail={"about": str(about), "status": status, "code": code, "sid": sid},
        ),
        st.sampled_from((4, 5, 7)),
        st.sampled_from(STATES),
        st.sampled_from(("", "30003", "30006")),
        st.sampled_from(("", "SM1", "SM2")),
        st.integers(8, 20),
    ),
    max_size=8,
)


@given(REPORTS, st.randoms(use_true_random=False))
def test_reports_fold_alike_in_any_order_and_however_often(
    reports: list[Entry], chance: random.Random
) -> None:
    mixed = [*CONVERSATION, *reports, *reports]
    chance.shuffle(mixed)

    assert wait(mixed) == wait([*CONVERSATION, *reports])


@given(REPORTS)
def test_a_later_word_never_undoes_a_further_one(reports: list[Entry]) -> None:
    waiting = wait([*CONVERSATION, *reports])

    messages: list[Page | Text] = [*waiting.pages, waiting.texts[1]]
    for message in messages:
        words = [entry.detail["status"] for entry in reports if entry.detail["about"] == message.id]
        furthest = max((RANK[REPORTED[str(word)]] for word in words), default=0)
        assert RANK[message.delivery] == furthest


def test_a_late_sent_leaves_delivered_as_it_is() -> None:
    reports = [
        Entry(0, START, Kind.MESSAGE_REPORTED, detail={"about": "7", "status": status})
        for status in ("delivered", "sent")
    ]

    assert wait([*CONVERSATION, *reports]).texts[1].delivery is Delivery.DELIVERED


def test_a_refusal_is_void_once_a_second_order_arrived() -> None:
    reports = [
        Entry(0, START, Kind.MESSAGE_REPORTED, detail={"about": "4", "status": status, "code": "0"})
        for status in ("failed", "delivered")
    ]

    assert not wait([*CONVERSATION, *reports]).pages[0].failed


def test_an_alert_that_was_ordered_twice_has_two_names() -> None:
    reports = [
        Entry(0, START, Kind.MESSAGE_REPORTED, detail={"about": "5", "status": "queued", "sid": sid})
        for sid in ("CA2", "CA1")
    ]

    assert wait([*CONVERSATION, *reports]).pages[1].sids == ("CA1", "CA2")


def test_what_the_family_writes_after_an_answer_is_unanswered_whatever_the_clocks_say() -> None:
    behind = replace(told((Kind.TEXT_RECEIVED, {"body": "?"}))[0], seq=8, at=START - timedelta(seconds=30))

    waiting = wait([*CONVERSATION, behind])

    assert waiting.unanswered
    assert waiting.owner == KARI


def test_whoever_answers_has_reacted() -> None:
    assert not wait(CONVERSATION).unanswered


def test_a_follow_up_that_joined_another_waits_for_nobody() -> None:
    joined = Entry(8, START, Kind.FOLLOW_UP_JOINED, detail={"contact": "c2"})

    assert not wait([*CONVERSATION, joined]).open


def test_only_those_who_are_asked_may_take_it_by_an_alert() -> None:
    waiting = wait(CONVERSATION)

    assert waiting.may_be_taken_by(KARI)
    assert not waiting.may_be_taken_by(OLA)


def test_anybody_alerted_may_take_over_from_an_owner_who_is_silent() -> None:
    heard = Entry(8, START, Kind.TEXT_RECEIVED, detail={"body": "?"})

    assert wait([*CONVERSATION, heard]).may_be_taken_by(OLA)


def test_nobody_may_take_what_is_closed() -> None:
    closed = Entry(8, START, Kind.CLOSED, actor=KARI, detail={"outcome": "done"})

    assert not wait([*CONVERSATION, closed]).may_be_taken_by(KARI)


def test_the_carrier_may_be_believed_of_messages_alone() -> None:
    assert Kind.MESSAGE_REPORTED in FACTS
    assert not {Kind.PAGED, Kind.ACKNOWLEDGED, Kind.TEXT_RELAYED} & FACTS
