"""Whether every sentence of the pages is there in every language."""

from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ONCALL = Path(__file__).resolve().parents[3] / "oncall"


@pytest.fixture(scope="module")
def sentences() -> dict[str, tuple[str, ...]]:
    """Every sentence that the pages say, with its plural where it has one."""
    with (ONCALL / "translations" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = {"gettext": None, "lazy_gettext": None, "_": None, "ngettext": (1, 2)}
    found = extract_from_dir(ONCALL, methods, options, keywords=keywords)
    messages = [(message,) if isinstance(message, str) else message for _, _, message, _, _ in found]
    return {message[0]: message for message in messages}


def catalogue(language: str) -> Catalog:
    with (ONCALL / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_sentence_is_translated(language: str, sentences: dict[str, tuple[str, ...]]) -> None:
    told = {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in catalogue(language)
    }

    missing = [sentence for sentence in sentences if sentence not in told or not told[sentence].string]

    assert len(sentences) > 100
    assert missing == []


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_no_translation_is_left_of_a_sentence_that_is_gone(
    language: str, sentences: dict[str, tuple[str, ...]]
) -> None:
    told = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue(language)}

    assert told - {""} - sentences.keys() == set()


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_translation_fills_in_what_the_sentence_does(language: str) -> None:
    faults = [(message.id, error) for message in catalogue(language) for error in message.check()]

    assert faults == []


class Anything(dict[str, int]):
    """What a sentence may be filled in with."""

    def __missing__(self, name: str) -> int:
        """Return a number, which is as good as a word."""
        return 1


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_sign_of_per_cent_is_never_taken_for_something_to_fill_in(language: str) -> None:
    for message in catalogue(language):
        for told in (message.id, message.string):
            texts: Any = (told,) if isinstance(told, str) else told
            for text in texts:
                assert (text % Anything()).count("%") == text.count("%%"), text
