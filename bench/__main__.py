"""Prints how many calls a second are taken, beside a floor, and how fast pages are among many contacts."""

import argparse
import logging
import sys
import tempfile
import timeit
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from bench import against, history, page_times, servers
from bench.crowd import Result, make_calls, merge, press, stroll
from oncall.rota.duty import on_duty
from oncall.rota.model import Layer, Override, PersonId, Rota, Tier
from oncall.store.keys import KeyRing
from oncall.store.schema import migrate
from oncall.store.session import Database, open_database

OURS, FLOOR = "oncall.serving:build()", "bench.floor:build()"
TEAMS = 400  # fewer than a process remembers, and one open call in each at a time
CALLERS = (1, 16, 64)
STEADY = 100  # calls a second
STEADY_BURSTS = 4

console = Console()


def main() -> None:
    """Measure on SQLite and PostgreSQL, and print the aims beside what was found."""
    options = argparse.ArgumentParser(prog="python -m bench")
    options.add_argument("--parts", nargs="+", default=["calls", "pages", "rota"])
    options.add_argument("--contacts", type=int, default=100_000, help="in the log beforehand, for calls")
    options.add_argument("--scale", type=float, default=1.0, help="of the pages: 1 is a million contacts")
    options.add_argument("--requests", type=int, default=800, help="requests of each run")
    options.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    options.add_argument("--against", metavar="REVISION", help="or a checkout: compare calls with it alone")
    options.add_argument("--rounds", type=int, default=20, help="bursts of each side, when comparing")
    chosen = options.parse_args()
    logging.disable(logging.WARNING)
    if chosen.against:
        for engine in chosen.engines:
            with tempfile.TemporaryDirectory(prefix="oncall-bench-") as folder:
                against.compare(chosen.against, engine, Path(folder), chosen.rounds)
        return
    for engine in chosen.engines:
        with tempfile.TemporaryDirectory(prefix="oncall-bench-") as folder:
            if "calls" in chosen.parts:
                with servers.database(engine, Path(folder)) as url:
                    _measure(engine, url, Path(folder), chosen.contacts, chosen.requests)
        with tempfile.TemporaryDirectory(prefix="oncall-bench-") as folder:
            if "pages" in chosen.parts:
                page_times.measure(engine, Path(folder), chosen.scale)
    if "rota" in chosen.parts:
        _measure_rota()


def _measure(engine: str, url: str, folder: Path, contacts: int, requests: int) -> None:
    wrapping, index = servers.keys()
    migrate(url)
    db = open_database(url, KeyRing((wrapping,), index))
    with db.transaction() as transaction:
        transaction.conn.execute(text("CREATE TABLE bench_floor (sid TEXT PRIMARY KEY, number TEXT)"))
    teams = history.add_teams(db, TEAMS)
    lines = [line for _, line in teams]
    log = folder / f"{engine}.log"

    with servers.web(url, OURS, log) as (port, _):
        _press(db, port, lines, 300, 16)
        empty = _press(db, port, lines, requests, 16)
    with console.status(f"{engine}: storing {contacts:,} contacts"):
        history.add_contacts(db, teams, contacts)
        _settle(db)

    table = Table(title=f"{engine}: incoming calls, {contacts:,} contacts stored, {TEAMS} teams")
    for column in ("callers", "floor/s", "p50 ms", "p99 ms", "ours/s", "p50 ms", "p99 ms", "ours : floor"):
        table.add_column(column, justify="right")
    with servers.web(url, FLOOR, log) as (floor, _), servers.web(url, OURS, log) as (ours, pid):
        clock_command = [sys.executable, "-m", "oncall", "clock"]
        with servers.running(clock_command, servers.environment(url, ours), log) as clock:
            for port in (floor, ours):
                _press(db, port, lines, 300, 16)
            full = {}
            for callers in CALLERS:
                pairs = [
                    (_press(db, floor, lines, requests, callers), _press(db, ours, lines, requests, callers))
                    for _ in range(3)
                ]
                full[callers] = _median(pairs)
                a, b = full[callers]
                ratio = sorted(b.rate / a.rate for a, b in pairs)[1]
                table.add_row(str(callers), *_figures(a), *_figures(b), f"{ratio:.2f}")
            steady = merge([_stroll(db, ours, lines) for _ in range(STEADY_BURSTS)])
            memory = servers.resident(pid) + servers.resident(clock)
    console.print(table)
    if failed := sum(result.failed for pair in full.values() for result in pair) + steady.failed:
        console.print(f"[red]{failed} requests were not answered as they should be[/]")
    sixteen = full[16][1]
    _say("at 16 callers at least half the floor", f"{sixteen.rate / full[16][0].rate:.2f}")
    _say(f"steady {STEADY} calls a second, p99 under 100 ms", f"{steady.percentile(0.99):.0f} ms")
    _say("p99 within five times p50 at 16 callers", f"{sixteen.percentile(0.99) / sixteen.p50:.1f}")
    _say("unchanged within 10 % between an empty log and this one", f"{sixteen.rate / empty.rate:.2f}")
    _say("web and clock together under 250 MB", f"{memory:.0f} MB")
    if engine == "sqlite":
        with servers.web(url, FLOOR, log, BENCH_PLAIN="1") as (port, _):
            plain = _press(db, port, lines, requests, 16)
        _say("for comparison: p99 of a plain threaded server at 16", f"{plain.percentile(0.99):.0f} ms")
    db.close()


def _press(db: Database, port: int, lines: Sequence[str], count: int, callers: int) -> Result:
    """Calls arrive in bursts of one for each team; between bursts, unmeasured, they come to their end."""
    bursts = []
    for _ in range(max(1, count // len(lines))):
        bursts.append(press(port, _calls(lines, len(lines), port), callers))
        history.end_open_calls(db)
    return merge(bursts)


def _stroll(db: Database, port: int, lines: Sequence[str]) -> Result:
    result = stroll(port, _calls(lines, len(lines), port), STEADY)
    history.end_open_calls(db)
    return result


def _calls(lines: Sequence[str], count: int, port: int) -> list[tuple[bytes, dict[str, str]]]:
    return make_calls(count, lines, f"http://127.0.0.1:{port}", servers.TOKEN)


def _median(pairs: Sequence[tuple[Result, Result]]) -> tuple[Result, Result]:
    """Return the pair whose own rate is the median one."""
    return sorted(pairs, key=lambda pair: pair[1].rate)[len(pairs) // 2]


def _figures(result: Result) -> tuple[str, str, str]:
    return f"{result.rate:.0f}", f"{result.p50:.1f}", f"{result.percentile(0.99):.1f}"


def _settle(db: Database) -> None:
    """The planner knows the tables as they are now."""
    with db.transaction() as transaction:
        transaction.conn.execute(text("ANALYZE"))


def _measure_rota() -> None:
    """Ten years of a rota with 500 overrides, asked at random instants."""
    begin = datetime(2020, 1, 6, 7, tzinfo=UTC)
    people = tuple(PersonId(key) for key in ("kari", "ola", "nils", "liv"))
    overrides = tuple(
        Override(str(n), people[n % 4], begin + timedelta(days=7 * n), begin + timedelta(days=7 * n + 1))
        for n in range(500)
    )
    layers = tuple(
        Layer(
            str(year),
            people,
            date(2020 + year, 1, 6),
            time(8),
            7,
            begin + timedelta(days=365 * year),
            begin + timedelta(days=365 * (year + 1)) if year < 9 else None,
        )
        for year in range(10)
    )
    rota = Rota(Tier.DUTY, history.OSLO, layers, overrides)
    instants = [begin + timedelta(hours=n * 7.3) for n in range(10_000)]
    on_duty(rota, begin)
    seconds = min(timeit.repeat(lambda: [on_duty(rota, at) for at in instants], number=1, repeat=3))
    _say("on_duty, ten years and 500 overrides, under 50 µs", f"{seconds / len(instants) * 1e6:.1f} µs")


def _say(aim: str, found: str) -> None:
    console.print(f"  {aim:<62} {found:>10}")


main()
