"""Which calls a team has agreed on with its families."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A call can be agreed on, and becomes a contact when its time has come."""
    op.create_table(
        "check_in",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'due', 'done', 'no_answer', 'moved', 'cancelled')",
            name="ck_check_in_state",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["family_case.id"], name="fk_check_in_case_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_check_in_contact_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_check_in_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_check_in"),
    )
    op.create_index("ix_check_in_team_id_at", "check_in", ["team_id", "at"])
    op.create_index("ix_check_in_case", "check_in", ["case_id", "at"])
