"""The house keeps its shape: small folders and files, the same rooms on each floor, no I/O in its pages."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("oncall", "standin")
EVERYTHING = (*CODE, "tests", "bench")

MODULES_A_FOLDER, TEMPLATES_A_FOLDER, LINES_A_FILE = 16, 20, 400
NOUNS = ("accounts", "team", "rota", "families", "contacts", "line", "privacy")
FLOORS = ("store", "usecases", "routes", "templates")
WITHOUT = {("templates", "line")}  # a phone has no page

ROUTES = ("oncall/routes",)
WORDING = ("oncall/routes/wording", "oncall/alerts/wording")
OPENERS = {"reading", "writing", "transaction", "operating", "noting_reads"}  # of the store's session
SERVICE = "oncall.routes.web.service"


def modules(root: Path, folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((root / folder).rglob("*.py"))


def crowded_folders(root: Path) -> list[str]:
    """Return every folder that holds more modules or templates than one finds one's way in."""
    found = []
    for kind, most in (("py", MODULES_A_FOLDER), ("html", TEMPLATES_A_FOLDER)):
        files = [path for folder in CODE for path in (root / folder).rglob(f"*.{kind}")]
        counts = Counter(path.parent for path in files)
        found += [f"{folder.relative_to(root)}: {n} .{kind}" for folder, n in counts.items() if n > most]
    return sorted(found)


def long_files(root: Path) -> list[str]:
    """Return every module that is longer than one reads at a sitting."""
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules(root, EVERYTHING)}
    return [f"{path.relative_to(root)}: {n}" for path, n in lengths.items() if n > LINES_A_FILE]


def opened_transactions(root: Path) -> list[str]:
    """Return every call in a page or in its wording that opens a transaction."""
    return [
        f"{path.relative_to(root)}:{part.lineno} .{part.func.attr}("
        for path in modules(root, {*ROUTES, *WORDING})
        for part in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in OPENERS
    ]


def asking_wording(root: Path) -> list[str]:
    """Return every import by which wording could look at the request or at the service."""
    return [
        f"{path.relative_to(root)}: {name}"
        for path in modules(root, WORDING)
        for name in imported(ast.parse(path.read_text("utf-8")))
        if name in {"flask", "flask.request"} or f"{name}.".startswith(f"{SERVICE}.")
    ]


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield all that a module imports, by its whole name; of flask as a whole, "flask"."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            yield from (each.name for each in part.names)
        elif isinstance(part, ast.ImportFrom):
            yield from (f"{part.module}.{each.name}" for each in part.names)


def missing_rooms(root: Path) -> list[str]:
    """Return every noun that has no folder on a floor."""
    return [
        f"{floor}/{noun}"
        for floor in FLOORS
        for noun in NOUNS
        if (floor, noun) not in WITHOUT and not (root / "oncall" / floor / noun).is_dir()
    ]


def write(root: Path, path: str, text: str = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_no_folder_is_crowded() -> None:
    assert crowded_folders(ROOT) == []


def test_no_file_is_long() -> None:
    assert long_files(ROOT) == []


def test_no_page_and_no_wording_opens_a_transaction() -> None:
    assert opened_transactions(ROOT) == []


def test_no_wording_looks_at_the_request_or_the_service() -> None:
    assert asking_wording(ROOT) == []


def test_each_noun_has_the_same_room_on_each_floor() -> None:
    assert missing_rooms(ROOT) == []


# ------------------------------------------------------------------------ each check finds what it looks for


def test_a_seventeenth_module_and_a_twenty_first_template_are_found(tmp_path: Path) -> None:
    for nth in range(MODULES_A_FOLDER):
        write(tmp_path, f"standin/full/part_{nth}.py")
    for nth in range(TEMPLATES_A_FOLDER):
        write(tmp_path, f"oncall/templates/full/part_{nth}.html")
    full = crowded_folders(tmp_path)

    write(tmp_path, "standin/full/one_more.py")
    write(tmp_path, "oncall/templates/full/one_more.html")

    assert full == []
    assert crowded_folders(tmp_path) == ["oncall/templates/full: 21 .html", "standin/full: 17 .py"]


def test_a_line_too_many_is_found(tmp_path: Path) -> None:
    write(tmp_path, "tests/test_whole.py", "pass\n" * LINES_A_FILE)
    write(tmp_path, "tests/line/test_long.py", "pass\n" * (LINES_A_FILE + 1))

    assert long_files(tmp_path) == ["tests/line/test_long.py: 401"]


def test_a_transaction_in_a_page_or_in_its_wording_is_found(tmp_path: Path) -> None:
    write(tmp_path, "oncall/routes/rota/shifts.py", "with db.reading() as reading:\n    pass\n")
    write(tmp_path, "oncall/alerts/wording/staff.py", "def f(desk):\n    return desk.db.noting_reads(1)\n")
    write(tmp_path, "oncall/usecases/rota/swaps.py", "with db.writing(1) as writing:\n    pass\n")

    assert sorted(opened_transactions(tmp_path)) == [
        "oncall/alerts/wording/staff.py:2 .noting_reads(",
        "oncall/routes/rota/shifts.py:1 .reading(",
    ]


def test_wording_that_looks_at_the_request_or_the_service_is_found(tmp_path: Path) -> None:
    write(tmp_path, "oncall/routes/wording/rota.py", "from flask import Markup, request\n")
    write(tmp_path, "oncall/routes/wording/notes.py", "import flask\n")
    write(tmp_path, "oncall/routes/wording/team.py", "from oncall.routes.web import service\n")
    write(tmp_path, "oncall/alerts/wording/staff.py", f"def f():\n    from {SERVICE} import service\n")
    write(tmp_path, "oncall/routes/rota/shifts.py", "from flask import request\n")

    assert asking_wording(tmp_path) == [
        "oncall/routes/wording/notes.py: flask",
        "oncall/routes/wording/rota.py: flask.request",
        "oncall/routes/wording/team.py: oncall.routes.web.service",
        "oncall/alerts/wording/staff.py: oncall.routes.web.service.service",
    ]


def test_a_noun_without_its_room_is_found(tmp_path: Path) -> None:
    for floor in FLOORS:
        for noun in NOUNS:
            write(tmp_path, f"oncall/{floor}/{noun}/__init__.py")
    whole = missing_rooms(tmp_path)
    (tmp_path / "oncall/store/privacy").rename(tmp_path / "oncall/store/secrets")
    (tmp_path / "oncall/templates/line").rename(tmp_path / "oncall/templates/lines")

    assert whole == []
    assert missing_rooms(tmp_path) == ["store/privacy"]
