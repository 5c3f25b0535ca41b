"""Install the system packages that tests on real processes use; `make packages` runs it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
# Debian keeps servers where the search path of an ordinary user does not lead.
PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"))
# The program that a test starts, and the package of Debian and Ubuntu that it comes with.
PROGRAMS: Mapping[str, str] = MappingProxyType(
    {
        "patroni": "patroni",
        "etcd": "etcd-server",
        "pgbouncer": "pgbouncer",
        "haproxy": "haproxy",
        "caddy": "caddy",
        "nginx": "nginx-light",
    }
)


def find_program(name: str) -> str:
    """Return the path of a program that a test starts.

    Raises `FileNotFoundError` where it is not installed.
    """
    found = shutil.which(name, path=PATH)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed: `make packages` installs it")
    return found


def find_libfaketime() -> Path:
    """Return the library that sets the clock of one process.

    Raises `FileNotFoundError` where it is not installed.
    """
    for folder in LIBRARIES:
        for path in sorted(Path(folder).glob("**/faketime/libfaketime.so.1")):
            return path
    raise FileNotFoundError("libfaketime is not installed: `make packages` installs it")


def missing() -> tuple[str, ...]:
    """Return the packages that are not installed."""
    packages = [package for program, package in PROGRAMS.items() if not shutil.which(program, path=PATH)]
    try:
        find_libfaketime()
    except FileNotFoundError:
        packages.append("libfaketime")
    return tuple(packages)


def main() -> int:
    """Install what is missing; return 0 when everything is there, else 1 after a line of advice."""
    apt = shutil.which("apt-get")
    if missing() and os.geteuid() == 0 and apt:
        print(f"Installing {', '.join(missing())} for the tests ...", flush=True)
        # A server that its package starts would hold ports, and the tests start their own.
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *missing()]):
            subprocess.run([apt, "-qq", *words], env=environment, capture_output=True, check=False)
    if not missing():
        return 0
    print(f"The tests need (Debian and Ubuntu): apt-get install {' '.join(missing())}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
