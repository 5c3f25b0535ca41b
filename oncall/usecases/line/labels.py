"""By which words do staff know a contact in a text, which says nothing of who the family is?"""

from oncall.alerts.team import Team
from oncall.alerts.wording import staff
from oncall.contacts.model import Kind
from oncall.store.contacts.contacts import StoredContact


def label_for_staff(stored: StoredContact, team: Team, language: str) -> str:
    """Return the case's label, or each one's that has the number; else what is known of the number."""
    if stored.case:
        return stored.case
    if several := _cases_of(stored):
        return " / ".join(several)
    if stored.number is not None and stored.number in {person.phone for person in team.people.values()}:
        return staff.LABEL_COLLEAGUE.in_language(language)
    unnamed = staff.LABEL_WITHHELD if stored.known == "withheld" else staff.LABEL_UNKNOWN
    return unnamed.in_language(language)


def _cases_of(stored: StoredContact) -> list[str]:
    """Return the cases that share the number, while nobody has said which of them it is."""
    if any(entry.kind is Kind.CONTACT_LINKED for entry in stored.entries):
        return []
    told = stored.entries[0].detail.get("cases") if stored.entries else None
    return [str(label) for label in told] if isinstance(told, list) and len(told) > 1 else []
