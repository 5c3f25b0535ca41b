"""The tables of a team: its settings, its numbers, its staff and whether their phones have been tested."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from oncall.store.columns import DeterministicText, JsonDocument
from oncall.store.tables import STAFF, Base


class TeamRow(Base):
    """A team. Its numbers, ladders and agreements are one sealed document: they change together."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(DeterministicText("slug"), unique=True)
    name: Mapped[str] = mapped_column(DeterministicText("team"))
    zone: Mapped[str]
    language: Mapped[str]
    on_call: Mapped[bool]
    data_key: Mapped[bytes]  # wrapped; seals the settings, and the staff's names and phones
    settings: Mapped[bytes]  # sealed


class LineRow(Base):
    """A number on which families reach a team; it leads to no other team."""

    __tablename__ = "line"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)


class LineCheckRow(Base):
    """What was found when the carrier was last asked where a team's numbers lead."""

    __tablename__ = "line_check"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    at: Mapped[datetime]
    faults: Mapped[Any] = mapped_column(JsonDocument)  # codes


class StaffRow(Base):
    """A staff member. Who leaves stays as a row: old contacts were answered by them."""

    __tablename__ = "staff"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    key: Mapped[str] = mapped_column(STAFF, primary_key=True)
    name: Mapped[bytes]  # sealed
    phone: Mapped[bytes]  # sealed
    language: Mapped[str]
    roles: Mapped[Any] = mapped_column(JsonDocument)
    on_call: Mapped[bool]
    present: Mapped[bool]  # False: has left the team
    left_on: Mapped[date | None]  # None: is of the team, or left before days were kept
    held_since: Mapped[datetime | None]  # not to be erased until the hold is lifted; None: no hold
    erased_at: Mapped[datetime | None]  # None: the name is theirs


class PhoneCheckRow(Base):
    """The latest test of a person's phone; true of the number with this digest alone."""

    __tablename__ = "phone_check"
    __table_args__ = (ForeignKeyConstraint(["team_id", "person"], ["staff.team_id", "staff.key"]),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    person: Mapped[str] = mapped_column(STAFF, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))  # of the number that was tried
    token: Mapped[str] = mapped_column(String(32), unique=True)  # names the test to the carrier
    asked_at: Mapped[datetime]
    call_result: Mapped[str]
    call_verified_at: Mapped[datetime | None]
    text_result: Mapped[str]
    text_verified_at: Mapped[datetime | None]
    code_digest: Mapped[str | None] = mapped_column(String(64))  # None: none was sent, or it is used up
    guesses: Mapped[int]  # wrong codes since it was sent
