"""The databases and processes that are measured, as an operator would start them."""

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.engines import Postgres

TOKEN = secrets.token_hex(16)


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """An empty database of that kind is there; give its address."""
    if engine == "sqlite":
        yield f"sqlite:///{folder}/bench.sqlite3"
        return
    server = Postgres(folder / "postgres", durable=True)
    try:
        yield server.create("bench")
    finally:
        server.stop()


def environment(database_url: str, port: int) -> dict[str, str]:
    """Return what the service needs in its environment; the carrier's address leads nowhere."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SECRET_KEY": secrets.token_hex(32),
        "ONCALL_KEYS": _KEYS[0],
        "ONCALL_INDEX_KEY": _KEYS[1],
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": "http://127.0.0.1:9",
    }


_KEYS = tuple(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(2))


def keys() -> tuple[bytes, bytes]:
    """Return the wrapping key and the index key that the servers are started with."""
    wrapping, index = (base64.urlsafe_b64decode(key) for key in _KEYS)
    return wrapping, index


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web(database_url: str, app: str, log: Path, **extra: str) -> Iterator[tuple[int, int]]:
    """A web server of `app` runs; give its port and its process id."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:oncall.workers", app]
    with running(command, {**environment(database_url, port), **extra}, log) as pid:
        wait_for(port)
        yield port, pid


@contextmanager
def running(
    command: list[str], env: Mapping[str, str], log: Path, folder: Path | None = None
) -> Iterator[int]:
    """A process of ours runs, in `folder` or here, and is gone afterwards."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=dict(env), stdout=out, stderr=out, cwd=folder)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def resident(pid: int) -> float:
    """Return the megabytes that a process and its children hold, each page that they share counted once."""
    total = _pss(pid)
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        total += resident(int(child))
    return total


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def wait_for(port: int) -> None:
    """Return once a server answers at the port."""
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/voice/incoming", timeout=2)
        except urllib.error.HTTPError:
            return  # it answers: 405, since nothing was posted
        except OSError:
            time.sleep(0.1)
    raise SystemExit("a server did not start; see its log")
