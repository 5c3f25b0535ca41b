"""How somebody signs in: roles of accounts, code generators, sessions, invitations and attempts."""

import sqlalchemy as sa
from alembic import context, op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _veil_addresses(conn: sa.Connection) -> None:
    accounts = sa.table("account", sa.column("id"), sa.column("email"))
    for row in conn.execute(sa.select(accounts)).all():
        cipher = context.config.attributes[
            "keyring"
        ].deterministic  # a database without accounts needs no key
        conn.execute(
            sa.update(accounts)
            .where(accounts.c.id == row.id)
            .values(email=cipher.encrypt("email", row.email.strip().lower()))
        )


def upgrade() -> None:
    """Accounts have roles and second factors; sessions can be listed and ended."""
    for column in (
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("totp_key", sa.LargeBinary(), nullable=True),
        sa.Column("totp_counter", sa.BigInteger(), nullable=True),
    ):
        op.add_column("account", column)
    op.execute("UPDATE account SET role = 'operator' WHERE team_id IS NULL")
    op.execute("UPDATE account SET role = 'administrator' WHERE team_id IS NOT NULL AND staff_key IS NULL")
    with op.batch_alter_table(
        "account",
        table_args=(
            sa.CheckConstraint("staff_key IS NULL OR team_id IS NOT NULL", name="ck_account_staff_of_a_team"),
        ),
    ) as account:
        account.create_check_constraint(
            "ck_account_role_of_its_own",
            "role IS NULL OR role IN ('administrator', 'reviewer', 'operator')",
        )
        account.alter_column("email", type_=sa.Text(), existing_type=sa.String(length=255))
    _veil_addresses(op.get_bind())
    op.create_table(
        "account_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("by_passkey", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_account_session_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account_session"),
    )
    op.create_index("ix_account_session_account_id", "account_session", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_recovery_code_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "digest", name="pk_recovery_code"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_digest_at", "sign_in_attempt", ["digest", "at"])
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"])
    op.create_table(
        "spent_challenge",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_spent_challenge"),
    )
    op.create_index("ix_spent_challenge_at", "spent_challenge", ["at"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("staff_key", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_invitation_team_id"),
        sa.ForeignKeyConstraint(
            ["team_id", "staff_key"], ["staff.team_id", "staff.key"], name="fk_invitation_team_id_staff_key"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_invitation_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("digest", name="uq_invitation_digest"),
    )
    op.create_index("ix_invitation_team_id", "invitation", ["team_id"])
    op.create_table(
        "set_up_code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_set_up_code"),
    )
