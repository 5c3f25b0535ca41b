"""What was found when the carrier was last asked where a team's numbers lead."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The last look at each team's lines is kept."""
    op.create_table(
        "line_check",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_line_check_team_id"),
        sa.PrimaryKeyConstraint("team_id", name="pk_line_check"),
    )
