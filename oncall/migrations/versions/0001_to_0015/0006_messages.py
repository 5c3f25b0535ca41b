"""Which texts lie at the carrier, and by which code a page is answered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Texts can be told apart, and codes given out."""
    op.create_table(
        "message",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("inbound", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("redacted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_message_contact_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_message_team_id"),
        sa.PrimaryKeyConstraint("sid", name="pk_message"),
    )
    op.create_index("ix_message_contact", "message", ["contact_id"])
    op.create_index(
        "ix_message_unredacted",
        "message",
        ["at"],
        postgresql_where=sa.text("redacted_at IS NULL"),
        sqlite_where=sa.text("redacted_at IS NULL"),
    )
    op.create_table(
        "page_code",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_page_code_contact_id"),
        sa.ForeignKeyConstraint(
            ["team_id", "person"], ["staff.team_id", "staff.key"], name="fk_page_code_team_id_person"
        ),
        sa.PrimaryKeyConstraint("contact_id", "person", name="pk_page_code"),
        sa.UniqueConstraint("team_id", "person", "code", name="uq_page_code_team_id_person_code"),
    )
