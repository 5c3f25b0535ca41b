"""Lists of contacts that are found in their own order, however many contacts a team has had."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Follow-ups and agreements stand in the log's order in their indexes, and so do a case's contacts."""
    for name in ("ix_contact_follow_up", "ix_contact_next", "ix_contact_case"):
        op.drop_index(name, "contact")
    _index("ix_contact_follow_up", "follow_up", "follow_up = 1")
    _index("ix_contact_next", "next_due IS NOT NULL", "next_due IS NOT NULL")
    op.create_index("ix_contact_case", "contact", ["case_id", "started_at", "id"])


def _index(name: str, postgresql: str, sqlite: str) -> None:
    op.create_index(
        name,
        "contact",
        ["team_id", "started_at", "id"],
        postgresql_where=sa.text(postgresql),
        sqlite_where=sa.text(sqlite),
    )
