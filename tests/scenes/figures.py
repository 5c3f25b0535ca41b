"""Contacts as the statistics see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from oncall.contacts.statistics import Fact
from oncall.rota.model import PersonId

MONDAY = datetime(2026, 3, 9, 1, 40, tzinfo=UTC)  # 02:40 in Oslo


def fact(at: datetime = MONDAY, **known: Any) -> Fact:
    usual: dict[str, Any] = {
        "channel": "voice",
        "seconds_to_human": 20.0,
        "answered_by": PersonId("kari"),
        "escalated": False,
        "ended_at": at + timedelta(minutes=5),
        "follow_up": False,
        "ours": False,
        "case": "a",
        "municipality": "Larvik",
        "treated_since": None,
    }
    return Fact(started_at=at, **{**usual, **known})
