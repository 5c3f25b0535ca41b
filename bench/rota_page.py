"""How fast is the rota's page of a large team, and how large is it?

python -m bench.rota_page
"""

import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from rich.console import Console

from oncall.alerts.team import Person, Role, Team
from oncall.rota.hours import CallOut
from oncall.rota.limits import Limits
from oncall.rota.model import Layer, Override, PersonId, Rota, Tier, Weekday, WeeklyWindow
from oncall.rota.working_time import check_working_time
from oncall.store.schema import migrate
from oncall.usecases.accounts.accounts import add_account
from tests.cast import PASSWORD
from tests.scenes.evening import OSLO, VESTFOLD, Evening

PEOPLE, OVERRIDES, REQUESTS = 12, 200, 60
BEGIN = datetime(2026, 1, 5, 7, tzinfo=UTC)
SOON = datetime(2026, 3, 14, 8, tzinfo=UTC)
console = Console()
MOST_MILLISECONDS, MOST_KILOBYTES, MOST_FOR_A_YEAR = 50, 150, 200


def a_large_team(spread: timedelta) -> Team:
    """Three tiers, twelve people, and two hundred overrides, one each `spread`."""
    keys = tuple(PersonId(f"person{n:02}") for n in range(PEOPLE))
    people = {
        key: Person(key, f"Person{n:02} Etternavn", f"+4790009{n:03}", "nb", frozenset(roles), on_call=True)
        for n, key in enumerate(keys)
        for roles in [{Role.LEADER} if n == 0 else {Role.THERAPIST}]
    }
    layer = Layer("one", keys, date(2026, 1, 5), clock_time(8), 1, BEGIN)
    rotas = {tier: Rota(tier, OSLO, (layer,)) for tier in Tier}
    overrides: dict[Tier, list[Override]] = {tier: [] for tier in Tier}
    for n in range(OVERRIDES):
        start = SOON + (n // 3) * 3 * spread
        tier = list(Tier)[n % 3]
        overrides[tier].append(Override(f"page-{n}", keys[n * 5 % PEOPLE], start, start + timedelta(hours=8)))
    rotas = {tier: replace(rota, overrides=tuple(overrides[tier])) for tier, rota in rotas.items()}
    return replace(VESTFOLD, people={**VESTFOLD.people, **people}, rotas=rotas)


def main() -> None:
    """Print the aims beside what was found; the processor's time, which other programs do not lengthen."""
    for name, spread in (("over a year", timedelta(hours=30)), ("within six weeks", timedelta(hours=5))):
        with tempfile.TemporaryDirectory(prefix="oncall-bench-") as folder:
            url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
            migrate(url)
            evening = Evening(url, a_large_team(spread))
            add_account(evening.service.db, "vestfold", "person00", "leader@vestfold.example", PASSWORD)
            client = evening.signed_in("leader@vestfold.example")
            took = []
            for _ in range(REQUESTS):
                began = time.process_time()
                page = client.get("/rota")
                took.append((time.process_time() - began) * 1000)
            cells = page.text.count("name=cell")
            milliseconds = statistics.median(took)
            _say(f"month page, 200 overrides {name}, under {MOST_MILLISECONDS} ms", f"{milliseconds:.0f} ms")
            _say(f"... its size, {cells} cells, under {MOST_KILOBYTES} kB", f"{len(page.data) / 1000:.0f} kB")
            evening.close()
    team = a_large_team(timedelta(hours=30))
    calls = [
        CallOut(
            PersonId(f"person{n % PEOPLE:02}"),
            BEGIN + n * timedelta(hours=15),
            BEGIN + timedelta(hours=15 * n + 1),
        )
        for n in range(580)
    ]
    began = time.process_time()
    limits = Limits(ordinary=WeeklyWindow(frozenset(list(Weekday)[:5]), clock_time(8), clock_time(16)))
    check_working_time(team.rotas, BEGIN, BEGIN + timedelta(days=365), calls, limits)
    milliseconds = (time.process_time() - began) * 1000
    _say(f"a year of working time and calls, under {MOST_FOR_A_YEAR} ms", f"{milliseconds:.0f} ms")


def _say(aim: str, found: str) -> None:
    console.print(f"  {aim:<62} {found:>10}")


if __name__ == "__main__":
    main()
