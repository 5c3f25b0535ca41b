"""The tables of retention: how long cases and the names of former staff are kept."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncall.store.columns import DeterministicText
from oncall.store.tables import Base


class RetentionRow(Base):
    """How long a team keeps the cases of one municipality after they were closed."""

    __tablename__ = "retention"
    __table_args__ = (CheckConstraint("months >= 1", name="months"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    municipality: Mapped[str] = mapped_column(
        DeterministicText("municipality"), primary_key=True
    )  # "": any other
    months: Mapped[int]
    automatic: Mapped[bool]  # False: somebody confirms each erasure


class StaffRetentionRow(Base):
    """How long a team keeps the name and number of staff who have left."""

    __tablename__ = "staff_retention"
    __table_args__ = (CheckConstraint("months >= 1", name="months"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    months: Mapped[int]
    automatic: Mapped[bool]  # False: somebody confirms each erasure
