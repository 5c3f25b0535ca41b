"""What the database holds of the phones of staff: whether each has been tried, and answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from oncall.store.tables import STAFF, Base


class PhoneCheckRow(Base):
    """The latest test of a person's phone; true of the number with this digest alone."""

    __tablename__ = "phone_check"
    __table_args__ = (ForeignKeyConstraint(["team_id", "person"], ["staff.team_id", "staff.key"]),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    person: Mapped[str] = mapped_column(STAFF, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))  # of the number that was tried
    token: Mapped[str] = mapped_column(String(32), unique=True)  # names the test to the carrier
    asked_at: Mapped[datetime]
    call_result: Mapped[str]
    call_verified_at: Mapped[datetime | None]
    text_result: Mapped[str]
    text_verified_at: Mapped[datetime | None]
    code_digest: Mapped[str | None] = mapped_column(String(64))  # None: none was sent, or it is used up
    guesses: Mapped[int]  # wrong codes since it was sent
