"""Calls a second of this checkout beside those of another revision, in turn, on the same machine and minute.

    python -m bench --against main~20
    python -m bench --against ../another-checkout --engines sqlite --rounds 12

Both are driven by what an operator knows of them, so that a revision of any age can be compared: Procfile,
`make setup`, `oncall release`, `oncall load` and the incoming webhook. Other programs disturb both alike: a
ratio is the median of many pairs, and the processor's time of the web process hardly notices them.
"""

import os
import shlex
import statistics
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, create_engine, text

from bench import servers
from bench.crowd import Result, make_calls, press

TEAMS = 100  # a burst is one call to each
CALLERS = (1, 16)
WARM_UP = 4  # bursts
ROOT = Path(__file__).resolve().parent.parent
CHECKOUTS = ROOT / "var" / "revisions"
TICKS = os.sysconf("SC_CLK_TCK")
console = Console()


@dataclass(frozen=True)
class Side:
    """One of the two that are compared, as it runs."""

    port: int
    pid: int
    database: Engine


@dataclass
class Bursts:
    """What the bursts of one side have come to."""

    rates: list[float] = field(default_factory=list)  # calls a second, by burst
    computed: float = 0.0  # seconds of the web process, for all bursts together


def compare(revision: str, engine: str, folder: Path, rounds: int) -> None:
    """Print both sides' calls a second on an engine, and what computing a call costs."""
    table = Table(title=f"{engine}: this checkout against {revision}, {rounds} bursts of {TEAMS} calls each")
    for column in ("callers", "then/s", "now/s", "ratio", "middle half", "then ms", "now ms", "ratio"):
        table.add_column(column, justify="right")
    with ExitStack() as stack:
        then, now = (
            stack.enter_context(_running(checkout, engine, folder / name))
            for name, checkout in (("then", check_out(revision)), ("now", ROOT))
        )
        for side in (then, now) * WARM_UP:
            _burst(side, max(CALLERS))
        for callers in CALLERS:
            table.add_row(str(callers), *_row(*_take_turns(then, now, callers, rounds)))
    console.print(table)


def check_out(revision: str) -> Path:
    """Return the folder of a revision, set up with its own packages; a folder is taken as it is."""
    if Path(revision).is_dir():
        return Path(revision).resolve()
    commit = _run(ROOT, "git", "rev-parse", "--verify", f"{revision}^{{commit}}").strip()
    folder = CHECKOUTS / commit
    if not folder.exists():
        _run(ROOT, "git", "worktree", "add", "--detach", str(folder), commit)
    _run(folder, "make", "setup")
    return folder


def _run(folder: Path, *command: str) -> str:
    """Run a command of a developer's in a checkout, and return its output."""
    return subprocess.run(command, check=True, cwd=folder, stdout=subprocess.PIPE, text=True).stdout


@contextmanager
def _running(checkout: Path, engine: str, folder: Path) -> Iterator[Side]:
    """Run the web process of a checkout with a database of its own."""
    folder.mkdir()
    port = servers.free_port()
    team_file = folder / "teams.toml"
    team_file.write_text("".join(_describe_team(number) for number in range(TEAMS)))
    with servers.database(engine, folder) as url:
        environment = {**servers.environment(url, port), "PYTHONPATH": str(checkout)}
        for words in (["release"], ["load", str(team_file)]):
            _oncall(checkout, environment, words)
        with servers.running(_web_command(checkout), environment, folder / "log", checkout) as pid:
            servers.wait_for(port)
            database = create_engine(url)
            yield Side(port, pid, database)
            database.dispose()


def _oncall(checkout: Path, environment: Mapping[str, str], words: list[str]) -> None:
    command = [str(checkout / ".venv/bin/python"), "-m", "oncall", *words]
    subprocess.run(command, check=True, cwd=checkout, env=dict(environment), stdout=subprocess.DEVNULL)


def _web_command(checkout: Path) -> list[str]:
    """Return what the Procfile says, run by the checkout's own Python."""
    lines = (checkout / "Procfile").read_text().splitlines()
    words = next(line.removeprefix("web:") for line in lines if line.startswith("web:"))
    return [str(checkout / ".venv/bin/python"), "-m", *shlex.split(words)]


def _line(number: int) -> str:
    return f"+4733{number:06}"


def _describe_team(number: int) -> str:
    """Return a team of four in the format of team files."""
    people = ("kari", "ola", "nils", "liv")
    staff = "".join(
        f'[[team.staff]]\nkey = "{key}"\nname = "{key.title()}"\nphone = "+4740{number:05}{n}"\n'
        f'roles = ["{"leader" if key == "liv" else "therapist"}"]\non_call = true\n'
        for n, key in enumerate(people)
    )
    layers = "".join(
        f'[[team.layer]]\ntier = "{tier}"\nparticipants = ["{key}"]\n'
        'first_handover = 2026-01-05\nhandover_time = "08:00"\nturn_days = 7\n'
        for tier, key in (("duty", "kari"), ("backup", "ola"), ("leader", "liv"))
    )
    return (
        f'[[team]]\nslug = "team-{number}"\nname = "Team {number}"\ntime_zone = "Europe/Oslo"\n'
        f'language = "nb"\nvoice_line = "{_line(number)}"\ntext_line = "{_line(number)}"\n'
        f'static_number = "+4733999999"\non_call = true\n{staff}{layers}'
    )


def _take_turns(then: Side, now: Side, callers: int, rounds: int) -> tuple[Bursts, Bursts]:
    """Send bursts to both in turn; who goes first changes, for the second finds a warmer machine."""
    found = {id(then): Bursts(), id(now): Bursts()}
    for number in range(rounds):
        for side in (then, now) if number % 2 else (now, then):
            before = _seconds_computed(side.pid)
            result = _burst(side, callers)
            bursts = found[id(side)]
            bursts.rates.append(result.rate)
            bursts.computed += _seconds_computed(side.pid) - before
    return found[id(then)], found[id(now)]


def _burst(side: Side, callers: int) -> Result:
    """Send one call to each team; afterwards, unmeasured, all of them end."""
    calls = make_calls(
        TEAMS, [_line(n) for n in range(TEAMS)], f"http://127.0.0.1:{side.port}", servers.TOKEN
    )
    result = press(side.port, calls, callers)
    if result.failed:
        raise SystemExit(f"{result.failed} calls were not answered as they should be")
    with side.database.begin() as conn:  # by name: the other revision's tables are not ours
        conn.execute(text("UPDATE contact SET is_open = false WHERE is_open"))
        conn.execute(text("UPDATE outbox SET state = 'done' WHERE state = 'pending'"))
    return result


def _seconds_computed(pid: int) -> float:
    """Return the processor's time of a process and its children so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_seconds_computed(int(child)) for child in children)


def _row(then: Bursts, now: Bursts) -> Iterator[str]:
    ratios = sorted(b / a for a, b in zip(then.rates, now.rates, strict=True))
    quarter = len(ratios) // 4
    yield f"{statistics.median(then.rates):.0f}"
    yield f"{statistics.median(now.rates):.0f}"
    yield f"{statistics.median(ratios):.2f}"
    yield f"{ratios[quarter]:.2f}-{ratios[-1 - quarter]:.2f}"
    for bursts in (then, now):
        yield f"{bursts.computed / len(bursts.rates) / TEAMS * 1000:.2f}"
    yield f"{now.computed / then.computed:.2f}"
