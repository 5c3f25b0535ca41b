"""Whose phone has been tried; and how often a code was guessed is found without reading the whole journal."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A phone can be confirmed, and refused codes counted."""
    op.create_table(
        "phone_check",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("call_result", sa.Text(), nullable=False),
        sa.Column("call_verified_at", sa.BigInteger(), nullable=True),
        sa.Column("text_result", sa.Text(), nullable=False),
        sa.Column("text_verified_at", sa.BigInteger(), nullable=True),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("guesses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_phone_check_team_id"),
        sa.ForeignKeyConstraint(
            ["team_id", "person"], ["staff.team_id", "staff.key"], name="fk_phone_check_team_id_person"
        ),
        sa.PrimaryKeyConstraint("team_id", "person", name="pk_phone_check"),
        sa.UniqueConstraint("token", name="uq_phone_check_token"),
    )
    op.create_index(
        "ix_entry_code_refused",
        "entry",
        ["chain", "seq"],
        postgresql_where=sa.text("kind = 'code_refused'"),
        sqlite_where=sa.text("kind = 'code_refused'"),
    )
