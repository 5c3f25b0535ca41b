"""Who may sign in, in the shape that Flask-Security expects."""

from collections.abc import Callable
from typing import Any

from flask_security import SQLAlchemySessionUserDatastore
from flask_security.models.sqla import FsModels, FsRoleMixin, FsUserMixin, FsWebAuthnMixin
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

from oncall.store.columns import Veiled
from oncall.store.session import Database
from oncall.store.tables import STAFF, Base


class AccountBase(DeclarativeBase):
    """The tables of Flask-Security: the same database, but instants as it writes them, naive and in UTC."""

    metadata = Base.metadata


FsModels.set_db_info(  # type: ignore[no-untyped-call]
    base_model=AccountBase,
    user_table_name="account",
    role_table_name="account_role",
    webauthn_table_name="account_passkey",
)


class Role(AccountBase, FsRoleMixin):
    """What an account may do."""

    __tablename__ = "account_role"


class User(AccountBase, FsUserMixin):
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
    email: Mapped[str] = mapped_column(Veiled("email"), unique=True)  # in lower case
    role: Mapped[str | None] = mapped_column(Text)  # None: what the team says of this member of staff
    municipality: Mapped[str | None] = mapped_column(Veiled("municipality"))  # whose cases a reviewer reads
    language: Mapped[str | None] = mapped_column(Text)  # their own choice; None: what the team has set
    data_key: Mapped[bytes | None] = mapped_column(LargeBinary)  # wrapped; seals the next
    totp_key: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed; None: no code generator
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)  # of the newest code that was used


class WebAuthn(AccountBase, FsWebAuthnMixin):
    """A passkey of an account."""

    __tablename__ = "account_passkey"


class AccountSession(Session):
    """Reads without blocking anybody; what is changed is written in one short transaction, at the commit.

    Nothing is written before it: a flush in mid-request would hold SQLite's only writer until the page
    is rendered, and a family's call would wait for it.
    """

    def __init__(self, database: Callable[[], Database], **options: Any) -> None:
        super().__init__(**options)
        self._database = database()

    def get_bind(self, *args: Any, **options: Any) -> Engine:  # noqa: ARG002
        """Return the writers' engine while changes are being written, the readers' otherwise."""
        return self._database.writer if self._flushing else self._database.reader

    def commit(self) -> None:
        """All changes are in the database, and this session sees what others have changed since."""
        if self.new or self.dirty or self.deleted:
            with self._database.turn():
                super().commit()
        else:
            super().commit()


def open_accounts(
    database: Callable[[], Database],
) -> tuple[scoped_session[AccountSession], SQLAlchemySessionUserDatastore]:
    """Return a session a thread, on the database as it is when it begins, and Flask-Security's store on it.

    The session is to be removed after each request.
    """
    sessions: scoped_session[AccountSession] = scoped_session(
        sessionmaker(class_=AccountSession, database=database, autoflush=False, expire_on_commit=False)
    )
    return sessions, SQLAlchemySessionUserDatastore(sessions, User, Role, WebAuthn)
