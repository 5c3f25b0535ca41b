"""What a therapist needs to know of a family at 03:00, and whether that is still fresh."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from oncall.contacts.model import JournalDetail

BRIEF_REVISED = "brief_revised"  # the brief says something else from now on, and was reviewed by that
BRIEF_REVIEWED = "brief_reviewed"  # somebody has read it again: it still holds

STALE_AFTER = timedelta(days=7)
LEADER_AFTER = timedelta(days=9)  # the own therapist has had two days


@dataclass(frozen=True, slots=True)
class Brief:
    """The brief in its own words; "" where nothing is written. What the case itself knows is not here."""

    # what can hurt somebody stands first
    staff_safety: str = ""  # warnings for whoever goes there
    do_not_disclose: str = ""  # what nobody of the family may hear from us, and who
    no_contact: str = ""  # orders of no contact
    sleeps_where: str = ""  # who sleeps where tonight
    tonight: str = ""  # what is expected tonight
    safety_plan: str = ""  # its steps, one a line
    risks: str = ""
    triggers: str = ""
    address: str = ""
    door: str = ""  # code, entrance, dog
    support: str = ""  # people who can help, one a line
    safe_contact: str = ""  # beyond what stands at each number
    interpreter: str = ""  # which language, and whom to ask; never a child
    caseworker: str = ""
    emergency_service: str = ""  # the local barnevernvakt, beyond the team's own agreement

    @property
    def empty(self) -> bool:
        """Whether nothing has been written."""
        return self == Brief()


FIELDS = tuple(field.name for field in fields(Brief))


@dataclass(frozen=True, slots=True)
class Revision:
    """The brief as somebody wrote it, or found it to hold still."""

    seq: int  # of the entry
    at: datetime
    by: str | None  # staff key; None: a team file
    brief: Brief
    reviewed_only: bool = False  # nothing was changed


def brief_from(detail: JournalDetail) -> Brief:
    """Return the brief that an entry holds; what this version does not know is left out."""
    said = detail.get("brief")
    if not isinstance(said, Mapping):
        return Brief()
    return Brief(**{name: str(said[name]) for name in FIELDS if name in said})


def brief_detail(brief: Brief) -> JournalDetail:
    """Return what an entry holds of a brief: the fields that say something."""
    return {"brief": {name: said for name in FIELDS if (said := getattr(brief, name))}}


def is_stale(reviewed_at: datetime, now: datetime) -> bool:
    """Whether nobody has looked at it for more than seven days."""
    return now - reviewed_at > STALE_AFTER
