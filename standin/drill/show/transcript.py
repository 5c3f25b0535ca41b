"""What an operator reads of a drill: each night moment by moment, and a table of all."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from oncall.contacts.fold import Contact
from standin.drill.cast import NIGHT, Cast
from standin.drill.nights.night import Expectation
from standin.drill.play import ScenarioResult
from standin.drill.scenario import Scenario
from standin.drill.show.moments import Side, StoryMoment, Tone

PIPE_WIDTH = 100  # columns where nobody says how many there are
_STYLES = {
    Tone.PLAIN: "",
    Tone.RINGING: "bright_yellow",
    Tone.SPOKEN: "cyan",
    Tone.ACT: "bold",
    Tone.CONNECTED: "bold green",
    Tone.TEXT: "bright_blue",
    Tone.TROUBLE: "bright_magenta",
}


def open_console(*, colour: bool = True) -> Console:
    """Return where the transcript goes: in colour on a terminal, plain and 100 columns wide in a pipe."""
    console = Console(no_color=not colour, highlight=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    return console


def show_list(scenarios: Iterable[Scenario]) -> Table:
    """Return every scenario with its story."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for scenario in scenarios:
        table.add_row(scenario.name, scenario.story)
    return table


def show_opening(cast: Cast) -> Text:
    """Return when the nights begin, and who is who in all of them."""
    local = NIGHT.astimezone(cast.team.zone)
    others = ", ".join(person.name.split()[0] for person in cast.colleagues)
    tiers = f"duty {cast.duty.name} · backup {cast.backup.name} · leader {cast.leader.name}"
    return Text.assemble(
        (cast.team.name, "bold"), f" · {local:%A %-d %B %Y, %H:%M}\n{tiers} · at home {others}\n"
    )


def show_night(outcome: ScenarioResult, number: int, of: int) -> RenderableType:
    """Return one night: its story, its moments, what was expected of it and what came."""
    verdict = ("OK", "bold green") if outcome.ok else ("FAILED", "bold red")
    title = Text.assemble((f"{number}/{of} ", "dim"), (outcome.name, "bold"), "  ", verdict)
    return Group(
        Rule(title, align="left", style="dim"),
        Padding(Text(outcome.story, style="italic"), (0, 0, 1, 0)),
        _moments(outcome),
        Padding(_findings(outcome), (1, 0, 1, 0)),
    )


def _moments(outcome: ScenarioResult) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), expand=True, header_style="dim")
    table.add_column("second", justify="right", width=6, style="dim")
    table.add_column("caller", ratio=1)
    table.add_column("staff", ratio=1)
    for row in _rows(outcome):
        sides = {moment.side: _cell(moment, outcome) for moment in row}
        first = sides.get(Side.CALLER) or sides.get(Side.WORLD) or ""
        table.add_row(_second(row[0], outcome), first, sides.get(Side.STAFF, ""))
    return table


def _rows(outcome: ScenarioResult) -> list[list[StoryMoment]]:
    """Return the moments, two of different sides in one row where they are at the same time."""
    moments = outcome.moments
    rows = [[moment] for moment in moments[:1]]
    for before, moment in pairwise(moments):
        beside = len(rows[-1]) == 1 and _column(before) != _column(moment)
        if beside and _second(before, outcome) == _second(moment, outcome):
            rows[-1].append(moment)
        else:
            rows.append([moment])
    return rows


def _column(moment: StoryMoment) -> bool:
    return moment.side is Side.STAFF


def _cell(moment: StoryMoment, outcome: ScenarioResult) -> Text:
    if moment.side is Side.WORLD:
        return Text(f"⚡ {moment.what}", style=_STYLES[moment.tone])
    cell = Text.assemble((moment.who, "bold"), " ", (moment.what, _STYLES[moment.tone]))
    if moment.until:
        until = (moment.until - outcome.began).total_seconds()
        cell.append(f" {moment.times} times, until {until:.0f}", style="dim")
    return cell


def _second(moment: StoryMoment, outcome: ScenarioResult) -> str:
    return f"{(moment.at - outcome.began).total_seconds():.1f}"


def _findings(outcome: ScenarioResult) -> Text:
    told = Text()
    for contact in outcome.contacts:
        told.append(f"{_human(contact, outcome)} · {contact.state}\n", style="bold")
    if not outcome.contacts:
        told.append("Nothing of this call is in the journal\n", style="bold")
    kept = [rule for rule in outcome.rules if rule.met]
    for expectation in (*outcome.expectations, *(rule for rule in outcome.rules if not rule.met)):
        told.append_text(_line(expectation))
    if kept:
        every = "all" if len(kept) == len(outcome.rules) else f"{len(kept)} of"
        told.append("✓ ", style="green")
        told.append(f"{every} {len(outcome.rules)} rules of every night\n", style="dim")
    told.rstrip()
    return told


def _line(expectation: Expectation) -> Text:
    if expectation.met:
        line = Text.assemble(("✓ ", "green"), (expectation.sentence, "dim"))
    else:
        line = Text.assemble(("✗ ", "bold red"), (expectation.sentence, "red"))
    if expectation.found and (not expectation.met or expectation.found.startswith(("after", "at"))):
        line.append(f" — {expectation.found}", style="dim" if expectation.met else "red")
    return line.append("\n")


def _human(contact: Contact, outcome: ScenarioResult) -> str:
    if contact.seconds_to_human is None or contact.answered_by is None:
        taker = outcome.names.get(contact.acknowledged_by or "")
        return f"No human of the team on the line; then taken by {taker}" if taker else "No human of the team"
    name = outcome.names.get(contact.answered_by, contact.answered_by)
    return f"A human after {contact.seconds_to_human:.1f} s: {name}"


def show_summary(outcomes: Sequence[ScenarioResult], seconds: float) -> RenderableType:
    """Return the table of all nights, and whether all went as they must."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), header_style="dim")
    table.add_column("scenario", no_wrap=True)
    table.add_column("human after", justify="right", no_wrap=True)
    table.add_column("who", no_wrap=True)
    table.add_column("journal", no_wrap=True)
    table.add_column("texts", justify="right")
    table.add_column("", no_wrap=True)
    for outcome in outcomes:
        verdict = Text("OK", style="green") if outcome.ok else Text("FAILED", style="bold red")
        waits, who, states = _summarise(outcome)
        table.add_row(outcome.name, waits, who, states, str(outcome.texts), verdict)
    good = sum(outcome.ok for outcome in outcomes)
    style = "bold green" if good == len(outcomes) else "bold red"
    kept = f"{good} of {len(outcomes)} nights went as they must"
    return Group(Rule(style="dim"), table, Text.assemble((kept, style), (f"  ({seconds:.0f} s)", "dim")))


def _summarise(outcome: ScenarioResult) -> tuple[str, str, str]:
    contacts = outcome.contacts
    waits = [f"{one.seconds_to_human:.1f} s" if one.seconds_to_human is not None else "–" for one in contacts]
    who = [_short_answer(one, outcome) for one in contacts]
    return "\n".join(waits) or "–", "\n".join(who) or "–", "\n".join(one.state for one in contacts) or "–"


def _short_answer(contact: Contact, outcome: ScenarioResult) -> str:
    if contact.answered_by:
        return outcome.names.get(contact.answered_by, contact.answered_by)
    taker = outcome.names.get(contact.acknowledged_by or "")
    return f"later {taker}" if taker else "–"
