"""The base of all tables; each room has a module with one class a table."""

from datetime import date, datetime, time

from sqlalchemy import Date, LargeBinary, MetaData, String, Text, Time
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from oncall.store.columns import DeterministicText, Instant

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


STAFF = DeterministicText("staff")  # a staff member's key, wherever it stands


def identity() -> Mapped[str]:
    """A primary key of 32 hexadecimal characters that nobody can guess or count."""
    return mapped_column(String(32), primary_key=True)
