"""What a team has agreed about its rota: special days, limits, requests, confirmations and feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIERS = "tier IN ('duty', 'backup', 'leader')"


def upgrade() -> None:
    """Rotas can be cared for by those who stand in them."""
    op.create_table(
        "special_day",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_special_day_team_id"),
        sa.PrimaryKeyConstraint("team_id", "day", name="pk_special_day"),
    )
    op.create_table(
        "rota_limits",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_rota_limits_team_id"),
        sa.PrimaryKeyConstraint("team_id", name="pk_rota_limits"),
    )
    op.create_table(
        "shift_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=True),
        sa.Column("taker", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(TIERS, name="ck_shift_request_tier"),
        sa.CheckConstraint('start < "end"', name="ck_shift_request_interval"),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'done', 'declined', 'withdrawn')", name="ck_shift_request_state"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_shift_request_team_id"),
        sa.ForeignKeyConstraint(
            ["team_id", "asker"], ["staff.team_id", "staff.key"], name="fk_shift_request_team_id_asker"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shift_request"),
    )
    op.create_index("ix_shift_request_team_id_end", "shift_request", ["team_id", "end"])
    op.create_table(
        "shift_confirmation",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(TIERS, name="ck_shift_confirmation_tier"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_shift_confirmation_team_id"),
        sa.PrimaryKeyConstraint("team_id", "tier", "start", "person", name="pk_shift_confirmation"),
    )
    op.create_table(
        "feed",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("whole_team", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_feed_team_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_feed"),
        sa.UniqueConstraint("team_id", "person", "whole_team", name="uq_feed_team_id_person_whole_team"),
    )
    op.create_index(
        "ix_entry_team_changed",
        "entry",
        ["chain", "seq"],
        postgresql_where=sa.text("kind = 'team_changed'"),
        sqlite_where=sa.text("kind = 'team_changed'"),
    )
