"""Which numbers may be in the wrong hands."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A number can be marked, whether or not a case has it."""
    op.create_table(
        "compromised_number",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_compromised_number_contact_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_compromised_number_team_id"),
        sa.PrimaryKeyConstraint("team_id", "digest", name="pk_compromised_number"),
    )
