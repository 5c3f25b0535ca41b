"""The sentences about contacts and phones by group, as the settings page lists them, and by key."""

from collections.abc import Mapping
from enum import StrEnum

from oncall.alerts.wording import family, rota, staff
from oncall.alerts.wording.sentence import Sentence, by_key


class SentenceGroup(StrEnum):
    """Who gets a sentence, and how."""

    CALLER = "caller"  # spoken, in the order in which a call comes to them
    FAMILY = "family"  # texted
    STAFF = "staff"  # spoken
    STAFF_TEXT = "staff_text"

    @property
    def spoken(self) -> bool:
        """Whether a voice says them."""
        return self in (SentenceGroup.CALLER, SentenceGroup.STAFF)


PROMPTS: Mapping[SentenceGroup, tuple[Sentence, ...]] = {
    SentenceGroup.CALLER: family.SPOKEN,
    SentenceGroup.FAMILY: family.TEXTED,
    SentenceGroup.STAFF: (*staff.SPOKEN, *rota.TEST_CALLS),
    SentenceGroup.STAFF_TEXT: (*staff.TEXTED, *rota.TEST_TEXTS),
}

SENTENCES = by_key(sentence for group in PROMPTS.values() for sentence in group)


def say(key: str, language: str, **words: str) -> str:
    """Return the sentence of that key in the language.

    Raises KeyError for a sentence that does not exist, and for a gap that `words` does not fill.
    """
    return SENTENCES[key].in_language(language, **words)
