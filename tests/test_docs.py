"""Whether the documents name files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXEMPT = {"CHANGELOG.md", "template.md"}  # one tells of the past, the other is to be filled in
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMED = re.compile(r"`((?:oncall|standin|tests|bench|docs)/[\w./-]*)`")
LINKED = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")


def find_missing(document: Path) -> list[str]:
    """Return the files and folders that a document names in code style or links to, and that do not exist."""
    text = document.read_text(encoding="utf-8")
    named = [ROOT / name for name in NAMED.findall(text)]
    linked = [document.parent / name for name in LINKED.findall(text)]
    return [str(path.relative_to(ROOT)) for path in (*named, *linked) if not path.exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_names_only_what_is_there(document: Path) -> None:
    assert document.name in EXEMPT or find_missing(document) == []


def test_a_file_that_is_not_there_is_found(tmp_path: Path) -> None:
    document = ROOT / "docs" / "nothing.md"

    text = "`oncall/nowhere.py` and [a page](nowhere.md)"

    assert NAMED.findall(text) == ["oncall/nowhere.py"]
    assert not (document.parent / LINKED.findall(text)[0]).exists()
