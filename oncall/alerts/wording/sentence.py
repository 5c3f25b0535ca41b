"""A sentence in every language of the service, and the one rule by which its language is chosen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from oncall.languages import FALLBACK_LANGUAGE, LANGUAGES


def resolve_language(wanted: str) -> str:
    """Return the language if sentences exist in it, else bokmål."""
    return wanted if wanted in LANGUAGES else FALLBACK_LANGUAGE


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in each language; names in braces are gaps to fill."""

    key: str  # how stored entries and jobs refer to it: never change one
    nb: str
    nn: str
    en: str

    def in_language(self, language: str, **words: str) -> str:
        """Return the sentence in the language, or in bokmål where it is not one of ours.

        Raises KeyError for a gap that `words` does not fill.
        """
        written: str = getattr(self, resolve_language(language))
        return written.format(**words)


AnySentence = TypeVar("AnySentence", bound=Sentence)


def by_key(sentences: Iterable[AnySentence]) -> Mapping[str, AnySentence]:
    """Return the sentences by their keys."""
    return {sentence.key: sentence for sentence in sentences}
