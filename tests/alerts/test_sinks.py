"""Nothing is spoken or texted but sentences of the catalogue, and what people have written themselves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import oncall
from oncall import languages as languages_of_pages
from oncall import same_words
from oncall.alerts import danger, plain
from oncall.rota import days
from oncall.routes.web import languages
from oncall.teamfile import values
from oncall.usecases.families import import_rows
from oncall.usecases.families import spreadsheets as case_sheets
from oncall.usecases.families import template as case_template
from oncall.usecases.line.texts import orders as text_orders
from oncall.usecases.team import staff
from tests.alerts.sinks import WORDING, Module, Tracer

HOUSE = Path(oncall.__file__).parent
NOT_THE_SERVICE = {"cli", "demo", "drill", "migrations", "simulator", "standin"}
NOT_SPOKEN = {
    same_words: "letters that are alike",
    text_orders: "a word between two codes",
    danger: "words that are looked for in families' texts",
    plain: "the letters of the mobile network",
    days: "names of holidays, on pages",
    import_rows: "names of languages, in spreadsheets",
    case_sheets: "headings of spreadsheets",
    case_template: "help in spreadsheets",
    staff: "letters that become others in a key",
    languages_of_pages: "names of languages",
    languages: "names of languages, and how pages write instants",
    values: "the letters of a label",
}
NORWEGIAN = re.compile(
    r"[æøå]|\b(og|ikke|ikkje|deg|til|med|har|fra|frå|som|noen|nokon|ingen)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def house() -> list[Module]:
    found = []
    for path in sorted(HOUSE.rglob("*.py")):
        names = path.relative_to(HOUSE.parent).with_suffix("").parts
        if not NOT_THE_SERVICE & set(names):
            found.append(Module.read(".".join(names).removesuffix(".__init__"), path.read_text("utf-8")))
    return found


def is_catalogue(module: Module) -> bool:
    return f"{module.name}.".startswith(f"{WORDING}.")


def test_all_that_is_spoken_or_texted_comes_from_the_catalogue(house: list[Module]) -> None:
    assert Tracer(house).find_strays() == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(orders, to): orders.text(to, '+47', 'Hei!')",
        "def f(resources): resources.create('Messages', {'To': '1', 'Body': 'Hei!'})",
        "def f(document): document.say('Hei!', voice='x')",
        "def f(orders, to):\n    body = f'Hei {to}'\n    orders.text(to, '+47', body)",
        "def _f(orders, body): orders.text('1', '2', body)\ndef g(orders): _f(orders, 'Hei!')",
        "def _f(): return 'Hei!'\ndef g(orders): orders.text('1', '2', _f())",
        "from oncall.contacts.model import Entry\nSAID = {'body': 'Hei!'}",
    ],
)
def test_words_that_are_written_on_the_spot_are_found(source: str) -> None:
    assert len(Tracer([Module.read("planted", source)]).find_strays()) == 1


def test_the_places_where_words_leave_the_house_are_known(house: list[Module]) -> None:
    class Distrustful(Tracer):
        def is_of_catalogue(self, _module: Module, _words: ast.expr) -> bool:
            return False

    strays = Distrustful(house).find_strays()

    assert {stray.split(":")[0].rsplit(".", 1)[1] for stray in strays} >= {
        "documents",
        "account",
        "orders",
        "incoming",
        "from_staff",
        "alerts",
        "calls",
        "rota_texts",
        "account_texts",
        "brief_reminders",
    }


def test_a_sentence_is_written_in_the_catalogue_alone(house: list[Module]) -> None:
    made = [
        module.name
        for module in house
        for part in module.parts
        if isinstance(part, ast.Call)
        and ast.unparse(part.func).rsplit(".", 1)[-1] in ("Sentence", "ShiftSentence")
        and not is_catalogue(module)
    ]

    assert made == []


def test_no_norwegian_stands_outside_the_catalogue(house: list[Module]) -> None:
    exceptions = {module.__name__ for module in NOT_SPOKEN}
    speaking = {module.name: list(norwegian(module)) for module in house if not is_catalogue(module)}

    assert {name: found for name, found in speaking.items() if found and name not in exceptions} == {}
    assert all(speaking[name] for name in exceptions)


@pytest.mark.parametrize("source", ["A = 'Ingen svarte.'", "A = 'Prøv'", "A = {'nb': 'ja', 'en': 'yes'}"])
def test_norwegian_is_recognised(source: str) -> None:
    planted, harmless = Module.read("planted", source), Module.read("harmless", "A = 'Nobody answered.'")

    assert len(list(norwegian(planted))) == 1
    assert list(norwegian(harmless)) == []


def norwegian(module: Module) -> Iterator[str]:
    """Yield the literals that are Norwegian, docstrings apart, and the tables of one text a language."""
    for part in module.parts:
        match part:
            case ast.Constant(value=str(text)) if not isinstance(module.parents[part], ast.Expr):
                if NORWEGIAN.search(text):
                    yield text
            case ast.Dict(keys=keys):
                if {"nb", "en"} <= {key.value for key in keys if isinstance(key, ast.Constant)}:
                    yield ast.unparse(part)
