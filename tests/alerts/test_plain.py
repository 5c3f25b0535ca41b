"""What we write to staff and families stays short, and in the network's own alphabet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.alerts.plain import ALPHABET, transliterate
from oncall.alerts.wording.catalogue import SENTENCES, say
from oncall.languages import LANGUAGES
from standin.simulator.messages import count_segments

LONGEST = {
    "label": "V-014",
    "link": "https://vakttelefon.kommunen.example/contacts/" + "0" * 32,
    "code": "4711",
    "owner": "Kari Nordmann",
    "duty": "Kari Nordmann",
    "backup": "Ola Nordmann",
    "leader": "Liv Nordmann",
    "municipality": "Larvik",
}
TEXTS = [
    "page",
    "page_plain",
    "text_accepted",
    "auto_reply",
    "compromised",
    "next_day",
    "note_missing",
    *sorted(name for name in SENTENCES if name.startswith("text_")),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sentence", TEXTS)
def test_every_text_of_ours_has_two_segments_at_most(sentence: str, language: str) -> None:
    words = say(sentence, language, **LONGEST)

    assert set(words) <= ALPHABET
    assert count_segments(words) <= 2


@given(st.text())
def test_a_name_is_transliterated_to_the_networks_alphabet(name: str) -> None:
    assert set(transliterate(name)) <= ALPHABET


def test_a_name_keeps_what_can_be_read_of_it() -> None:
    assert transliterate("Máret Čáhci – «Ŋuvdi» Løkås") == 'Maret Cahci - "Nuvdi" Løkås'
