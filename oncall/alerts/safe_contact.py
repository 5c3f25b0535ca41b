"""Decide whether a family's number may be called, texted or left a voicemail now, and why not.

One place for the rules of DOMAIN.md ("Safe contact"): every outbound contact with a family, by the
machine or by a human, is asked for here first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from oncall.contacts.case import Consent
from oncall.rota.clock_hours import Hours
from oncall.same_words import normalize, spelled_anyhow

RECENT = timedelta(hours=2)  # a human may answer within a conversation that the number itself opened


class Way(StrEnum):
    """How the family would be reached."""

    CALL = "call"
    TEXT = "text"
    VOICEMAIL = "voicemail"


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody, or the machine, wants to reach a number."""

    way: Way
    by_machine: bool
    warned: bool = False  # the human has seen what is known of the number
    reason: str = ""  # why a human acts against a "no"; kept in the journal
    names_us: bool = False  # the words name the team or the case
    wished_at: datetime | None = None  # when it was decided, where that was earlier; None: just now


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known of a number: the strictest answer of all who share it."""

    may_call: Consent = Consent.NOT_ASKED
    may_text: Consent = Consent.NOT_ASKED
    may_voicemail: Consent = Consent.NOT_ASKED
    compromised: bool = False  # the violent person may hold the phone
    hours: tuple[Hours, ...] = ()  # it may be contacted where all of them hold; none: at any time
    zone: tzinfo = UTC  # whose wall clock the hours mean
    may_name_team: bool = False

    def consent(self, way: Way) -> Consent:
        """Return the answer for one way of reaching the number."""
        return {
            Way.CALL: self.may_call,
            Way.TEXT: self.may_text,
            Way.VOICEMAIL: self.may_voicemail,
        }[way]

    def hold_at(self, now: datetime) -> bool:
        """Whether the number may be contacted at this time of day."""
        clock = now.astimezone(self.zone).time()
        return all(hours.hold(clock) for hours in self.hours)


class Objection(StrEnum):
    """What stands against reaching a number."""

    COMPROMISED = "compromised"
    REFUSED = "refused"
    OUTSIDE_HOURS = "outside hours"
    NOT_ASKED = "not asked"
    NAMES_US = "names us"


NEEDS_REASON = frozenset({Objection.COMPROMISED, Objection.REFUSED, Objection.OUTSIDE_HOURS})
"""A human may go against these only with a reason; of the others they need to have been warned."""


class Verdict(StrEnum):
    """What follows for the wish."""

    YES = "yes"
    WARN_FIRST = "warn first"  # a human may, once they have seen the warning
    REASON_FIRST = "reason first"  # a human may, if they say why
    NO = "no"


def find_objections(
    rules: Rules, wish: Wish, heard_at: datetime | None, now: datetime
) -> tuple[Objection, ...]:
    """Return what stands against carrying out the wish at `now`, the gravest first.

    `heard_at` is when the number itself last opened or continued the conversation; None: never. What
    was wished for in time may be carried out a little later, but never outside the number's hours.
    """
    consent = rules.consent(wish.way)
    answers = not wish.by_machine and _is_recent(heard_at, wish.wished_at or now)
    standing = {
        Objection.COMPROMISED: rules.compromised,
        Objection.REFUSED: consent is Consent.NO,
        Objection.OUTSIDE_HOURS: not rules.hold_at(now),
        Objection.NOT_ASKED: consent is Consent.NOT_ASKED and not answers,
        Objection.NAMES_US: wish.names_us and not rules.may_name_team,
    }
    return tuple(objection for objection, stands in standing.items() if stands)


def may_reach(rules: Rules, wish: Wish, heard_at: datetime | None, now: datetime) -> Verdict:
    """Return whether the wish may be carried out at `now`; see `find_objections`.

    What the machine sends by itself needs a yes, within the hours. A human may answer a recent
    conversation, may act on "not asked" after the warning, and against "no", "possibly compromised" or
    the hours only with a reason.
    """
    against = find_objections(rules, wish, heard_at, now)
    if not against:
        return Verdict.YES
    if wish.by_machine:
        return Verdict.NO
    if wish.reason.strip():
        return Verdict.YES
    if NEEDS_REASON & frozenset(against):
        return Verdict.REASON_FIRST
    return Verdict.YES if wish.warned else Verdict.WARN_FIRST


def names_us(body: str, team: str, labels: Iterable[str | None]) -> bool:
    """Tell whether words to a family name the team or a case: others who read them would learn of it.

    Of a team's name, a part in capital letters is a name too: "MST-CAN" of "MST-CAN Vestfold".
    """
    parts = (part for part in team.split() if sum(letter.isupper() for letter in part) > 1)
    names = [team, *parts, *(label for label in labels if label and not label.isdigit())]
    words = normalize(body)
    return any(spelled_anyhow(name).search(words) for name in names if name)


def _is_recent(heard_at: datetime | None, now: datetime) -> bool:
    return heard_at is not None and now - heard_at <= RECENT
