"""Pages are read as a browser reads them, also where HTML lets an end or a quote be left out."""

import re

import pytest

from tests.page import read_page

PAGE = read_page("""
<h1>Vakt &amp; bakvakt</h1><p class="lead wide">Kari<br>har <b>vakt</b>.</p>
<ul><li>Ola<li>Liv <a class="ds-link" href="#day">Velg en dag</a></ul>
<table><tr><td colspan=2><button name=cell value=duty.1.2 autofocus><svg><use href="#x"/></svg>Kari</button>
<td>Nils<tr><th>Ola</table>
<form><input name="day" value="2026-03-14" required><input type=checkbox name=gap value=yes>
<input type=checkbox name=known value=yes checked><textarea name="why">
Syk &lt;i dag&gt;</textarea>
<select name=who><option value=kari>Kari<option value=ola selected>Ola</select></form>
""")


def test_words_stand_apart_and_as_they_are_read() -> None:
    assert PAGE.first("p").words == "Kari har vakt ."
    assert PAGE.first("p").own_words == "Kari har ."
    assert PAGE.only("h1").words == "Vakt & bakvakt"


def test_an_end_that_is_left_out_is_where_the_next_begins() -> None:
    assert [each.own_words for each in PAGE.all("li")] == ["Ola", "Liv"]
    assert [[cell.words for cell in row.all()][:1] for row in PAGE.all("tr")] == [["Kari"], ["Ola"]]
    assert [each.words for each in PAGE.all("td")] == ["Kari", "Nils"]


def test_elements_are_found_by_their_attributes() -> None:
    assert PAGE.only("button", autofocus=True, value=re.compile(r"duty\.\d\.\d")).words == "Kari"
    assert PAGE.has("p", class_="wide")
    assert not PAGE.has("p", class_="wi")
    assert not PAGE.has("button", autofocus=False)


def test_forms_hold_what_a_browser_would_send() -> None:
    assert PAGE.fields() == {"day": "2026-03-14", "known": "yes", "why": "Syk <i dag>", "who": "ola"}
    assert PAGE.values("gap") == ["yes"]
    assert PAGE.faults() == {"day": "Velg en dag"}


def test_what_is_not_there_or_there_twice_fails() -> None:
    with pytest.raises(AssertionError):
        PAGE.first("audio")
    with pytest.raises(AssertionError):
        PAGE.only("li")
