"""Somebody outside is told each minute that all is well, and hears nothing when it is not."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from oncall import scheduler
from oncall.monitoring import watchdog
from oncall.store.schema import migrate
from tests.scenes.night import Night


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    url = f"sqlite:///{tmp_path / 'night.sqlite3'}"
    migrate(url)
    night = Night(url)
    yield night
    night.close()


@pytest.fixture
def pings(night: Night, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are told; the service knows of a watchdog from now on."""
    told: list[str] = []
    knowing = night.service.settings.model_copy(update={"watchdog_url": "https://watchdog.example.no/1"})
    clock = night._ticker
    monkeypatch.setattr(clock, "service", replace(clock.service, settings=knowing))
    monkeypatch.setattr(scheduler, "ping", told.append)
    return told


def test_the_watchdog_is_told_each_minute(night: Night, pings: list[str]) -> None:
    night.run_for(300)

    assert 4 <= len(pings) <= 6
    assert set(pings) == {"https://watchdog.example.no/1"}


def test_the_watchdog_hears_nothing_while_the_database_is_gone(night: Night, pings: list[str]) -> None:
    night.clock_runs = night.stand_in_runs = False
    night.run_for(120)

    night.lose_database()
    night._ticker.tick()
    silent = list(pings)
    night.find_database()
    night._ticker.tick()

    assert silent == []
    assert len(pings) == 1


def test_the_watchdog_hears_nothing_once_no_process_keeps_the_time(night: Night, pings: list[str]) -> None:
    night.clock_runs = night.stand_in_runs = False
    night.run_for(300)

    assert pings == []


def test_the_address_is_asked_for_once_and_nobody_waits_for_it() -> None:
    asked: list[str] = []
    answered = threading.Event()

    class Watchdog(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            answered.set()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Watchdog)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        watchdog.ping(f"http://127.0.0.1:{server.server_port}/well")

        assert answered.wait(5)
        assert asked == ["/well"]
    finally:
        server.shutdown()
        server.server_close()
