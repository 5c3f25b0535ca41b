"""Who answers in a gap, turns of uneven length, and what is given in return in a swap."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Gaps have their fallbacks, layers their uneven turns, and swaps their other half."""
    op.add_column("override", sa.Column("in_gap", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("layer", sa.Column("lengths", sa.Text(), nullable=True))
    op.add_column("shift_request", sa.Column("return_tier", sa.Text(), nullable=True))
    op.add_column("shift_request", sa.Column("return_start", sa.BigInteger(), nullable=True))
    op.add_column("shift_request", sa.Column("return_end", sa.BigInteger(), nullable=True))
    op.add_column("shift_request", sa.Column("sick", sa.Text(), nullable=True))
