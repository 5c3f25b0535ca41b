"""Change stored rows behind the service's back."""

from sqlalchemy import Connection, text

from oncall.store.session import Database


def tamper(db: Database, *statements: str) -> None:
    """Do what somebody with the database's password, but without our keys, can do."""
    with db.transaction() as transaction:
        disarm(transaction.conn)
        for statement in statements:
            transaction.conn.execute(text(statement))


def disarm(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("ALTER TABLE entry DISABLE TRIGGER ALL"))
    else:
        conn.execute(text("DROP TRIGGER entry_stays"))
        conn.execute(text("DROP TRIGGER entry_remains"))
