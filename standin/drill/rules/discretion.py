"""Whether anybody was told what they must not know, or a family was reached against its rules."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from oncall.alerts.safe_contact import RECENT
from oncall.alerts.wording import family, staff
from oncall.contacts.case import Consent, MemberNumber
from oncall.languages import LANGUAGES
from standin.drill.nights.random_night import RandomNight
from standin.drill.rules.judged import Judged
from standin.simulator import Phone

Faults = Iterator[str]

UNDER_WAY = timedelta(minutes=5)  # from a human's decision to the last attempt at carrying it out
AT_ONCE = timedelta(seconds=5)
STRICTEST_FIRST = (Consent.NO, Consent.NOT_ASKED, Consent.YES)
MACHINE = frozenset(family.AUTO_REPLY.in_language(language) for language in LANGUAGES)
ABOUT_CONTACT = "/contacts/"
# Whoever wants what a colleague has is told whose it is: the one text about a contact that names somebody.
_OWNED = (
    staff.TEXT_OWNED.in_language(language, owner="OWNER", label="LABEL", link="LINK")
    for language in LANGUAGES
)
OWNED = re.compile("|".join(re.sub("OWNER|LABEL|LINK", ".+", re.escape(said)) for said in _OWNED))


def find_given_away(night: Judged) -> Faults:
    """Nobody hears a name, label or number; staff read labels; a family reads neither.

    Of shifts staff read colleagues' names, and of a contact only that somebody else has it.
    """
    names = _name({person.name for person in night.team.people.values()}) | {night.team.name}
    families = _name({member.name for case in night.cases for member in case.members})
    labels = {case.label for case in night.cases}
    spoken = _any_of(names | families | labels)
    of_shifts, of_contacts, to_family = _any_of(families), _any_of(names | families), spoken
    staff = {person.phone for person in night.team.people.values()}
    for phone in night.carrier.phones.values():
        for heard in phone.heard:
            if heard.kind == "say" and spoken.search(heard.text):
                yield f"{night.name(phone)} heard «{heard.text}»"
        for text in phone.texts:
            body = _without_allowed(night, phone, text.body)
            about_contact = ABOUT_CONTACT in body and not OWNED.fullmatch(body)
            to_staff = of_contacts if about_contact else of_shifts
            secret = to_staff if phone.number in staff else to_family
            if secret.search(body):
                yield f"{night.name(phone)} read «{text.body}»"


def _without_allowed(night: Judged, phone: Phone, body: str) -> str:
    """Return a text without the team's name at its beginning, where all who share the phone agreed to it."""
    phones = _phones(night, phone.number)
    agreed = bool(phones) and all(each.may_name_team for each in phones)
    return body.removeprefix(f"{night.team.name}: ") if agreed else body


def _name(people: set[str]) -> set[str]:
    """Return every name as it is written, and the first name alone."""
    return people | {re.split(r"[\s,(]", person)[0] for person in people}


def _any_of(words: set[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(words)) + r"|\+\d{5}")


def find_shown_families(night: Judged) -> Faults:
    """A display shows the line's own number, whoever calls or writes."""
    lines = {night.team.voice_line, night.team.text_line}
    for phone in (*night.staff, *night.services):
        shown = {rang.shown for rang in phone.rang} | {text.from_number for text in phone.texts}
        for number in sorted(shown - lines):
            yield f"{night.name(phone)}'s display showed {number}"


def find_unsafe(night: RandomNight) -> Faults:
    """Every call and text to a family keeps its rules of safe contact, as a human then knew them."""
    for phone in night.callers:
        for text in phone.texts:
            if _without_allowed(night, phone, text.body) in MACHINE:
                yield from _of_machine(night, phone, text.at)
            else:
                yield from _of_human(night, phone, text.at, "text")
        for rang in phone.rang:
            yield from _of_human(night, phone, rang.start, "call")


def _of_machine(night: RandomNight, phone: Phone, at: datetime) -> Faults:
    marked = night.people.marked.get(phone.number)
    if _consent(night, phone.number, "text") is not Consent.YES:
        yield f"the machine wrote to {night.name(phone)}, who has not allowed it"
    elif not _in_time(night, phone.number, at):
        yield f"the machine wrote to {night.name(phone)} outside the hours agreed"
    elif marked and at > marked + AT_ONCE:
        yield f"the machine wrote to {night.name(phone)}, whose phone is in the wrong hands"


def _of_human(night: RandomNight, phone: Phone, at: datetime, way: str) -> Faults:
    if phone.number in night.people.excused:
        return
    consent, marked = _consent(night, phone.number, way), night.people.marked.get(phone.number)
    came = [text.at for text in phone.sent] + [call.started_at for call in phone.calls if call.outgoing]
    recent = any(timedelta(0) <= at - moment <= RECENT + UNDER_WAY for moment in came)
    if marked and at > marked + AT_ONCE:
        yield f"{night.name(phone)} was reached by {way}, whose phone is in the wrong hands"
    elif not _in_time(night, phone.number, at):
        yield f"{night.name(phone)} was reached by {way} outside the hours agreed"
    elif consent is Consent.NO:
        yield f"{night.name(phone)} was reached by {way}, who has forbidden it"
    elif consent is not Consent.YES and not recent:
        yield f"{night.name(phone)} was reached by {way}, who was not asked, and nobody was warned"


def _consent(night: RandomNight, number: str, way: str) -> Consent:
    """The strictest answer of all who share the number."""
    answers = [phone.may_text if way == "text" else phone.may_call for phone in _phones(night, number)]
    return min(answers, key=STRICTEST_FIRST.index, default=Consent.NOT_ASKED)


def _in_time(night: RandomNight, number: str, at: datetime) -> bool:
    """Whether all who share the number may be reached then; a text is under way for a moment."""
    clocks = [(at - under_way).astimezone(night.team.zone).time() for under_way in (timedelta(0), AT_ONCE)]
    hours = [phone.hours for phone in _phones(night, number) if phone.hours]
    return all(any(each.hold(clock) for clock in clocks) for each in hours)


def _phones(night: Judged, number: str) -> list[MemberNumber]:
    members = (member for case in night.cases for member in case.members)
    return [phone for member in members for phone in member.phones if phone.number == number]
