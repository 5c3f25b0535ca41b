"""Let passkeys be stored without their usage, which nothing asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the usage a default: this version writes none, and the one before still writes its own."""
    with op.batch_alter_table("account_passkey") as passkeys:
        passkeys.alter_column("usage", server_default="first", existing_type=sa.String(64))


def downgrade() -> None:
    """Ask for the usage again."""
    with op.batch_alter_table("account_passkey") as passkeys:
        passkeys.alter_column("usage", server_default=None, existing_type=sa.String(64))
