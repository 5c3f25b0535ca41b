"""A team, its staff and its rotas."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Teams can be stored, with their lines, staff and rotas."""
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("on_call", sa.Boolean(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("settings", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
        sa.UniqueConstraint("slug", name="uq_team_slug"),
    )
    op.create_table(
        "line",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_line_team_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_line"),
    )
    op.create_index("ix_line_team_id", "line", ["team_id"])
    op.create_table(
        "staff",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("on_call", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_staff_team_id"),
        sa.PrimaryKeyConstraint("team_id", "key", name="pk_staff"),
    )
    op.create_table(
        "layer",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("participants", sa.Text(), nullable=False),
        sa.Column("first_handover", sa.Date(), nullable=False),
        sa.Column("handover_time", sa.Time(), nullable=False),
        sa.Column("turn_days", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("only", sa.Text(), nullable=False),
        sa.CheckConstraint("tier IN ('duty', 'backup', 'leader')", name="ck_layer_tier"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_layer_team_id"),
        sa.PrimaryKeyConstraint("team_id", "tier", "id", name="pk_layer"),
    )
    op.create_table(
        "override",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("tier IN ('duty', 'backup', 'leader')", name="ck_override_tier"),
        sa.CheckConstraint('start < "end"', name="ck_override_interval"),
        sa.ForeignKeyConstraint(
            ["team_id", "person"], ["staff.team_id", "staff.key"], name="fk_override_team_id_person"
        ),
        sa.PrimaryKeyConstraint("team_id", "tier", "id", name="pk_override"),
    )
    op.create_table(
        "absence",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.CheckConstraint('start < "end"', name="ck_absence_interval"),
        sa.ForeignKeyConstraint(
            ["team_id", "person"], ["staff.team_id", "staff.key"], name="fk_absence_team_id_person"
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_absence"),
    )
