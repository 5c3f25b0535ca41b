"""A fault planted in the service is found by random nights: they would not sleep through a real one."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from oncall.alerts import decide, ladder, paging
from oncall.alerts.claims import withdraw_lost_claim
from oncall.alerts.safe_contact import Verdict
from oncall.contacts.contact import Contact, WaveSpec
from oncall.usecases.line import escalation as escalation
from oncall.usecases.line.texts import incoming as texts
from standin.drill.cast import read_cast
from standin.drill.many import Theatre
from standin.drill.stage.databases import open_databases

pytestmark = pytest.mark.slow

SEED = 7
NIGHTS = 60  # at most, until the fault is found; they begin with the first that finds it as things are


def skip_a_wave(monkeypatch: pytest.MonkeyPatch) -> None:
    def human_waves(contact: Contact) -> tuple[tuple[int, WaveSpec], ...]:
        return tuple(wave for wave in ladder.human_waves(contact) if wave[0] != 1)

    monkeypatch.setattr("oncall.alerts.waves.human_waves", human_waves)


def skip_a_step_of_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    untaken = paging._untaken
    monkeypatch.setattr(paging, "_untaken", lambda w, team: tuple(n for n in untaken(w, team) if n != 1))


def never_page_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "REPEAT_EVERY", timedelta(days=1))
    monkeypatch.setattr(paging, "REPEAT_UNREACHED", timedelta(days=1))


def keep_a_lost_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    for rules in ("_RULES", "_RULES_WHEN_ASKED"):
        kept = tuple(rule for rule in getattr(decide, rules) if rule is not withdraw_lost_claim)
        monkeypatch.setattr(decide, rules, kept)


def never_look_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "due_pages", lambda *_: None)


def forget_who_hung_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for rules in ("_RULES", "_RULES_WHEN_ASKED"):
        kept = tuple(rule for rule in getattr(decide, rules) if rule is not decide._open_follow_up)
        monkeypatch.setattr(decide, rules, kept)


def let_the_machine_write_to_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "may_reach", lambda *_: Verdict.YES)
    monkeypatch.setattr("oncall.jobs.alerts.may_reach", lambda *_: Verdict.YES)


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    with open_databases() as databases:
        yield Theatre(databases, read_cast())


@pytest.mark.parametrize(
    ("plant", "promise", "first"),
    [
        (skip_a_wave, "Each wave comes while a caller waits", 1),
        (skip_a_step_of_the_pages, "No step of the page ladder is left out", 1),
        (never_page_again, "Whoever reached nobody is alerted for", 10),
        (keep_a_lost_claim, "A claim that leads to no talk is given up", 31),
        (never_look_again, "Whoever reached nobody is alerted for", 1),
        (forget_who_hung_up, "Whoever reached nobody is alerted for", 1),
        (let_the_machine_write_to_anybody, "No family is reached against its rules", 1),
    ],
)
def test_random_nights_find_a_planted_fault(
    theatre: Theatre,
    plant: Callable[[pytest.MonkeyPatch], None],
    promise: str,
    first: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(monkeypatch)

    nights = (theatre.play(f"{SEED}:{night}") for night in range(first, first + NIGHTS))

    assert any(finding.startswith(promise) for night in nights for finding in night.findings)
