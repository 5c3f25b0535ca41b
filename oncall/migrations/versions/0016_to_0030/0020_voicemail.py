"""Messages that callers leave, and who has listened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A message is kept with us alone, sealed; it goes with its contact."""
    op.create_table(
        "voicemail",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("off_carrier_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_voicemail_contact_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_voicemail_team_id"),
        sa.PrimaryKeyConstraint("sid", name="pk_voicemail"),
    )
    op.create_index("ix_voicemail_contact_id", "voicemail", ["contact_id"])
    op.create_table(
        "voicemail_heard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sid"], ["voicemail.sid"], name="fk_voicemail_heard_sid", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_voicemail_heard"),
    )
    op.create_index("ix_voicemail_heard_sid", "voicemail_heard", ["sid"])
