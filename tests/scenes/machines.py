"""Machines whose clocks a test sets, around one database, while time passes as the test says."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from oncall.service import Service, build_service
from oncall.settings import Settings
from oncall.store.session import Reading
from oncall.usecases import timekeeping
from oncall.usecases.timekeeping import keep_time

START = datetime(2026, 3, 14, 2, 40, tzinfo=UTC)


class Machine:
    """One machine: elapsed time passes as it does everywhere, and its clock may be off."""

    def __init__(self, world: "World") -> None:
        """Start with the right time."""
        self._world = world
        self.off = timedelta(0)
        self.halted = timedelta(0)  # for so long it stood still, its clocks with it

    def wall(self) -> datetime:
        return START + self.elapsed() + self.off

    def elapsed(self) -> timedelta:
        return self._world.passed - self.halted


class World:
    """One database with a clock of its own, and services on several machines."""

    def __init__(self, database_url: str, *, own_clock: bool) -> None:
        """Let the database have its `own_clock`, as PostgreSQL does, or none, as SQLite."""
        self.passed = timedelta(0)
        self.database_off = timedelta(0)
        self.own_clock = own_clock
        self._settings = Settings(
            public_url="https://line.example",
            database_url=database_url,
            secret_key=secrets.token_hex(32),
            oncall_keys=(secrets.token_bytes(32),),
            oncall_index_key=secrets.token_bytes(32),
            twilio_account_sid="AC" + "0" * 32,
            twilio_auth_token=(secrets.token_hex(16),),
            twilio_api_url="http://127.0.0.1:9",
        )
        self.services: list[Service] = []

    def service(self, machine: Machine) -> Service:
        """Return a service on the machine, as a process there has it after its start."""
        time = keep_time(machine.wall, machine.elapsed)
        service = build_service(self._settings, time=time)
        self.services.append(service)
        service.time.measure(service.db)
        return service

    def machine(self) -> Machine:
        """Return one more machine."""
        return Machine(self)

    def wait(self, seconds: float) -> None:
        """Let time pass, everywhere alike."""
        self.passed += timedelta(seconds=seconds)

    def database_time(self, _reading: Reading) -> datetime | None:
        """Return what the database's clock shows."""
        return START + self.passed + self.database_off if self.own_clock else None


@contextmanager
def open_world(database_url: str, monkeypatch: pytest.MonkeyPatch, *, own_clock: bool) -> Iterator[World]:
    """Open a world around a migrated database."""
    world = World(database_url, own_clock=own_clock)
    monkeypatch.setattr(timekeeping, "database_time", world.database_time)
    try:
        yield world
    finally:
        for service in world.services:
            service.db.close()
