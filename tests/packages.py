"""Install the system package that tests on real processes use; `make packages` runs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
PACKAGE = "libfaketime"  # of Debian and Ubuntu


def find_libfaketime() -> Path:
    """Return the library that sets the clock of one process.

    Raises `FileNotFoundError` where it is not installed.
    """
    for folder in LIBRARIES:
        for path in sorted(Path(folder).glob("**/faketime/libfaketime.so.1")):
            return path
    raise FileNotFoundError("libfaketime is not installed: `make packages` installs it")


def main() -> int:
    """Install what is missing; return 0 when it is there, else 1 after a line of advice."""
    apt = shutil.which("apt-get")
    if not _is_there() and os.geteuid() == 0 and apt:
        print(f"Installing {PACKAGE} for the tests ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", PACKAGE]):
            subprocess.run([apt, "-qq", *words], env=environment, capture_output=True, check=False)
    if _is_there():
        return 0
    print(f"The tests need (Debian and Ubuntu): apt-get install {PACKAGE}", file=sys.stderr)
    return 1


def _is_there() -> bool:
    try:
        find_libfaketime()
    except FileNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
