"""How the carrier speaks each language."""

from typing import NamedTuple

from oncall.alerts.wording.sentence import resolve_language


class Voice(NamedTuple):
    """A voice of the carrier's."""

    language: str
    name: str


# Twilio has no voice for nynorsk; the Norwegian one reads it well enough to be understood.
VOICES = {
    "nb": Voice("nb-NO", "Polly.Ida-Neural"),
    "nn": Voice("nb-NO", "Polly.Ida-Neural"),
    "en": Voice("en-GB", "Polly.Amy-Neural"),
}


def voice_of(language: str) -> Voice:
    """Return the voice that speaks the language; the Norwegian one for languages that are not ours."""
    return VOICES[resolve_language(language)]
