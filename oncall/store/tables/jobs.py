"""The tables of jobs: the outbox and the heartbeats of the processes that work it off."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from oncall.store.columns import DeterministicDocument, DeterministicText
from oncall.store.tables import BY_KEY, Base


class JobRow(Base):
    """Something to be done later, or outside the database."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'done', 'failed')", name="state"),
        Index(
            "ix_outbox_due",
            "due_at",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbox_finished",
            "finished_at",
            postgresql_where=text("finished_at IS NOT NULL"),
            sqlite_where=text("finished_at IS NOT NULL"),
        ),
        BY_KEY,
    )

    key: Mapped[str] = mapped_column(DeterministicText("job"), primary_key=True)
    kind: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id"))
    payload: Mapped[Any] = mapped_column(DeterministicDocument("payload"))  # ids only
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    lease: Mapped[str | None]  # None: nobody is at it
    leased_until: Mapped[datetime | None]
    state: Mapped[str]
    last_error: Mapped[str | None]  # a code, never a text that could hold a number
    finished_at: Mapped[datetime | None]


class HeartbeatRow(Base):
    """When a process last showed that it works."""

    __tablename__ = "heartbeat"
    __table_args__ = (CheckConstraint("kind IN ('web', 'clock')", name="kind"),)

    process: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    skew_ms: Mapped[int | None] = mapped_column(BigInteger)  # of its machine's clock; None: not measured
    lag_ms: Mapped[int | None] = mapped_column(BigInteger)  # of the time that it goes by; None: not measured
    idle: Mapped[bool | None]  # it only tells of its time, and does nothing that is due
