"""How the processes of the demonstration are set up, started and stopped."""

import argparse
import base64
import fcntl
import hashlib
import http.client
import json
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from honcho.manager import Manager

from oncall.settings import Settings
from standin.demo.cast import DemoCast, SignIn, read_demo_cast
from standin.demo.terminal import Terminal, welcome
from standin.teams import FOLDER

ROOT = Path(__file__).resolve().parent.parent.parent
TEAM_FILES = tuple(FOLDER / f"{name}.toml" for name in ("baerum", "vestfold", "sor-vest", "rogaland"))
LOOPBACK = "127.0.0.1"
STOPPED_BY_VISITOR = (130, 143)  # Ctrl-C and SIGTERM, as the processes' manager tells it
SECONDS_TO_START = 60
HIGHEST_PORT = 65535
# Ports of other services, which browsers refuse to open a page on (fetch.spec.whatwg.org/#port-blocking).
UNSAFE_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080}
)


class CannotRun(Exception):
    """The demonstration cannot start; the text is the line that says why."""


@dataclass(frozen=True)
class Demo:
    """Where the demonstration keeps its data and which ports it answers on."""

    folder: Path
    web_port: int
    simulator_port: int

    @property
    def database(self) -> Path:
        """Where the data is, unless DATABASE_URL says where; never where real data is by default."""
        return self.folder / "demo.sqlite3"

    @property
    def secrets(self) -> Path:
        """The keys, tokens and the password that were made for it."""
        return self.folder / "demo.env"

    @property
    def note_of_loading(self) -> Path:
        """Says which teams are in the database."""
        return self.folder / "demo.loaded"

    @property
    def phone_book(self) -> Path:
        """The phones that the simulator shows."""
        return self.folder / "phones.json"

    @property
    def command(self) -> Path:
        """`oncall` for the demonstration's own data, and with its settings."""
        return self.folder / "oncall"

    @property
    def metrics(self) -> Path:
        """What the processes count."""
        return self.folder / "metrics"

    @property
    def pages(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"

    @property
    def phones(self) -> str:
        return f"http://{LOOPBACK}:{self.simulator_port}"


def run(demo: Demo, *, fresh: bool = False) -> int:
    """The exit status after Ctrl-C, or after one of the processes could not start.

    1. Secrets are made once and kept. 2. The database is migrated. 3. Teams and sign-ins are loaded, but
    not again while their files stay as they are: what a visitor changed is kept. 4. Web, clock and
    simulator run until Ctrl-C; one that is killed is started again, and one that cannot start ends all.
    """
    for port in (demo.web_port, demo.simulator_port):
        _require_free(port)
    demo.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds families and secrets
    with _alone_in(demo.folder):  # before anything is forgotten: another demonstration may run on the data
        return _run_alone(demo, fresh=fresh)


def _run_alone(demo: Demo, *, fresh: bool) -> int:
    if fresh:
        forget(demo)
    secrets_of_demo = _keep_secrets(demo.secrets)
    environment = _environment(demo, secrets_of_demo)
    if not demo.database.exists():
        demo.note_of_loading.unlink(missing_ok=True)

    _run_oncall(environment, "release")
    cast = read_demo_cast(TEAM_FILES)
    _load_once(demo.note_of_loading, environment, cast.sign_ins, secrets_of_demo["DEMO_PASSWORD"])
    demo.phone_book.write_text(json.dumps(_phone_book(cast, secrets_of_demo["DEMO_PASSWORD"])))
    _write_command(demo, environment)

    print("Starting web, clock and phones ...", flush=True)
    manager = Manager(Terminal(sys.stdout))
    for name, command in _commands(demo, cast.lines).items():
        manager.add_process(name, shlex.join(command), env=environment, cwd=str(ROOT))
    words = welcome(
        demo.pages,
        demo.phones,
        os.path.relpath(demo.command),
        cast.sign_ins,
        secrets_of_demo["DEMO_PASSWORD"],
    )
    threading.Thread(target=_welcome_when_open, args=(demo, words), daemon=True).start()
    manager.loop()
    if manager.returncode in STOPPED_BY_VISITOR:
        print("\nStopped. `make run` goes on with the same data.")
        return 0
    raise CannotRun("One of the processes cannot start: see the lines above")


def forget(demo: Demo) -> None:
    """Nothing of the demonstration is left; what else lies in its folder stays: it may be real."""
    shutil.rmtree(demo.metrics, ignore_errors=True)
    data = demo.folder.glob(f"{demo.database.name}*")  # SQLite keeps files beside its own
    for path in (demo.secrets, demo.note_of_loading, demo.phone_book, demo.command, *data):
        path.unlink(missing_ok=True)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers themselves do
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise CannotRun(
                f"Port {port} is in use: stop what uses it, "
                "or choose others: make run PORT=5050 SIMULATOR_PORT=5051"
            ) from None


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """No other demonstration keeps its data in the folder meanwhile, on whatever ports."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CannotRun(f"A demonstration runs already with the data in {folder}: stop it first") from None
    finally:
        os.close(held)


def _keep_secrets(path: Path) -> dict[str, str]:
    """The demonstration's secrets, made and written at the first start, for nobody else to read."""
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ONCALL_KEYS": _new_key(),
            "ONCALL_INDEX_KEY": _new_key(),
            "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
            "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
            "DEMO_PASSWORD": f"demo-{secrets.token_hex(4)}",
        }
        text = "".join(f"{name}={value}\n" for name, value in made.items())
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text, encoding="utf-8")
    kept = dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    if "DEMO_PASSWORD" not in kept:  # it is written last
        raise CannotRun(f"{path} is not whole: `make fresh` starts over")
    return kept


def _code_key(who: SignIn, password: str) -> str:
    """The key of the code generator on the person's phone: another for each demonstration."""
    return base64.b32encode(hashlib.sha256(f"{password} {who.email}".encode()).digest()[:20]).decode()


def _phone_book(cast: DemoCast, password: str) -> list[dict[str, str]]:
    """The phones, and on some of them the code generator with which their owner signs in."""
    keys = {who.phone: _code_key(who, password) for who in cast.sign_ins}
    return [{**phone, "code_key": keys.get(phone["number"], "")} for phone in cast.phones]


def _new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _environment(demo: Demo, secrets_of_demo: Mapping[str, str]) -> dict[str, str]:
    """What every process of the demonstration is told; nothing of a real set-up reaches it but a database."""
    real = {field.upper() for field in Settings.model_fields} - {"DATABASE_URL"}
    kept = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in real}
    shutil.rmtree(demo.metrics, ignore_errors=True)  # figures of processes that are gone
    demo.metrics.mkdir()
    return {
        "DATABASE_URL": f"sqlite:///{demo.database}",
        **kept,
        **secrets_of_demo,
        "PORT": str(demo.web_port),
        "PUBLIC_URL": demo.pages,
        "TWILIO_API_URL": demo.phones,
        "PROMETHEUS_MULTIPROC_DIR": str(demo.metrics),
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": LOOPBACK,
    }


def _write_command(demo: Demo, environment: Mapping[str, str]) -> None:
    """A visitor's `oncall` reads the demonstration's data, and leaves nothing in their shell."""
    told = ({field.upper() for field in Settings.model_fields} | {"NO_PROXY"}) & set(environment)
    lines = [f"export {name}={shlex.quote(environment[name])}" for name in sorted(told)]
    text = "\n".join(["#!/bin/sh", *lines, f'exec {shlex.quote(_beside_python("oncall"))} "$@"', ""])
    demo.command.unlink(missing_ok=True)
    demo.command.touch(mode=0o700)  # before it holds the secrets
    demo.command.write_text(text, encoding="utf-8")


def _run_oncall(environment: Mapping[str, str], *arguments: str) -> None:
    """The command has succeeded."""
    _finish_oncall(_start_oncall(environment, *arguments))


def _start_oncall(environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    """The command, under way."""
    pipe = subprocess.PIPE
    command = [_beside_python("oncall"), *arguments]
    return subprocess.Popen(
        command, env=environment, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
    )


def _finish_oncall(command: subprocess.Popen[str], standard_input: str = "") -> None:
    """The command has succeeded, and said nothing that a visitor must read; else its words are the reason."""
    said, _ = command.communicate(standard_input)
    if command.returncode:
        raise CannotRun(f"The data cannot be made ready (`make fresh` starts over): {said.strip()}")


def _load_once(
    loaded: Path, environment: Mapping[str, str], sign_ins: tuple[SignIn, ...], password: str
) -> None:
    """Teams and sign-ins are in the database, and a note says from which files and in which database."""
    digest = hashlib.sha256(b"with code generators" + environment["DATABASE_URL"].encode())
    for file in TEAM_FILES:
        digest.update(file.read_bytes())
    if loaded.exists() and loaded.read_text() == digest.hexdigest():
        return
    print(f"Loading {len(TEAM_FILES)} teams with their families and rotas ...", flush=True)
    _run_oncall(environment, "load", *map(str, TEAM_FILES))
    adding = [
        _start_oncall(
            environment,
            *("user", "add", who.email, "--team", who.team, "--staff", who.person),
            *("--password-stdin", "--totp-stdin"),
        )
        for who in sign_ins
    ]
    for who, command in zip(sign_ins, adding, strict=True):
        _finish_oncall(command, f"{password}\n{_code_key(who, password)}\n")
    loaded.write_text(digest.hexdigest())


def _commands(demo: Demo, lines: tuple[str, ...]) -> dict[str, list[str]]:
    simulator = [sys.executable, "-m", "standin.simulator", "--port", str(demo.simulator_port)]
    simulator += ["--voice-url", f"{demo.pages}/voice/incoming", "--text-url", f"{demo.pages}/text/incoming"]
    simulator += ["--phones", str(demo.phone_book)]
    for line in lines:
        simulator += ["--line", line]
    web = ["--config", "python:oncall.workers", "--log-level", "warning", "oncall.serving:build()"]
    again = [sys.executable, "-m", "standin.demo.again"]
    return {
        "web": [*again, _beside_python("gunicorn"), *web],
        "clock": [*again, _beside_python("oncall"), "clock"],
        "simulator": [*again, *simulator],
    }


def _beside_python(command: str) -> str:
    """The command of this Python's own environment, whatever the path holds."""
    return str(Path(sys.executable).with_name(command))


def _welcome_when_open(demo: Demo, words: str) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up:
        if _answers(demo.web_port, "/healthz") and _answers(demo.simulator_port, "/"):
            print(words, flush=True)
            return
        time.sleep(0.2)
    print(f"\n  Not open after {SECONDS_TO_START} s: see the lines above.\n", flush=True)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main(arguments: Sequence[str]) -> int:
    """The exit status; a reason why it cannot run is one line."""
    parser = argparse.ArgumentParser("standin.demo", description="The service tried on one machine.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("var"), help="where its data is")
    parser.add_argument("--fresh", action="store_true", help="forget all data first")
    asked = parser.parse_args(arguments)
    try:
        web_port = _port("PORT", 5000)
        demo = Demo(asked.folder.resolve(), web_port, _port("SIMULATOR_PORT", web_port + 1))
        if demo.simulator_port == web_port:
            raise CannotRun(f"PORT and SIMULATOR_PORT are both {web_port}: choose another for one of them")
        return run(demo, fresh=asked.fresh)
    except CannotRun as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or asked.folder} cannot be used: {error.strerror}", file=sys.stderr)
        return 1


def _port(variable: str, usual: int) -> int:
    given = os.environ.get(variable) or str(usual)
    if not given.isdecimal() or not 0 < int(given) <= HIGHEST_PORT:
        raise CannotRun(f"{variable} is no port: {given}")
    if int(given) in UNSAFE_PORTS:
        raise CannotRun(f"{variable}={given} is a port that browsers do not open: choose another")
    return int(given)
