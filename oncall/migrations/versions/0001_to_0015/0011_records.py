"""What is written down about contacts, and which of them a leader has still to read."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Contacts are found by what was recorded of them, and a note can be kept while it is written."""
    for column in (
        sa.Column("escalated", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("noted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("incident", sa.Text(), nullable=True),
        sa.Column("next_due", sa.Date(), nullable=True),
        sa.Column("attention", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("contact", column)
    # Nothing was signed off before there was a place to do so.
    op.execute("UPDATE contact SET attention = 2 WHERE seconds_to_human IS NULL")
    _index("ix_contact_attention", ["attention", "started_at", "id"])
    _index("ix_contact_person", ["answered_by", "started_at", "id"], "answered_by IS NOT NULL")
    _index("ix_contact_outcome", ["outcome", "started_at", "id"], "outcome IS NOT NULL")
    _index("ix_contact_incident", ["started_at", "id"], "incident IS NOT NULL")
    _index("ix_contact_next", ["next_due"], "next_due IS NOT NULL")
    op.create_table(
        "contact_child",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_contact_child_contact_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_contact_child_team_id"),
        sa.PrimaryKeyConstraint("team_id", "child_id", "contact_id", name="pk_contact_child"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_contact_child_contact", "contact_child", ["contact_id"])
    op.create_table(
        "note_draft",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_note_draft_contact_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_note_draft_team_id"),
        sa.PrimaryKeyConstraint("contact_id", "author", name="pk_note_draft"),
        sqlite_with_rowid=False,
    )


def _index(name: str, columns: list[str], where: str | None = None) -> None:
    only = sa.text(where) if where else None
    op.create_index(name, "contact", ["team_id", *columns], postgresql_where=only, sqlite_where=only)
