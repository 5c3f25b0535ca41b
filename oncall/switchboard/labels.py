"""By which words do staff know a contact in a text, which says nothing of who the family is?"""

from oncall.alerts.team import Team
from oncall.alerts.wording import say
from oncall.store.contacts import StoredContact


def label_of(stored: StoredContact, team: Team, language: str) -> str:
    """Return the case's label; without one, whether a colleague called, or what is known of the number."""
    if stored.case:
        return stored.case
    if stored.number is not None and stored.number in {person.phone for person in team.people.values()}:
        return say("label_colleague", language)
    return say("label_withheld" if stored.known == "withheld" else "label_unknown", language)
