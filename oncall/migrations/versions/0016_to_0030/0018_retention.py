"""How long each team keeps what it knows of families."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Teams can have rules; none has one yet, and nothing is due."""
    op.create_table(
        "retention",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("months >= 1", name="ck_retention_months"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_retention_team_id"),
        sa.PrimaryKeyConstraint("team_id", "municipality", name="pk_retention"),
    )
