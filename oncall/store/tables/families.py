"""The tables of the families: cases, members, their numbers and the calls agreed on with them."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from oncall.store.columns import DeterministicText
from oncall.store.tables import STAFF, Base, identity

_CONSENTS = "IN ('yes', 'no', 'not asked')"


class CaseRow(Base):
    """A family in treatment."""

    __tablename__ = "family_case"
    __table_args__ = (
        UniqueConstraint("team_id", "label"),
        CheckConstraint("phase IN ('planned', 'active', 'closed')", name="phase"),
        ForeignKeyConstraint(["team_id", "own_therapist"], ["staff.team_id", "staff.key"]),
    )

    id: Mapped[str] = identity()
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    label: Mapped[str] = mapped_column(DeterministicText("case"))
    municipality: Mapped[str | None] = mapped_column(DeterministicText("municipality"))
    own_therapist: Mapped[str | None] = mapped_column(STAFF)
    phase: Mapped[str]
    data_key: Mapped[bytes | None]  # wrapped; None: the case was erased
    started_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    loaded: Mapped[str | None] = mapped_column(String(64))  # digest of what a team file last said of it


class MemberRow(Base):
    """A person of the family or of its network. Who is taken out stays: contacts are linked to them."""

    __tablename__ = "member"

    id: Mapped[str] = identity()
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("family_case.id"), index=True)
    position: Mapped[int]
    name: Mapped[bytes]  # sealed with the case's key
    relation: Mapped[str]
    language: Mapped[str]
    birth_year: Mapped[bytes | None]  # sealed with the case's key
    present: Mapped[bool]  # False: was taken out of the case


class MemberNumberRow(Base):
    """A member's phone number, and what the machine may do to it. Without an index row it is nobody's."""

    __tablename__ = "member_number"
    __table_args__ = (
        CheckConstraint(f"may_call {_CONSENTS}", name="may_call"),
        CheckConstraint(f"may_text {_CONSENTS}", name="may_text"),
        CheckConstraint(f"may_voicemail {_CONSENTS}", name="may_voicemail"),
    )

    id: Mapped[str] = identity()
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    number: Mapped[bytes]  # sealed with the case's key
    may_call: Mapped[str]
    may_text: Mapped[str]
    may_voicemail: Mapped[str]
    hours: Mapped[str | None]  # "08:00-20:00"; None: it may be contacted at any time
    code_word: Mapped[bytes | None]  # sealed
    seen_by: Mapped[bytes | None]  # sealed
    may_name_team: Mapped[bool] = mapped_column(server_default=false())
    present: Mapped[bool]  # False: was taken out; kept for what the case's history says of it


class NumberIndexRow(Base):
    """Whose number has this digest. Every row may be deleted; the number is then nobody's."""

    __tablename__ = "number_index"
    __table_args__ = (
        CheckConstraint("(member_number_id IS NULL) <> (staff_key IS NULL)", name="one_owner"),
        ForeignKeyConstraint(["team_id", "staff_key"], ["staff.team_id", "staff.key"]),
        Index("ix_number_index_digest", "team_id", "digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    digest: Mapped[str] = mapped_column(String(64))
    member_number_id: Mapped[str | None] = mapped_column(
        ForeignKey("member_number.id", ondelete="CASCADE"), index=True
    )
    staff_key: Mapped[str | None] = mapped_column(STAFF)


class CompromisedRow(Base):
    """A number, by its digest, that may be in the wrong hands. Every row may be deleted."""

    __tablename__ = "compromised_number"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"))  # where it was noticed
    at: Mapped[datetime]


class CheckInRow(Base):
    """An agreed call of a case. What it says about people is sealed with the case's key."""

    __tablename__ = "check_in"
    __table_args__ = (
        CheckConstraint(
            "state IN ('planned', 'due', 'done', 'no_answer', 'moved', 'cancelled')", name="state"
        ),
        Index("ix_check_in_team_id_at", "team_id", "at"),
        Index("ix_check_in_case", "case_id", "at"),
    )

    id: Mapped[str] = identity()
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("family_case.id"))
    at: Mapped[datetime]
    sealed: Mapped[bytes]  # whom to call, on which number, and what it is about
    planned_by: Mapped[str] = mapped_column(STAFF)
    state: Mapped[str]
    version: Mapped[int]  # rises with every change: names the job that wakes it
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id"))  # None before its time
