"""The tables of a rota: layers, overrides, absences, special days, limits, requests and feeds."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from oncall.store.columns import DeterministicDocument, DeterministicText, JsonDocument
from oncall.store.tables import STAFF, Base, identity
from oncall.store.tables.journal import EntryRow

_TIERS = "tier IN ('duty', 'backup', 'leader')"


class LayerRow(Base):
    """A repeating rotation of one tier."""

    __tablename__ = "layer"
    __table_args__ = (CheckConstraint("tier IN ('duty', 'backup', 'leader')", name="tier"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    tier: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]  # a later layer beats an earlier one
    participants: Mapped[Any] = mapped_column(DeterministicDocument("participants"))
    first_handover: Mapped[date]
    handover_time: Mapped[time]
    turn_days: Mapped[int]
    effective_from: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    only: Mapped[Any] = mapped_column(JsonDocument)
    lengths: Mapped[Any] = mapped_column(JsonDocument, nullable=True)  # None: every turn is as long


class OverrideRow(Base):
    """One person instead of another for an interval, in one tier."""

    __tablename__ = "override"
    __table_args__ = (
        CheckConstraint("tier IN ('duty', 'backup', 'leader')", name="tier"),
        CheckConstraint('start < "end"', name="interval"),
        ForeignKeyConstraint(["team_id", "person"], ["staff.team_id", "staff.key"]),
    )

    team_id: Mapped[int] = mapped_column(primary_key=True)
    tier: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]  # a later override beats an earlier one
    person: Mapped[str] = mapped_column(STAFF)
    start: Mapped[datetime]
    end: Mapped[datetime]
    in_gap: Mapped[bool]  # True: answers only where nobody else has the tier


class AbsenceRow(Base):
    """A person cannot serve in any tier for an interval."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint('start < "end"', name="interval"),
        ForeignKeyConstraint(["team_id", "person"], ["staff.team_id", "staff.key"]),
    )

    team_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(STAFF)
    start: Mapped[datetime]
    end: Mapped[datetime]


class SpecialDayRow(Base):
    """A day that is special to one team: counted and marked like a holiday."""

    __tablename__ = "special_day"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(DeterministicText("day"))


class LimitsRow(Base):
    """What a team has set about working time."""

    __tablename__ = "rota_limits"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    limits: Mapped[Any] = mapped_column(DeterministicDocument("limits"))


class ShiftRequestRow(Base):
    """Somebody asks a colleague, or all of them, to take a shift."""

    __tablename__ = "shift_request"
    __table_args__ = (
        CheckConstraint(_TIERS, name="tier"),
        CheckConstraint('start < "end"', name="interval"),
        CheckConstraint("state IN ('open', 'accepted', 'done', 'declined', 'withdrawn')", name="state"),
        ForeignKeyConstraint(["team_id", "requester"], ["staff.team_id", "staff.key"]),
        Index("ix_shift_request_team_id_end", "team_id", "end"),
    )

    id: Mapped[str] = identity()
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    tier: Mapped[str]
    start: Mapped[datetime]
    end: Mapped[datetime]
    requester: Mapped[str] = mapped_column(STAFF)
    asked: Mapped[str | None] = mapped_column(STAFF)  # None: every colleague
    taker: Mapped[str | None] = mapped_column(STAFF)  # None: nobody yet
    state: Mapped[str]
    made_at: Mapped[datetime]
    return_tier: Mapped[str | None]  # None: nothing is taken in return
    return_start: Mapped[datetime | None]
    return_end: Mapped[datetime | None]
    sick: Mapped[str | None] = mapped_column(STAFF)  # who has fallen sick, and is not asked; None: nobody


class ConfirmationRow(Base):
    """A person is to say that they know of a change of their duty."""

    __tablename__ = "shift_confirmation"
    __table_args__ = (CheckConstraint(_TIERS, name="tier"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    tier: Mapped[str] = mapped_column(primary_key=True)
    start: Mapped[datetime] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(STAFF, primary_key=True)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # None: not yet


class FeedRow(Base):
    """An address from which a calendar program reads shifts; only its digest is kept."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("team_id", "person", "whole_team"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    person: Mapped[str] = mapped_column(STAFF)  # whose address it is
    whole_team: Mapped[bool]  # False: their own shifts alone
    made_at: Mapped[datetime]


Index(
    "ix_entry_team_changed",
    EntryRow.chain,
    EntryRow.seq,
    postgresql_where=text("kind = 'team_changed'"),
    sqlite_where=text("kind = 'team_changed'"),
)
