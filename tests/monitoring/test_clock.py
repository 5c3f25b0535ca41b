"""What goes wrong in the clock process reaches the operator, even beside its own error boundary."""

import threading

import pytest
from apscheduler.schedulers.blocking import BlockingScheduler

from oncall import scheduler
from oncall.scheduler import Ticker, run_clock


def test_a_tick_that_ends_in_an_exception_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = BlockingScheduler(timezone="UTC")
    reported: list[tuple[str, str]] = []

    def tick(_ticker: Ticker) -> None:
        raise ValueError("beside the boundary")

    def report(error: BaseException, place: str) -> None:
        reported.append((str(error), place))
        threading.Thread(target=clock.shutdown).start()

    monkeypatch.setattr(scheduler, "BlockingScheduler", lambda timezone: clock)
    monkeypatch.setattr(Ticker, "tick", tick)
    monkeypatch.setattr(scheduler, "report", report)

    run_clock(None)  # type: ignore[arg-type]  # until it is shut down

    assert reported == [("beside the boundary", "clock")]
