"""When staff have left their team, and for how long it keeps who they were."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    """Who had left has a day on which they had at the latest, and no way in any more; no team has a rule."""
    op.add_column("staff", sa.Column("left_on", sa.Date()))
    op.add_column("staff", sa.Column("held_since", sa.BigInteger()))
    op.add_column("staff", sa.Column("erased_at", sa.BigInteger()))
    op.create_table(
        "staff_retention",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("months >= 1", name="ck_staff_retention_months"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_staff_retention_team_id"),
        sa.PrimaryKeyConstraint("team_id", name="pk_staff_retention"),
    )
    _date_departures()
    _close_accounts()


def _date_departures() -> None:
    """Whoever has left did so by a change of the team: nobody later than by its latest.

    By which one is sealed. A day too late keeps a name too long; one too early would erase it too soon.
    """
    connection = op.get_bind()
    latest = connection.execute(
        sa.text(
            "SELECT team.id, team.zone, max(entry.at) AS at FROM team JOIN entry ON entry.team_id = team.id "
            "WHERE entry.kind = 'team_changed' GROUP BY team.id, team.zone"
        )
    ).all()
    staff = sa.table("staff", sa.column("team_id"), sa.column("present"), sa.column("left_on", sa.Date))
    for team in latest:
        day = (EPOCH + timedelta(microseconds=team.at)).astimezone(ZoneInfo(team.zone)).date()
        gone = sa.and_(staff.c.team_id == team.id, sa.not_(staff.c.present))
        connection.execute(sa.update(staff).where(gone).values(left_on=day))


def _close_accounts() -> None:
    theirs = (
        "(SELECT account.id FROM account JOIN staff ON staff.team_id = account.team_id "
        "AND staff.key = account.staff_key WHERE NOT staff.present)"
    )
    for table, owner in (
        ("account_passkey", "user_id"),
        ("recovery_code", "account_id"),
        ("account_session", "account_id"),
    ):
        op.execute(f"DELETE FROM {table} WHERE {owner} IN {theirs}")  # noqa: S608 - names of our own
    emptied = "active = false, password = NULL, totp_key = NULL, totp_counter = NULL"
    op.execute(f"UPDATE account SET {emptied} WHERE id IN {theirs}")  # noqa: S608 - the same
