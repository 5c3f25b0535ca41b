"""The tables of contacts: calls and conversations, their texts, notes, recordings and exports."""

from datetime import date, datetime
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

from oncall.store.columns import DeterministicDocument
from oncall.store.tables import BY_KEY, STAFF, Base, identity


class ContactRow(Base):
    """A call or a text conversation. All below `data_key` is a projection of its entries."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("channel", "sid"),  # the carrier's retries meet the same contact
        CheckConstraint("channel IN ('voice', 'text')", name="channel"),
        CheckConstraint("caller IN ('known', 'unknown', 'withheld')", name="caller"),
        Index("ix_contact_log", "team_id", "started_at", "id"),
        Index(
            "ix_contact_open",
            "team_id",
            "started_at",
            "id",
            postgresql_where=text("is_open"),
            sqlite_where=text("is_open = 1"),
        ),
        Index(
            "ix_contact_follow_up",
            "team_id",
            "started_at",
            "id",
            postgresql_where=text("follow_up"),
            sqlite_where=text("follow_up = 1"),
        ),
        Index("ix_contact_case", "case_id", "started_at", "id"),
        Index("ix_contact_attention", "team_id", "attention", "started_at", "id"),
        Index(
            "ix_contact_person",
            "team_id",
            "answered_by",
            "started_at",
            "id",
            postgresql_where=text("answered_by IS NOT NULL"),
            sqlite_where=text("answered_by IS NOT NULL"),
        ),
        Index(
            "ix_contact_outcome",
            "team_id",
            "outcome",
            "started_at",
            "id",
            postgresql_where=text("outcome IS NOT NULL"),
            sqlite_where=text("outcome IS NOT NULL"),
        ),
        Index(
            "ix_contact_incident",
            "team_id",
            "started_at",
            "id",
            postgresql_where=text("incident IS NOT NULL"),
            sqlite_where=text("incident IS NOT NULL"),
        ),
        Index(
            "ix_contact_next",
            "team_id",
            "started_at",
            "id",
            postgresql_where=text("next_due IS NOT NULL"),
            sqlite_where=text("next_due IS NOT NULL"),
        ),
        BY_KEY,
    )

    id: Mapped[str] = identity()
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    channel: Mapped[str]
    sid: Mapped[str]
    caller: Mapped[str]  # known, unknown or withheld
    number: Mapped[bytes | None]  # sealed; None: withheld, or erased
    case_id: Mapped[str | None] = mapped_column(ForeignKey("family_case.id"))  # None: no case, or several
    started_at: Mapped[datetime]
    data_key: Mapped[bytes | None]  # wrapped; None: the contact was erased
    state: Mapped[str]
    is_open: Mapped[bool]  # something is still to be done by the machine or by a human
    follow_up: Mapped[bool]  # a human is still to be found for it
    ended_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(STAFF)
    seconds_to_human: Mapped[float | None]
    engaged: Mapped[Any] = mapped_column(
        DeterministicDocument("engaged")
    )  # staff keys of those it keeps busy
    escalated: Mapped[bool] = mapped_column(default=False)  # more than the ladder's first step was needed
    noted: Mapped[bool] = mapped_column(default=False)  # a note is written
    outcome: Mapped[str | None]
    incident: Mapped[str | None]  # how severe
    next_due: Mapped[date | None]  # the day of what was agreed; None: nothing was, or it is done
    attention: Mapped[int] = mapped_column(default=1)  # 0: signed off, 1: not yet, 2: and reached nobody
    last_seq: Mapped[int]


class ContactChildRow(Base):
    """Which contacts concern a child; follows from their entries."""

    __tablename__ = "contact_child"
    __table_args__ = (Index("ix_contact_child_contact", "contact_id"), BY_KEY)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    child_id: Mapped[str] = mapped_column(String(32), primary_key=True)  # a member's id
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), primary_key=True)


class ContactIndexRow(Base):
    """Which contacts came from the number with this digest. Every row may be deleted."""

    __tablename__ = "contact_index"
    __table_args__ = BY_KEY

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)


class NoteDraftRow(Base):
    """A note that somebody is still writing; gone once it is in the journal."""

    __tablename__ = "note_draft"
    __table_args__ = BY_KEY

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    author: Mapped[str] = mapped_column(STAFF, primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    based_on: Mapped[int]  # seq of the version that it began with; 0: none
    saved_at: Mapped[datetime]
    body: Mapped[bytes]  # sealed with the contact's key


class MessageRow(Base):
    """A text at the carrier, and the entry that tells of it."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_contact", "contact_id"),
        Index(
            "ix_message_unredacted",
            "at",
            postgresql_where=text("redacted_at IS NULL"),
            sqlite_where=text("redacted_at IS NULL"),
        ),
    )

    sid: Mapped[str] = mapped_column(primary_key=True)  # the carrier's name for it
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id"))  # None: of no contact
    about: Mapped[str | None]  # the entry's seq; None: no entry tells of it
    inbound: Mapped[bool]
    at: Mapped[datetime]
    redacted_at: Mapped[datetime | None]  # None: its words still lie at the carrier


class PageCodeRow(Base):
    """The four digits by which one person takes, or answers within, one contact."""

    __tablename__ = "page_code"
    __table_args__ = (
        UniqueConstraint("team_id", "person", "code"),
        ForeignKeyConstraint(["team_id", "person"], ["staff.team_id", "staff.key"]),
    )

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    person: Mapped[str] = mapped_column(STAFF, primary_key=True)
    team_id: Mapped[int]
    code: Mapped[str] = mapped_column(String(4))


class VoicemailRow(Base):
    """A message that a caller has left."""

    __tablename__ = "voicemail"

    sid: Mapped[str] = mapped_column(primary_key=True)  # the carrier's name for it
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), index=True)
    seconds: Mapped[int]
    kept_at: Mapped[datetime]
    sound: Mapped[bytes]  # sealed with the contact's key
    off_carrier_at: Mapped[datetime | None]  # None: it still lies at the carrier, too


class VoicemailHeardRow(Base):
    """Somebody has listened to a message."""

    __tablename__ = "voicemail_heard"

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(ForeignKey("voicemail.sid", ondelete="CASCADE"), index=True)
    person: Mapped[str] = mapped_column(STAFF)
    at: Mapped[datetime]


class AttachmentRow(Base):
    """A file that a family has sent with a text."""

    __tablename__ = "attachment"

    sid: Mapped[str] = mapped_column(primary_key=True)  # the carrier's name for it
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), index=True)
    content_type: Mapped[str]
    kept_at: Mapped[datetime]
    content: Mapped[bytes]  # sealed with the contact's key


class ExportRow(Base):
    """Something that was given out; who, why and what it held stands in the record of reads."""

    __tablename__ = "export"
    __table_args__ = (Index("ix_export_team", "team_id", "asked_seq"),)

    id: Mapped[str] = identity()
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    asked_seq: Mapped[int]  # of the entry that says who asked for it, and why
    given_seq: Mapped[int | None]  # ... and of the one that says what was given out; None: not all was
