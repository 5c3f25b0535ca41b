"""Open contacts in their order, and a team's notes by their kind: looked for where only they are."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

OF_TEAM = "contact_id IS NULL AND case_id IS NULL"


def upgrade() -> None:
    """Neither is looked for among everything that the team has ever had."""
    op.drop_index("ix_contact_open", "contact")
    op.create_index(
        "ix_contact_open",
        "contact",
        ["team_id", "started_at", "id"],
        postgresql_where=sa.text("is_open"),
        sqlite_where=sa.text("is_open = 1"),
    )
    op.create_index(
        "ix_entry_note",
        "entry",
        ["team_id", "kind", "seq"],
        postgresql_where=sa.text(OF_TEAM),
        sqlite_where=sa.text(OF_TEAM),
    )
