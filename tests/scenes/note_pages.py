"""Write and send a contact's notes, and read what the pages show of them."""

from werkzeug.test import TestResponse

from oncall.contacts.fold import fold
from oncall.contacts.note import ContactRecord
from oncall.contacts.search import Filters
from oncall.store.contacts.contacts import ContactLine
from oncall.store.contacts.log import list_contacts
from tests.scenes.evening import Evening, Visit, token


def send(visit: Visit, contact: str, act: str, **form: object) -> TestResponse:
    """Send one of the page's forms."""
    return visit.post(f"/contacts/{contact}/{act}", data={**form, "csrf_token": token(visit, "/")})


def record(evening: Evening, contact: str) -> ContactRecord:
    """What the contact's entries say is written down."""
    return fold(contact, evening.stored(contact)).record


def found(evening: Evening, filters: Filters) -> tuple[ContactLine, ...]:
    """What the log finds."""
    with evening.service.db.reading() as reading:
        return list_contacts(reading, evening.team_id, filters)
