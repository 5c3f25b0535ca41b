"""What a case says of its treatment, and its members as persons who stay known when they are taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Cases have a beginning and an end, members a year of birth."""
    op.add_column("family_case", sa.Column("started_on", sa.Date(), nullable=True))
    op.add_column("family_case", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("family_case", sa.Column("loaded", sa.String(length=64), nullable=True))
    op.add_column("member", sa.Column("birth_year", sa.LargeBinary(), nullable=True))
    for table in ("member", "member_number"):
        op.add_column(table, sa.Column("present", sa.Boolean(), server_default=sa.true(), nullable=False))
