"""What the heartbeats in a database show, as tests ask for it."""

from datetime import datetime

from oncall.store.jobs.heartbeats import newest_beats
from oncall.store.session import Reading


def newest_beat(reading: Reading, kind: str) -> datetime | None:
    """Return when a process of this kind last showed that it works; None if none ever did."""
    return next((beat.at for beat in newest_beats(reading) if beat.kind == kind and not beat.idle), None)
