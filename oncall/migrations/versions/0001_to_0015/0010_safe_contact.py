"""When a number may be contacted, its code word, who else sees it, and whether texts may name the team."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of the numbers that are there, nothing of this has been agreed."""
    op.add_column("member_number", sa.Column("hours", sa.Text(), nullable=True))
    op.add_column("member_number", sa.Column("code_word", sa.LargeBinary(), nullable=True))
    op.add_column("member_number", sa.Column("seen_by", sa.LargeBinary(), nullable=True))
    op.add_column(
        "member_number", sa.Column("may_name_team", sa.Boolean(), nullable=False, server_default=sa.false())
    )
