"""Which cases were opened by somebody who had no need that shows."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A case can be opened to one person for a time."""
    op.create_table(
        "opened_case",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "person"], ["staff.team_id", "staff.key"], name="fk_opened_case_team_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["family_case.id"], name="fk_opened_case_case_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "person", "case_id", name="pk_opened_case"),
    )
