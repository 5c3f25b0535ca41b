import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.monitoring.scrubbing import scrub, scrub_message, scrub_text


@pytest.mark.parametrize(
    "text",
    [
        "+4790000101",
        "call from +47 900 00 101 failed",
        "tlf. 90 00 01 01.",
        "90000101",
        "900.00.101",
        "900-00-101",
        "004790000101",
        "To=%2B4790000101",
        "tel:+4790000101;phone-context=no",
        "(+47) 90000101",
        "+47 (900) 00 101",
        "x90000101y",
        "+4690510",
    ],
)
def test_a_number_is_taken_out_however_it_is_written(text: str) -> None:
    scrubbed = scrub_text(text)

    assert "[number]" in scrubbed
    assert not any(part in scrubbed for part in ("101", "510"))


@pytest.mark.parametrize(
    "text",
    [
        "call CA00112233445566778899001122334455 ended",
        "contact 7b1e1c1a-1234-5678-9012-123456789012 waits",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736",
        "2026-11-21T23:05:59.123456+00:00 started",
        "due 2026-11-21 23:05",
        "leg 3 of 4 rang for 25 s",
        "error 21211 at line 1234",
        "Listening at: http://127.0.0.1:5620 (13041)",
    ],
)
def test_ids_instants_and_small_figures_stay_readable(text: str) -> None:
    assert scrub_text(text) == text


def test_a_number_that_follows_an_instant_is_taken_out() -> None:
    assert scrub_text("2026-11-21 90000101") == "2026-11-21 [number]"


@given(
    st.integers(min_value=10_000_000, max_value=999_999_999_999_999),
    st.text(alphabet="abc ,:;=&", max_size=5),
)
def test_no_number_of_eight_to_fifteen_digits_survives(number: int, around: str) -> None:
    assert str(number) not in scrub_text(f"{around}{number}{around}")
    assert str(number) not in scrub_text(f"{around}+{number}{around}")


def test_a_query_string_is_taken_out_and_its_path_stays() -> None:
    scrubbed = scrub_text("GET https://line.example.no/now?name=Kari&code=4711 200")

    assert scrubbed == "GET https://line.example.no/now?[query] 200"


@pytest.mark.parametrize(
    "message",
    [
        "invalid literal for int() with base 10: 'Mor er borte'",
        "(psycopg.errors.UniqueViolation) duplicate key\nDETAIL:  Key (name)=(Mor er borte) already exists.",
        "(sqlite3.IntegrityError) UNIQUE failed\n[SQL: INSERT]\n[parameters: (1, 'Mor er borte')]",
        'no member "Mor er borte"',
        "ingen «Mor er borte»",
    ],
)
def test_what_a_message_quotes_is_taken_out(message: str) -> None:
    assert "Mor" not in scrub_message(message)


def test_everything_in_a_structure_is_scrubbed_and_its_shape_stays() -> None:
    structure = {
        "+4790000101": [("90000101", 4790000101), {"deep": b"+4790000101"}],
        "trace_id": "12345678901234567890123456789012",
        "error": ValueError("+4790000101"),
        "count": 12,
        "done": True,
    }

    scrubbed = scrub(structure)

    assert "90000101" not in json.dumps(scrubbed)
    assert scrubbed["trace_id"] == structure["trace_id"]
    assert scrubbed["count"] == 12
    assert scrubbed["done"] is True


def test_the_secret_of_a_calendars_address_is_taken_out() -> None:
    assert scrub_text("Error handling request /feed/aB3-x_9Zq.ics") == (
        "Error handling request /feed/[secret].ics"
    )
