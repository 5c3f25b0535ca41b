"""No file imports another that imports it in turn: each can be read and understood from below."""

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("oncall", "standin")


def test_no_file_takes_part_in_a_circle_of_imports() -> None:
    circle = find_circle(read_imports(ROOT, PACKAGES))

    assert circle is None, f"these import each other: {' -> '.join(circle)}"


@pytest.mark.parametrize(
    "back",
    [
        "from house.attic import roof",
        "import house.attic.roof",
        "from house.attic.roof import TILES",
        "if TYPE_CHECKING:\n    from house.attic.roof import TILES",
        "def climb() -> None:\n    from house.attic.roof import TILES",
    ],
)
def test_a_planted_circle_is_found_wherever_its_import_stands(tmp_path: Path, back: str) -> None:
    plant(
        tmp_path,
        {
            "house/__init__.py": "",
            "house/attic/__init__.py": "",
            "house/attic/roof.py": "from house.stairs import UP\nTILES = 1",
            "house/stairs.py": "from house import cellar\nUP = 1",
            "house/cellar.py": back,
            "house/door.py": "from house import stairs",
        },
    )

    circle = find_circle(read_imports(tmp_path, ("house",)))

    assert circle is not None
    assert circle[0] == circle[-1]
    assert set(circle) == {"house.attic.roof", "house.stairs", "house.cellar"}


def test_a_circle_through_a_package_is_found(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {"house/__init__.py": "from house.door import BELL", "house/door.py": "from house import ADDRESS"},
    )

    circle = find_circle(read_imports(tmp_path, ("house",)))

    assert circle is not None
    assert set(circle) == {"house", "house.door"}


def test_files_that_stand_on_each_other_make_no_circle(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "house/__init__.py": "",
            "house/roof.py": "import os\nfrom house import wall\nfrom house.wall import STONE",
            "house/wall.py": "import house.ground",
            "house/ground.py": "",
        },
    )

    assert find_circle(read_imports(tmp_path, ("house",))) is None


def find_circle(imports: Mapping[str, set[str]]) -> tuple[str, ...] | None:
    """Return modules each of which imports the next, the first and last being the same; None without any."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]  # each is imported by the next
        return tuple(reversed(circle))
    return None


def read_imports(root: Path, packages: tuple[str, ...]) -> dict[str, set[str]]:
    """Return which modules of the packages each of them imports, anywhere in its file."""
    files = {_name(file, root): file for package in packages for file in (root / package).rglob("*.py")}
    return {name: set(_imported(file, files)) - {name} for name, file in files.items()}


def _name(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(file: Path, modules: Mapping[str, object]) -> list[str]:
    """Return the modules that the file names in its imports, without the packages that they lie in."""
    named: list[str] = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            named += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            named += [name if name in modules else str(node.module) for name in inside]
    return [name for name in named if name in modules]


def plant(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
