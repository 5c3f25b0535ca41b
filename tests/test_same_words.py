"""Words that people and phones write differently are the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.opt_out import mutes
from oncall.same_words import normalize, spelled_anyhow, without_marks


@pytest.mark.parametrize(
    "written", ["MST\u2011CAN  Vest", "mst-can\u00a0vest", "MST-\u00adCAN\nVest", "\u200eMST–CAN Vest"]
)
def test_hyphens_blanks_and_unseen_marks_make_no_difference(written: str) -> None:
    assert normalize(written) == "mst-can vest"


@given(st.text())
def test_what_was_made_alike_stays_as_it_is(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@pytest.mark.parametrize("written", ["slår", "slaar", "slar", "sla\u030ar"])
def test_rings_may_be_missing(written: str) -> None:
    assert without_marks(normalize(written)) == "slar"


@pytest.mark.parametrize("written", ["V-014", "V 014", "v014", "V\u2011014", "V.014", "V  014"])
def test_a_label_is_found_however_it_is_written(written: str) -> None:
    assert spelled_anyhow("V-014").search(normalize(f"Om {written}."))


@pytest.mark.parametrize("written", ["V-0145", "AV-014", "014", "V-0 og 14"])
def test_another_label_is_another(written: str) -> None:
    assert not spelled_anyhow("V-014").search(normalize(written))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("STOP", ""),
        ("stop.", ""),
        ("Revoke", ""),
        ("OPTOUT", ""),
        ("Stopp!", ""),
        ("\u200eEND", ""),
        ("Slutt", "STOP"),
    ],
)
def test_a_text_that_may_mute_its_number_is_known(body: str, kind: str) -> None:
    assert mutes(body, kind)


@pytest.mark.parametrize(("body", "kind"), [("stopp ham", ""), ("Slutt", ""), ("start", "START"), ("", "")])
def test_any_other_text_mutes_nothing(body: str, kind: str) -> None:
    assert not mutes(body, kind)
