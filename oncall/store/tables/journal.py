"""The tables of the journal: the heads of its chains, the entries and the checks of the chains."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from oncall.store.columns import JsonDocument
from oncall.store.tables import BY_KEY, STAFF, Base


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
    findings: Mapped[Any] = mapped_column(JsonDocument)  # sentences that name entries by their number
