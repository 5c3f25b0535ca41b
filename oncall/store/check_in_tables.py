"""What the database holds of the calls that a team has agreed on with its families."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from oncall.store.tables import STAFF, Base, identity


class CheckInRow(Base):
    """An agreed call of a case. What it says about people is sealed with the case's key."""

    __tablename__ = "check_in"
    __table_args__ = (
        CheckConstraint(
            "state IN ('planned', 'due', 'done', 'no_answer', 'moved', 'cancelled')", name="state"
        ),
        Index("ix_check_in_team_id_at", "team_id", "at"),
        Index("ix_check_in_case", "case_id", "at"),
    )

    id: Mapped[str] = identity()
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("family_case.id"))
    at: Mapped[datetime]
    sealed: Mapped[bytes]  # whom to call, on which number, and what it is about
    planned_by: Mapped[str] = mapped_column(STAFF)
    state: Mapped[str]
    version: Mapped[int]  # rises with every change: names the job that wakes it
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id"))  # None before its time
