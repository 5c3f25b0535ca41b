"""Since when accounts are closed, and whether somebody wants them kept or they are erased."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A closed account has the day of its last change, which is that on which it was closed, or later."""
    op.add_column("account", sa.Column("closed_on", sa.Date()))
    op.add_column("account", sa.Column("held_since", sa.BigInteger()))
    op.add_column("account", sa.Column("erased_at", sa.BigInteger()))
    connection = op.get_bind()
    account = sa.table(
        "account",
        sa.column("id"),
        sa.column("active", sa.Boolean),
        sa.column("update_datetime", sa.DateTime),
        sa.column("closed_on", sa.Date),
    )
    closed = sa.select(account.c.id, account.c.update_datetime).where(sa.not_(account.c.active))
    for row in connection.execute(closed).all():
        day: date = row.update_datetime.date()
        connection.execute(sa.update(account).where(account.c.id == row.id).values(closed_on=day))
