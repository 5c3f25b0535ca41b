"""Who may sign in, in the shape that Flask-Security expects."""

from collections.abc import Callable
from typing import Any

from flask_security import RoleMixin, SQLAlchemySessionUserDatastore, UserMixin, WebAuthnMixin
from sqlalchemy import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, relationship, scoped_session, sessionmaker

from oncall.store.session import Database
from oncall.store.tables.accounts import ROLES_OF_ACCOUNTS, AccountRow, PasskeyRow, RoleRow


class AccountBase(DeclarativeBase):
    """The classes by which Flask-Security knows the tables of accounts."""


class Role(AccountBase, RoleMixin):
    """What an account may do."""

    __table__ = RoleRow.__table__

    users = relationship("User", secondary=ROLES_OF_ACCOUNTS, back_populates="roles")


class User(AccountBase, UserMixin):
    """An account."""

    __table__ = AccountRow.__table__
    team_id: Mapped[int | None]
    staff_key: Mapped[str | None]

    roles = relationship("Role", secondary=ROLES_OF_ACCOUNTS, back_populates="users")
    webauthn = relationship("WebAuthn", back_populates="user", cascade="all, delete")


class WebAuthn(AccountBase, WebAuthnMixin):
    """A passkey of an account."""

    __table__ = PasskeyRow.__table__

    user = relationship("User", back_populates="webauthn")


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
