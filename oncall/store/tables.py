"""What the database holds: one class a table, each row of one team alone."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    Time,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from oncall.store.columns import Document, Instant, Veiled, VeiledDocument

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables; constraints have names, so that a later migration can speak of them."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - what SQLAlchemy expects to find here
        datetime: Instant,
        date: Date,
        time: Time,
        str: Text,
        bytes: LargeBinary,
    }


BY_KEY = {"sqlite_with_rowid": False}  # SQLite keeps the row in the key's own tree: one page less to write


STAFF = Veiled("staff")  # a staff member's key, wherever it stands


def identity() -> Mapped[str]:
    """A primary key of 32 hexadecimal characters that nobody can guess or count."""
    return mapped_column(String(32), primary_key=True)


# ------------------------------------------------------------------------------------------ teams


class TeamRow(Base):
    """A team. Its numbers, ladders and agreements are one sealed document: they change together."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Veiled("slug"), unique=True)
    name: Mapped[str] = mapped_column(Veiled("team"))
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


class StaffRow(Base):
    """A staff member. Who leaves stays as a row: old contacts were answered by them."""

    __tablename__ = "staff"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    key: Mapped[str] = mapped_column(STAFF, primary_key=True)
    name: Mapped[bytes]  # sealed
    phone: Mapped[bytes]  # sealed
    language: Mapped[str]
    roles: Mapped[Any] = mapped_column(Document)
    on_call: Mapped[bool]
    present: Mapped[bool]  # False: has left the team
    left_on: Mapped[date | None]  # None: is of the team, or left before days were kept
    held_since: Mapped[datetime | None]  # not to be erased until the hold is lifted; None: no hold
    erased_at: Mapped[datetime | None]  # None: the name is theirs


class LayerRow(Base):
    """A repeating rotation of one tier."""

    __tablename__ = "layer"
    __table_args__ = (CheckConstraint("tier IN ('duty', 'backup', 'leader')", name="tier"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    tier: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]  # a later layer beats an earlier one
    participants: Mapped[Any] = mapped_column(VeiledDocument("participants"))
    first_handover: Mapped[date]
    handover_time: Mapped[time]
    turn_days: Mapped[int]
    effective_from: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    only: Mapped[Any] = mapped_column(Document)
    lengths: Mapped[Any] = mapped_column(Document, nullable=True)  # None: every turn is as long


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


# --------------------------------------------------------------------------------------- families

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
    label: Mapped[str] = mapped_column(Veiled("case"))
    municipality: Mapped[str | None] = mapped_column(Veiled("municipality"))
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


# --------------------------------------------------------------------------------------- contacts


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
    engaged: Mapped[Any] = mapped_column(VeiledDocument("engaged"))  # staff keys of those it keeps busy
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


class ContactIndexRow(Base):
    """Which contacts came from the number with this digest. Every row may be deleted."""

    __tablename__ = "contact_index"
    __table_args__ = BY_KEY

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)


# ---------------------------------------------------------------------------------------- journal


class HeadRow(Base):
    """The end of one chain of the journal. Whoever appends holds this row's lock."""

    __tablename__ = "chain_head"

    chain: Mapped[str] = mapped_column(primary_key=True)  # "team:7", "reads:7" or "operator"
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))  # None: the operator's
    seq: Mapped[int]  # of the last entry; 0: none yet
    hash: Mapped[bytes]
    version: Mapped[int]  # of the team's settings, staff and rotas; only on the team's own chain
    data_key: Mapped[bytes]  # wrapped; seals the entries that are of no contact and no case


class EntryRow(Base):
    """Something that happened. Triggers refuse to change or delete it."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("contact_id IS NULL OR case_id IS NULL", name="one_subject"),
        Index("ix_entry_contact", "contact_id", "seq"),
        Index(
            "uq_entry_event",
            "contact_id",
            "event_key",
            unique=True,
            postgresql_where=text("event_key IS NOT NULL"),
            sqlite_where=text("event_key IS NOT NULL"),
        ),
        Index(
            "ix_entry_case",
            "case_id",
            "seq",
            postgresql_where=text("case_id IS NOT NULL"),
            sqlite_where=text("case_id IS NOT NULL"),
        ),
        Index(
            "ix_entry_note",
            "team_id",
            "kind",
            "seq",
            postgresql_where=text("contact_id IS NULL AND case_id IS NULL"),
            sqlite_where=text("contact_id IS NULL AND case_id IS NULL"),
        ),
        BY_KEY,
    )

    chain: Mapped[str] = mapped_column(ForeignKey("chain_head.chain"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int | None]  # that of the chain
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("family_case.id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    leg: Mapped[str | None]
    actor: Mapped[str | None] = mapped_column(STAFF)
    event_key: Mapped[str | None]
    batch: Mapped[int]  # seq of the first entry of the same transaction
    detail: Mapped[bytes | None]  # sealed; None: appended after an erasure
    hash: Mapped[bytes]


class ChainCheckRow(Base):
    """What was found when a chain was last looked through."""

    __tablename__ = "chain_check"

    chain: Mapped[str] = mapped_column(ForeignKey("chain_head.chain"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    at: Mapped[datetime]
    length: Mapped[int]  # entries that the chain had then
    hash: Mapped[str]  # of the last one
    findings: Mapped[Any] = mapped_column(Document)  # sentences that name entries by their number


class LineCheckRow(Base):
    """What was found when the carrier was last asked where a team's numbers lead."""

    __tablename__ = "line_check"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    at: Mapped[datetime]
    faults: Mapped[Any] = mapped_column(Document)  # codes


class ExportRow(Base):
    """Something that was given out; who, why and what it held stands in the record of reads."""

    __tablename__ = "export"
    __table_args__ = (Index("ix_export_team", "team_id", "asked_seq"),)

    id: Mapped[str] = identity()
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    asked_seq: Mapped[int]  # of the entry that says who asked for it, and why
    given_seq: Mapped[int | None]  # ... and of the one that says what was given out; None: not all was


# ----------------------------------------------------------------------------- what is to be done


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

    key: Mapped[str] = mapped_column(Veiled("job"), primary_key=True)
    kind: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id"))
    payload: Mapped[Any] = mapped_column(VeiledDocument("payload"))  # ids only
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


# --------------------------------------------------------------------------------------- messages


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


class CompromisedRow(Base):
    """A number, by its digest, that may be in the wrong hands. Every row may be deleted."""

    __tablename__ = "compromised_number"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"))  # where it was noticed
    at: Mapped[datetime]


class RetentionRow(Base):
    """How long a team keeps the cases of one municipality after they were closed."""

    __tablename__ = "retention"
    __table_args__ = (CheckConstraint("months >= 1", name="months"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    municipality: Mapped[str] = mapped_column(Veiled("municipality"), primary_key=True)  # "": any other
    months: Mapped[int]
    automatic: Mapped[bool]  # False: somebody confirms each erasure


class StaffRetentionRow(Base):
    """How long a team keeps the name and number of staff who have left."""

    __tablename__ = "staff_retention"
    __table_args__ = (CheckConstraint("months >= 1", name="months"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    months: Mapped[int]
    automatic: Mapped[bool]  # False: somebody confirms each erasure


# -------------------------------------------------------------------------------------- voicemail


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


class AttachmentRow(Base):
    """A file that a family has sent with a text."""

    __tablename__ = "attachment"

    sid: Mapped[str] = mapped_column(primary_key=True)  # the carrier's name for it
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), index=True)
    content_type: Mapped[str]
    kept_at: Mapped[datetime]
    content: Mapped[bytes]  # sealed with the contact's key


class VoicemailHeardRow(Base):
    """Somebody has listened to a message."""

    __tablename__ = "voicemail_heard"

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(ForeignKey("voicemail.sid", ondelete="CASCADE"), index=True)
    person: Mapped[str] = mapped_column(STAFF)
    at: Mapped[datetime]
