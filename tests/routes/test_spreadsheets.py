"""A table is written as the reader's programs read it, and no part of it is carried out."""

import pytest

from oncall.routes.web.spreadsheets import STYLES, Row, defuse, write_csv


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-1", "@sum", "\tx"])
def test_no_name_becomes_a_formula(name: str) -> None:
    assert defuse(name) == f"'{name}"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", "\n"])
@pytest.mark.parametrize("between", ["", " ", '"'])
def test_no_part_of_a_text_becomes_a_formula_where_a_program_splits_elsewhere(
    separator: str, between: str
) -> None:
    text = f"hei{separator}{between}=HYPERLINK(1)"

    assert defuse(text) == f"hei{separator}{between}'=HYPERLINK(1)"


def test_a_table_is_one_that_norwegian_programs_read_unless_commas_are_asked_for() -> None:
    rows: list[Row] = [["Navn", "Timer"], ["Kari; vikar", 12.5], ["=1+1", None]]

    norwegian, other = (b"".join(write_csv(rows, STYLES[name])).decode("utf-8-sig") for name in STYLES)

    assert norwegian.splitlines() == ["Navn;Timer", '"Kari; vikar";12,5', "'=1+1;"]
    assert other.splitlines() == ["Navn,Timer", "Kari; vikar,12.5", "'=1+1,"]
