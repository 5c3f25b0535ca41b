import re
import shutil
from pathlib import Path

import pytest

import oncall
from oncall import frontend

PACKAGE = Path(oncall.__file__).parent


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the vendor folder that set-up made."""
    copy = tmp_path / "vendor"
    shutil.copytree(frontend.VENDOR, copy)
    monkeypatch.setattr(frontend, "VENDOR", copy)
    return copy


def test_the_files_that_the_pages_load_are_there_with_their_licences(vendor: Path) -> None:
    assert frontend.is_current()
    assert all((vendor / name).stat().st_size > 1000 for name in frontend.PAGES_LOAD.values())
    assert len(list(vendor.glob("*.LICENSE.txt"))) == len(frontend.PAGES_LOAD)


def test_a_changed_file_is_noticed(vendor: Path) -> None:
    with (vendor / "htmx.min.js").open("a") as file:
        file.write("changed")

    assert not frontend.is_current()


def test_a_missing_file_is_noticed(vendor: Path) -> None:
    (vendor / "designsystemet.css").unlink()

    assert not frontend.is_current()


def test_every_sheet_and_script_is_loaded_by_a_page_and_no_page_loads_one_that_is_not_there() -> None:
    templates = "".join(path.read_text() for path in (PACKAGE / "templates").rglob("*.html"))
    named = re.findall(r"filename='([\w/.-]+\.(?:css|js))'", templates)
    of_rooms = re.findall(r'"(\w+)"', "".join(re.findall(r"{% set sheets = \(.*?\) %}", templates)))

    loaded = {name for name in named if not name.startswith("vendor/")} | {f"{name}.css" for name in of_rooms}

    assert loaded == {path.name for path in (PACKAGE / "static").iterdir() if path.suffix in {".css", ".js"}}


def test_nothing_is_loaded_from_another_host(vendor: Path) -> None:
    for sheet in vendor.glob("*.css"):
        text = sheet.read_text()
        assert "@import" not in text
        assert "url(http" not in text
        assert "url(//" not in text


def test_the_locks_name_no_address_of_a_package_registry() -> None:
    for lock in (*frontend.ROOT.glob("requirements*.lock"), frontend.ROOT / "package-lock.json"):
        assert "://" not in lock.read_text(), lock.name
