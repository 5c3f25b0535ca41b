"""Files that families have sent with a text."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A file is kept with us alone, sealed; it goes with its contact."""
    op.create_table(
        "attachment",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_attachment_contact_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_attachment_team_id"),
        sa.PrimaryKeyConstraint("sid", name="pk_attachment"),
    )
    op.create_index("ix_attachment_contact_id", "attachment", ["contact_id"])
