"""What was found in the journal's chains, and what was given out of it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A page can tell whether the journal is whole, and which exports there have been."""
    op.create_table(
        "chain_check",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["chain"], ["chain_head.chain"], name="fk_chain_check_chain"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_chain_check_team_id"),
        sa.PrimaryKeyConstraint("chain", name="pk_chain_check"),
    )
    op.create_index("ix_chain_check_team_id", "chain_check", ["team_id"])
    op.create_table(
        "export",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("asked_seq", sa.Integer(), nullable=False),
        sa.Column("given_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_export_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )
    op.create_index("ix_export_team", "export", ["team_id", "asked_seq"])
