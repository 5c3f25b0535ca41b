"""Whether a family's number may be called or texted, by the machine or by a human."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.alerts.safe_contact import Rules, Verdict, Way, Wish, may_reach
from oncall.contacts.case import Consent

NOW = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)

consents = st.sampled_from(Consent)
rules = st.builds(Rules, consents, consents, consents, st.booleans())
heard = st.none() | st.integers(0, 300).map(lambda minutes: NOW - timedelta(minutes=minutes))
wishes = st.builds(
    Wish, st.sampled_from(Way), st.booleans(), st.booleans(), st.sampled_from(("", " ", "brann"))
)


def rule(way: Way, consent: Consent, *, compromised: bool = False) -> Rules:
    name = {Way.CALL: "may_call", Way.TEXT: "may_text", Way.VOICEMAIL: "may_voicemail"}[way]
    return Rules(**{name: consent}, compromised=compromised)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("consent", [Consent.NO, Consent.NOT_ASKED])
def test_the_machine_needs_a_yes(way: Way, consent: Consent) -> None:
    assert may_reach(rule(way, consent), Wish(way, by_machine=True), NOW, NOW) is Verdict.NO


def test_the_machine_with_a_yes_may() -> None:
    yes = rule(Way.TEXT, Consent.YES)

    assert may_reach(yes, Wish(Way.TEXT, by_machine=True), None, NOW) is Verdict.YES


def test_a_human_may_answer_for_two_hours() -> None:
    wish, not_asked = Wish(Way.TEXT, by_machine=False), rule(Way.TEXT, Consent.NOT_ASKED)

    assert may_reach(not_asked, wish, NOW - timedelta(hours=2), NOW) is Verdict.YES
    assert may_reach(not_asked, wish, NOW - timedelta(hours=2, seconds=1), NOW) is Verdict.WARN_FIRST


def test_a_human_who_has_seen_the_warning_may() -> None:
    wish = Wish(Way.CALL, by_machine=False, warned=True)

    assert may_reach(rule(Way.CALL, Consent.NOT_ASKED), wish, None, NOW) is Verdict.YES


@given(rules, wishes, heard)
def test_against_a_no_or_a_compromised_number_nothing_helps_but_a_humans_reason(
    known: Rules, wish: Wish, heard_at: datetime | None
) -> None:
    if known.compromised or known.consent(wish.way) is Consent.NO:
        verdict = may_reach(known, wish, heard_at, NOW)
        assert (verdict is Verdict.YES) == (not wish.by_machine and bool(wish.reason.strip()))


@given(rules, wishes, heard)
def test_the_machine_never_does_what_a_human_may_not(
    known: Rules, wish: Wish, heard_at: datetime | None
) -> None:
    by_human = Wish(wish.way, by_machine=False)
    if may_reach(known, Wish(wish.way, by_machine=True), heard_at, NOW) is Verdict.YES:
        assert may_reach(known, by_human, heard_at, NOW) is Verdict.YES


@given(rules, heard, st.sampled_from(Way))
def test_the_machine_is_never_told_to_look_at_a_warning(
    known: Rules, heard_at: datetime | None, way: Way
) -> None:
    verdict = may_reach(known, Wish(way, by_machine=True), heard_at, NOW)

    assert verdict in (Verdict.YES, Verdict.NO)
