"""Many contacts of a team, put into the database at once."""

from datetime import timedelta

from oncall.alerts.team import Caller
from oncall.contacts.model import Entry, Kind
from oncall.contacts.projection import Projection
from oncall.store.contacts import rows as contact_journal
from oncall.store.contacts.contacts import NewContact
from oncall.store.session import Database
from oncall.store.team.teams import find_team
from standin.drill.cast import NIGHT
from tests.cast import STRANGER


def add_contacts(db: Database, count: int) -> None:
    """The team of Vestfold has so many contacts more."""
    with db.reading() as reading:
        team_id = find_team(reading, "vestfold")
    assert team_id is not None
    with db.writing(team_id) as writing:
        for number in range(count):
            at = NIGHT + timedelta(minutes=number)
            sid = f"CA{writing.seq:032x}"
            new = NewContact("voice", sid, Caller("unknown", number=STRANGER), at)
            key = contact_journal.insert_contact(writing, new, Projection("ended", False, False), 1)
            entry = Entry(0, at, Kind.CALL_RECEIVED, detail={"caller": "unknown", "words": "x" * 500})
            contact_journal.append(writing, new.id, [entry], key)
