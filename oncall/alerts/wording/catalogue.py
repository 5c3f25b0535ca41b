"""Which sentences does a caller hear, which does a family read, and which do staff hear and read?"""

from collections.abc import Mapping
from enum import StrEnum


class Group(StrEnum):
    """To whom sentences go, and how."""

    CALLER = "caller"  # spoken, in the order in which a call comes to them
    FAMILY = "family"  # texted
    STAFF = "staff"  # spoken
    STAFF_TEXT = "staff_text"

    @property
    def spoken(self) -> bool:
        """Whether a voice says them."""
        return self in (Group.CALLER, Group.STAFF)


PROMPTS: Mapping[Group, tuple[str, ...]] = {
    Group.CALLER: (
        "danger",
        "wait",
        "comfort",
        "last_resort",
        "alerted_promise",
        "alerted",
        "voicemail_offer",
        "voicemail_speak",
        "voicemail_thanks",
        "voicemail_silence",
        "cut_off",
        "try_again",
        "no_such_line",
    ),
    Group.FAMILY: ("auto_reply", "auto_reply_named"),
    Group.STAFF: (
        "screen",
        "joining",
        "taken",
        "caller_gone",
        "page_call",
        "check_in_missed_call",
        "offer_call",
        "page_taken",
        "page_gone",
        "back_screen",
        "back_no_answer",
        "back_not_allowed",
        "consult_screen",
        "consult_other",
        "verify_call",
        "verify_heard",
        "test_call",
    ),
    Group.STAFF_TEXT: (
        "text_accepted",
        "page",
        "page_plain",
        "check_in_missed",
        "offer",
        "offer_taken",
        "text_taken",
        "text_sent_on",
        "text_sent_alone",
        "text_not_safe",
        "text_owned",
        "text_too_late",
        "text_undelivered",
        "text_how",
        "text_who",
        "compromised",
        "next_day",
        "note_missing",
        "check_in",
        "check_in_no_answer",
        "verify_text",
        "verify_read",
        "test_text",
    ),
}

WITHIN_OTHERS = frozenset({"text_nobody", "label_colleague", "label_unknown", "label_withheld"})
"""Words that stand inside other sentences."""

VOICEMAIL = frozenset({"voicemail_offer", "voicemail_speak", "voicemail_thanks", "voicemail_silence"})
"""Heard only where the team has voicemail."""
