"""What the database holds about signing in beyond the accounts: sessions, invitations, attempts."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from oncall.store.columns import DeterministicText
from oncall.store.tables import STAFF, Base, identity


class SessionRow(Base):
    """A browser in which somebody is signed in; without its row a cookie opens nothing."""

    __tablename__ = "account_session"

    id: Mapped[str] = identity()
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    device: Mapped[str]  # "Firefox, Windows": what the browser says it is
    by_passkey: Mapped[bool]  # of a device with an unlock of its own: it stays signed in for a shift
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]  # when it was last shown who is there: by signing in, or by the unlock


class RecoveryRow(Base):
    """A code on paper, by its digest, that lets the account's owner in once."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class AttemptRow(Base):
    """A sign-in that failed, or is being tried; by digests, of which nobody is read."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_digest_at", "digest", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class SpentRow(Base):
    """A challenge that a passkey has answered: the same answer opens nothing a second time."""

    __tablename__ = "spent_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class InvitationRow(Base):
    """A link by which somebody gets an account, or into their own again; for one use."""

    __tablename__ = "invitation"
    __table_args__ = (ForeignKeyConstraint(["team_id", "staff_key"], ["staff.team_id", "staff.key"]),)

    id: Mapped[str] = identity()
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)  # None: the link is still to be made
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)  # None: for an operator
    staff_key: Mapped[str | None] = mapped_column(STAFF)  # None: for nobody who can be on duty
    role: Mapped[str | None]  # None: what the team says of this member of staff
    municipality: Mapped[str | None] = mapped_column(DeterministicText("municipality"))  # a reviewer's
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))  # None: new
    made_by: Mapped[str] = mapped_column(STAFF)
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SetUpCodeRow(Base):
    """A code from the console by which the first leader makes an account."""

    __tablename__ = "set_up_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]


class OpenedCaseRow(Base):
    """A case that somebody opened who had no need that shows, with a reason that the journal holds."""

    __tablename__ = "opened_case"
    __table_args__ = (ForeignKeyConstraint(["team_id", "person"], ["staff.team_id", "staff.key"]),)

    team_id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(STAFF, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("family_case.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[datetime]
