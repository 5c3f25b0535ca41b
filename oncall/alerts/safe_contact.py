"""May a family's number be called, texted or left a voicemail just now?

One place for the rules of DOMAIN.md ("Safe contact"): every outbound contact with a family, by the
machine or by a human, is asked for here first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from oncall.contacts.case import Consent

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


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known of a number: the strictest answer of all who share it."""

    may_call: Consent = Consent.NOT_ASKED
    may_text: Consent = Consent.NOT_ASKED
    may_voicemail: Consent = Consent.NOT_ASKED
    compromised: bool = False  # the violent person may hold the phone

    def consent(self, way: Way) -> Consent:
        """Return the answer for one way of reaching the number."""
        return {
            Way.CALL: self.may_call,
            Way.TEXT: self.may_text,
            Way.VOICEMAIL: self.may_voicemail,
        }[way]


class Verdict(StrEnum):
    """What follows for the wish."""

    YES = "yes"
    WARN_FIRST = "warn first"  # a human may, once they have seen the warning
    REASON_FIRST = "reason first"  # a human may, if they say why
    NO = "no"


def may_reach(rules: Rules, wish: Wish, heard_at: datetime | None, now: datetime) -> Verdict:
    """Return whether the wish may be carried out at `now`.

    `heard_at` is when the number itself last opened or continued the conversation; None: never.
    What the machine sends by itself needs a yes. A human may answer a recent conversation, may act on
    "not asked" after the warning, and against "no" or "possibly compromised" only with a reason.
    """
    consent = rules.consent(wish.way)
    if wish.by_machine:
        return Verdict.YES if consent is Consent.YES and not rules.compromised else Verdict.NO
    if rules.compromised or consent is Consent.NO:
        return Verdict.YES if wish.reason.strip() else Verdict.REASON_FIRST
    if consent is Consent.YES or _is_recent(heard_at, now) or wish.warned:
        return Verdict.YES
    return Verdict.WARN_FIRST


def _is_recent(heard_at: datetime | None, now: datetime) -> bool:
    return heard_at is not None and now - heard_at <= RECENT
