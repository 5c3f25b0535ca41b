"""What the code imports and what pyproject.toml declares are the same packages."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = ("oncall", "standin")
AROUND = ("tests", "bench")

NOT_IMPORTED = {
    "gunicorn",  # the Procfile starts it
    "psycopg",  # SQLAlchemy loads the driver by its name
    "tzdata",  # zoneinfo reads it where the machine has no time zones of its own
}
TOOLS = {
    "hatchling",  # builds the distribution
    "import-linter",
    "mypy",
    "pytest-playwright",  # brings fixtures
    "pytest-timeout",
    "pytest-xdist",
    "ruff",
    "types-python-dateutil",  # hints for mypy
    "types-wtforms",
    "uv",
}


def test_what_the_service_imports_is_declared_and_what_is_declared_is_imported() -> None:
    imported = distributions_of(PRODUCT)

    assert imported == declared()["dependencies"] - NOT_IMPORTED


def test_what_tests_import_is_declared_and_what_is_declared_for_them_is_used() -> None:
    imported = distributions_of(AROUND)

    groups = declared()
    assert imported <= groups["dependencies"] | groups["dev"]
    assert groups["dev"] | groups["build"] == (imported - groups["dependencies"]) | TOOLS


def distributions_of(folders: Iterable[str]) -> set[str]:
    """Return the distributions that the Python files of the folders import from."""
    known = packages_distributions()
    packages = {name for folder in folders for name in imports_of(ROOT / folder)}
    foreign = packages - sys.stdlib_module_names - {*PRODUCT, *AROUND}
    missing = {name for name in foreign if name not in known}
    assert not missing, f"imported and not installed: {missing}"
    return {normalised(distribution) for name in foreign for distribution in known[name]}


def imports_of(folder: Path) -> set[str]:
    """Return the top-level packages that the Python files below the folder import, wherever in them."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names


def declared() -> dict[str, set[str]]:
    """Return the distributions that pyproject.toml names, by group."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"dependencies": project["dependencies"], **project["optional-dependencies"]}
    return {group: {normalised(requirement) for requirement in lines} for group, lines in groups.items()}


def normalised(requirement: str) -> str:
    """Return the name of the distribution alone, as package indexes compare names."""
    name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()
