"""Phone numbers in any spelling, and what stands in a number's place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.phone_numbers import format_number, read_sender

KARI = "+4790000101"


@pytest.mark.parametrize(
    "written",
    [
        "+47 900 00 101",
        "+47\u00a0900\u202f00\u00a0101",
        " +4790000101\n",
        "\u202a+4790000101\u202c",
        "\ufeff+4790000101",
        "004790000101",
        "0047 90 00 01 01",
        "4790000101",
        "90000101",
        "900 00 101",
        "(+47) 900-00-101",
        "+47 (0)90000101",
        "+47\u201190000101",
        "tel:+47-900-00-101",
        "tel:90000101;phone-context=+47",
        "+4790000101;phone-context=carrier.example",
        "sip:+4790000101@carrier.example;user=phone",
        "sips:4790000101@carrier.example:5061",
        "<sip:+4790000101@carrier.example>",
        '"Mor" <sip:%2B4790000101@carrier.example>;tag=1',
        "＋４７９０００００１０１".replace("０００００", "００００"),
        "+٤٧٩٠٠٠٠١٠١",
    ],
)
def test_a_number_is_the_same_in_any_spelling(written: str) -> None:
    assert read_sender(written).number == KARI


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+46 (0)70 123 45 67", "+46701234567"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+49 (0)151 23456789", "+4915123456789"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("+353 (0)85 123 4567", "+353851234567"),
        ("+963 (0)933 123456", "+963933123456"),
        ("+7 8 912 345 67 89", "+79123456789"),
        ("+460701234567", "+46701234567"),
        ("+39 06 1234567", "+39061234567"),  # Italy keeps its zero
        ("02800", "+4702800"),
        ("116117", "+47116117"),
    ],
)
def test_the_zero_of_its_own_country_is_no_part_of_a_number(written: str, stored: str) -> None:
    assert format_number(written) == stored
    assert read_sender(stored).number == stored


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "Anonymous",
        "anonymous@anonymous.invalid",
        "sip:anonymous@anonymous.invalid",
        "Restricted",
        "No Caller ID",
        "+266696687",  # ANONYMOUS on a phone's keys
        "266696687",
        "+47266696687",
        "+1 266 696 687",
        "+7378742833",  # RESTRICTED
        "+17378742833",  # ... which would be a number in Texas
        "+86282452253",  # UNAVAILABLE
        "+8656696",  # UNKNOWN
        "+478656696",
        "+467748483",  # PRIVATE
        "sip:+17378742833@carrier.example",
        "+999123456789",
        "+47 00 00 00 00",
        "+1234",
    ],
)
def test_what_is_no_number_or_spells_a_word_is_withheld(written: str) -> None:
    sender = read_sender(written)

    assert sender.number is None or sender.doubtful
    assert sender.name is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Telenor", "Telenor"),
        ("1881", "1881"),
        ("rcs:telenor_agent", "rcs:telenor_agent"),
        ("whatsapp:+4790000101", "whatsapp:+4790000101"),
        ("\u200eTelenor ", "Telenor"),
        ("Anonymous", None),
        ("+266696687", None),
    ],
)
def test_one_who_writes_without_a_number_goes_by_a_name(written: str, name: str | None) -> None:
    sender = read_sender(written, names=True)

    assert (sender.number, sender.name) == (None, name)


@given(st.text())
def test_nothing_that_stands_in_a_numbers_place_is_an_error(written: str) -> None:
    for names in (True, False):
        sender = read_sender(written, names=names)

        assert sender.number is None or sender.name is None
        assert sender.number is None or read_sender(sender.number).number == sender.number


@given(
    st.from_regex(r"\+47[49][0-9]{7}", fullmatch=True),
    st.text(alphabet=" \u00a0-.()\u200e\u202a", max_size=3),
)
def test_a_number_stays_itself_whatever_stands_between_its_digits(number: str, between: str) -> None:
    assert format_number(between.join(number)) == format_number(number)
