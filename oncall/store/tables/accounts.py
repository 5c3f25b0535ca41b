"""Define the tables of accounts and their passkeys.

Flask-Security named some of the columns (`fs_...`, `..._datetime`) when it was used; its instants are naive
and in UTC. Those that nothing uses are not declared here, and wait for a migration to drop them (ADR 7).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from oncall.store.columns import DeterministicText
from oncall.store.tables import STAFF, Base


class Words(TypeDecorator[Any]):
    """Words that hold no comma, with commas between them; an empty list where there are none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else ",".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str]:  # noqa: ARG002
        return value.split(",") if value else []


class AccountRow(Base):
    """An account: a staff member's own, or an operator's, who belongs to no team."""

    __tablename__ = "account"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "staff_key"], ["staff.team_id", "staff.key"]),
        CheckConstraint("staff_key IS NULL OR team_id IS NOT NULL", name="staff_of_a_team"),
        CheckConstraint(
            "role IS NULL OR role IN ('administrator', 'reviewer', 'operator')", name="role_of_its_own"
        ),
    )

    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)  # None: an operator
    staff_key: Mapped[str | None] = mapped_column(STAFF)  # None: nobody who can be on duty
    email: Mapped[str] = mapped_column(DeterministicText("email"), unique=True)  # in lower case
    role: Mapped[str | None] = mapped_column(Text)  # None: what the team says of this member of staff
    municipality: Mapped[str | None] = mapped_column(
        DeterministicText("municipality")
    )  # whose cases a reviewer reads
    language: Mapped[str | None] = mapped_column(Text)  # their own choice; None: what the team has set
    data_key: Mapped[bytes | None] = mapped_column(LargeBinary)  # wrapped; seals the next
    totp_key: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed; None: no code generator
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)  # of the newest code that was used
    closed_on: Mapped[date | None]  # None: is open, or was closed before days were kept
    held_since: Mapped[datetime | None]  # not to be erased until the hold is lifted; None: no hold
    erased_at: Mapped[datetime | None]  # None: the e-mail is theirs

    id: Mapped[int] = mapped_column(primary_key=True)
    password: Mapped[str | None] = mapped_column(String(255))  # hashed; None: there is none
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)  # what every session names
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)  # for passkeys


class PasskeyRow(Base):
    """A passkey of an account."""

    __tablename__ = "account_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), index=True, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int | None] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(Words)
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    lastuse_datetime: Mapped[datetime] = mapped_column(DateTime)
    name: Mapped[str] = mapped_column(String(64))  # "Safari, iPhone": what the browser said it was
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
