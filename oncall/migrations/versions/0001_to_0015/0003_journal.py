"""Contacts, and the journal that they are folded from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSAL = "entries are append-only"

SQLITE_TRIGGERS = (
    f"CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRES_TRIGGERS = (
    f"""
    CREATE FUNCTION refuse_to_change_entries() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_entries()
    """,
)


def upgrade() -> None:
    """Contacts can be stored, and entries appended that nobody changes or deletes."""
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("follow_up", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("seconds_to_human", sa.Double(), nullable=True),
        sa.Column("engaged", sa.Text(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("caller IN ('known', 'unknown', 'withheld')", name="ck_contact_caller"),
        sa.CheckConstraint("channel IN ('voice', 'text')", name="ck_contact_channel"),
        sa.ForeignKeyConstraint(["case_id"], ["family_case.id"], name="fk_contact_case_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_contact_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("channel", "sid", name="uq_contact_channel_sid"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_contact_case", "contact", ["case_id", "started_at"])
    op.create_index(
        "ix_contact_follow_up",
        "contact",
        ["team_id"],
        postgresql_where=sa.text("follow_up"),
        sqlite_where=sa.text("follow_up = 1"),
    )
    op.create_index("ix_contact_log", "contact", ["team_id", "started_at", "id"])
    op.create_index(
        "ix_contact_open",
        "contact",
        ["team_id"],
        postgresql_where=sa.text("is_open"),
        sqlite_where=sa.text("is_open = 1"),
    )
    op.create_table(
        "contact_index",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_contact_index_contact_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_contact_index_team_id"),
        sa.PrimaryKeyConstraint("team_id", "digest", "contact_id", name="pk_contact_index"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chain_head",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_chain_head_team_id"),
        sa.PrimaryKeyConstraint("chain", name="pk_chain_head"),
    )
    op.create_table(
        "entry",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("leg", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("event_key", sa.Text(), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("contact_id IS NULL OR case_id IS NULL", name="ck_entry_one_subject"),
        sa.CheckConstraint("seq >= 1", name="ck_entry_seq"),
        sa.ForeignKeyConstraint(["case_id"], ["family_case.id"], name="fk_entry_case_id"),
        sa.ForeignKeyConstraint(["chain"], ["chain_head.chain"], name="fk_entry_chain"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_entry_contact_id"),
        sa.PrimaryKeyConstraint("chain", "seq", name="pk_entry"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_entry_case",
        "entry",
        ["case_id", "seq"],
        postgresql_where=sa.text("case_id IS NOT NULL"),
        sqlite_where=sa.text("case_id IS NOT NULL"),
    )
    op.create_index("ix_entry_contact", "entry", ["contact_id", "seq"])
    op.create_index(
        "uq_entry_event",
        "entry",
        ["contact_id", "event_key"],
        unique=True,
        postgresql_where=sa.text("event_key IS NOT NULL"),
        sqlite_where=sa.text("event_key IS NOT NULL"),
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    for trigger in POSTGRES_TRIGGERS if postgres else SQLITE_TRIGGERS:
        op.execute(trigger)
