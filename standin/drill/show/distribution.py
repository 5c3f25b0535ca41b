"""How long families waited for a human, over many random nights."""

from collections.abc import Iterable, Sequence
from math import ceil

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from standin.drill.many import Ending, Played

ENOUGH = 20  # below this, counts say more than shares
SHARES = (50, 90, 99)


def show_distribution(nights: Sequence[Played]) -> RenderableType:
    """Return the seconds to a human of every call and text, and how those ended that reached nobody."""
    endings = [ending for night in nights for ending in night.endings]
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), header_style="dim")
    table.add_column("seconds", no_wrap=True)
    table.add_column("number", justify="right")
    for share in SHARES:
        table.add_column("median" if share == SHARES[0] else f"{share} %", justify="right")
    table.add_column("longest", justify="right")
    calls, texts = _of(endings, "voice"), _of(endings, "text")
    missed = [ending for ending in calls if ending.seconds is None]
    _add(table, "calls: to a human on the line", (ending.seconds for ending in calls))
    _add(table, "missed calls: to somebody who takes it", (ending.taken for ending in missed))
    _add(table, "texts: to somebody who takes it", (ending.taken for ending in texts))
    _add(table, "texts: to the first answer", (ending.seconds for ending in texts))
    return Group(table, _ends("calls", calls), _ends("texts", texts))


def _of(endings: Iterable[Ending], channel: str) -> list[Ending]:
    return [ending for ending in endings if ending.channel == channel]


def _add(table: Table, what: str, waits: Iterable[float | None]) -> None:
    found = sorted(wait for wait in waits if wait is not None)
    if len(found) < ENOUGH:
        few = ", ".join(f"{wait:.0f}" for wait in found)
        table.add_row(what, str(len(found)), few, "", "", "")
        return
    shares = [f"{_quantile(found, share):.1f}" for share in SHARES]
    table.add_row(what, str(len(found)), *shares, f"{found[-1]:.1f}")


def _quantile(waits: Sequence[float], share: int) -> float:
    """Return the wait that so many per cent did not exceed."""
    return waits[max(0, ceil(len(waits) * share / 100) - 1)]


def _ends(what: str, endings: Sequence[Ending]) -> Text:
    answered = sum(ending.seconds is not None for ending in endings)
    taken = sum(ending.seconds is None and ending.taken is not None for ending in endings)
    waiting = len(endings) - answered - taken
    parts = (
        f"{answered} reached a human",
        f"{taken} were taken by one afterwards",
        f"{waiting} go on alerting",
    )
    return Text(f"{len(endings)} {what}: {', '.join(parts)}")


def show_findings(nights: Sequence[Played]) -> RenderableType:
    """Return every finding with the seed of its night, and whether there was none."""
    found = [night for night in nights if night.findings]
    if not found:
        return Text(f"\n{len(nights)} nights, and nothing was found", style="bold green")
    lines = Text()
    for night in found:
        lines.append(f"\noncall drill --seed {night.seed}", style="bold red")
        for finding in night.findings:
            lines.append(f"\n  ✗ {finding}", style="red")
    lines.append(f"\n\n{len(found)} of {len(nights)} nights went as they must not", style="bold red")
    return lines
