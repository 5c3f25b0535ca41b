"""The families in treatment, and whose number is whose."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Families can be stored, and found by the digest of a number."""
    op.create_table(
        "family_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("own_therapist", sa.Text(), nullable=True),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("phase IN ('planned', 'active', 'closed')", name="ck_family_case_phase"),
        sa.ForeignKeyConstraint(
            ["team_id", "own_therapist"],
            ["staff.team_id", "staff.key"],
            name="fk_family_case_team_id_own_therapist",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_family_case_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_family_case"),
        sa.UniqueConstraint("team_id", "label", name="uq_family_case_team_id_label"),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["family_case.id"], name="fk_member_case_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_member_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
    )
    op.create_index("ix_member_case_id", "member", ["case_id"])
    op.create_table(
        "member_number",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("may_call", sa.Text(), nullable=False),
        sa.Column("may_text", sa.Text(), nullable=False),
        sa.Column("may_voicemail", sa.Text(), nullable=False),
        sa.CheckConstraint("may_call IN ('yes', 'no', 'not asked')", name="ck_member_number_may_call"),
        sa.CheckConstraint("may_text IN ('yes', 'no', 'not asked')", name="ck_member_number_may_text"),
        sa.CheckConstraint(
            "may_voicemail IN ('yes', 'no', 'not asked')", name="ck_member_number_may_voicemail"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name="fk_member_number_member_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_member_number_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_member_number"),
    )
    op.create_index("ix_member_number_member_id", "member_number", ["member_id"])
    op.create_table(
        "number_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("member_number_id", sa.String(length=32), nullable=True),
        sa.Column("staff_key", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(member_number_id IS NULL) <> (staff_key IS NULL)", name="ck_number_index_one_owner"
        ),
        sa.ForeignKeyConstraint(
            ["member_number_id"],
            ["member_number.id"],
            name="fk_number_index_member_number_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "staff_key"], ["staff.team_id", "staff.key"], name="fk_number_index_team_id_staff_key"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_number_index_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_number_index"),
    )
    op.create_index("ix_number_index_digest", "number_index", ["team_id", "digest"])
    op.create_index("ix_number_index_member_number_id", "number_index", ["member_number_id"])
