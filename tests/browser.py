"""Which browser the tests drive, and how a machine without one gets it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# The last two keep the browser from asking hosts that no test has to do with.
BROWSER_FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")


def find_browser() -> Path | None:
    """The first browser that starts: one on the path, else Playwright's own; None without any."""
    return next((path for path in _candidates() if _starts(path)), None)


def install_browser() -> Path | None:
    """A browser, got by Playwright's download or, as root, from the system's packages; None if neither."""
    _run([sys.executable, "-m", "playwright", "install", "chromium"])
    if not find_browser() and os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update", "-qq"])
        _run(["apt-get", "install", "-qq", "--yes", "--no-install-recommends", "chromium"])
    return find_browser()


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for found in map(shutil.which, BROWSER_NAMES) if found)
    # Asked in a process of its own: Playwright runs once a process, and a test may be using it.
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    yield Path(answer.stdout.strip())


def _starts(path: Path) -> bool:
    """Whether it runs at all: a downloaded browser may lack the system's libraries."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _run(command: list[str]) -> None:
    """The command has been tried; whether it helped is seen by looking for the browser."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def main() -> int:
    """Zero when there is a browser at the end, one and a line of advice when there is none."""
    if find_browser():
        return 0
    print("No browser found; fetching one for the tests ...", flush=True)
    if install_browser():
        return 0
    print(
        "The tests need a browser and none could be fetched: install Chromium "
        "(Debian and Ubuntu: apt-get install chromium) so that `chromium` is on the path.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
