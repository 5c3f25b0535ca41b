"""Let a heartbeat say how far the clock of its machine, and the time it goes by, are from the database's."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns empty: the version before does not write them."""
    op.add_column("heartbeat", sa.Column("skew_ms", sa.BigInteger(), nullable=True))
    op.add_column("heartbeat", sa.Column("lag_ms", sa.BigInteger(), nullable=True))
    op.add_column("heartbeat", sa.Column("idle", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Drop them again."""
    for name in ("idle", "lag_ms", "skew_ms"):
        op.drop_column("heartbeat", name)
