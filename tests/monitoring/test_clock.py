"""What goes wrong in the clock process reaches the operator, even beside its own error boundary."""

import pytest

from oncall import scheduler
from oncall.clock import pause
from oncall.scheduler import Heart, Ticker, run_clock


class Stopped(Exception):
    """The test has seen enough."""


def test_a_tick_that_ends_in_an_exception_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[tuple[str, str]] = []

    def tick(_ticker: Ticker) -> None:
        raise ValueError("beside the boundary")

    def wait(_seconds: float) -> None:
        for _ in range(100):
            pause(0.05)
            if reported:
                raise Stopped

    monkeypatch.setattr(Ticker, "begin", lambda _: None)
    monkeypatch.setattr(Ticker, "tick", tick)
    monkeypatch.setattr(Heart, "run", lambda _: None)
    monkeypatch.setattr(scheduler, "pause", wait)
    monkeypatch.setattr(scheduler, "report", lambda error, place: reported.append((str(error), place)))

    with pytest.raises(Stopped):
        run_clock(None)  # type: ignore[arg-type]

    assert reported == [("beside the boundary", "clock")]
