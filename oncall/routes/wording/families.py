"""Put families in words: phases, relations, languages, the brief's fields, and what was changed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from babel import Locale
from flask_babel import gettext, lazy_gettext

from oncall.contacts.case import Case, Member, Phase, Relation
from oncall.contacts.case_changes import CASE_CLOSED, CASE_OPENED, CASE_REOPENED, CaseChange, compare_cases
from oncall.rota.model import PersonId
from oncall.routes.web.forms import says_the_same
from oncall.routes.web.languages import language, write_date
from oncall.routes.wording.contacts import CONSENTS
from oncall.routes.wording.rota import name_of
from oncall.usecases.families.numbers import write_number
from oncall.usecases.people import Names

PHASES = {
    Phase.PLANNED: lazy_gettext("Planned"),
    Phase.ACTIVE: lazy_gettext("In treatment"),
    Phase.CLOSED: lazy_gettext("Closed"),
}
MEMBER_RELATIONS = {
    Relation.PARENT: lazy_gettext("Parent"),
    Relation.CHILD: lazy_gettext("Child"),
    Relation.NETWORK: lazy_gettext("Network"),
}
# What families speak most often stands first; the rest of the world is written as a code.
LANGUAGE_CODES = (
    "nb",
    "nn",
    "en",
    "uk",
    "ar",
    "ru",
    "pl",
    "ti",
    "so",
    "se",
    "fa",
    "ku",
    "tr",
    "es",
    "fr",
    "sv",
    "lt",
)

BRIEF_LABELS = {
    "staff_safety": lazy_gettext("Staff safety"),
    "do_not_disclose": lazy_gettext("Do not disclose"),
    "no_contact": lazy_gettext("No-contact orders"),
    "sleeps_where": lazy_gettext("Sleeps where tonight"),
    "tonight": lazy_gettext("Expected tonight"),
    "safety_plan": lazy_gettext("Safety plan"),
    "risks": lazy_gettext("Risks"),
    "triggers": lazy_gettext("Triggers"),
    "address": lazy_gettext("Address"),
    "door": lazy_gettext("Door"),
    "support": lazy_gettext("Support people"),
    "safe_contact": lazy_gettext("Safe contact, more about it"),
    "interpreter": lazy_gettext("Language and interpreter"),
    "caseworker": lazy_gettext("Caseworker"),
    "emergency_service": lazy_gettext("Barnevernvakt, more about it"),
}
BRIEF_HINTS = {
    "staff_safety": lazy_gettext("Weapons, dogs, threats: what whoever goes there must know."),
    "do_not_disclose": lazy_gettext("What must not be said, and to whom."),
    "no_contact": lazy_gettext("Who may not be in contact with whom, until when."),
    "safety_plan": lazy_gettext("One step a line."),
    "support": lazy_gettext("One person a line."),
    "interpreter": lazy_gettext("Who interprets at night. Never a child."),
}
DANGEROUS = ("staff_safety", "do_not_disclose", "no_contact")
LISTED = ("safety_plan", "support")

FIELDS = {
    "label": lazy_gettext("Label"),
    "municipality": lazy_gettext("Municipality"),
    "own_therapist": lazy_gettext("Own therapist"),
    "phase": lazy_gettext("Phase"),
    "started_on": lazy_gettext("Start of treatment"),
    "closed_on": lazy_gettext("Closed on"),
    "name": lazy_gettext("Name"),
    "relation": lazy_gettext("Relation"),
    "birth_year": lazy_gettext("Year of birth"),
    "language": lazy_gettext("Language"),
    "may_call": lazy_gettext("May be called"),
    "may_text": lazy_gettext("May be texted"),
    "may_voicemail": lazy_gettext("A voicemail may be left"),
    "hours": lazy_gettext("Times"),
    "code_word": lazy_gettext("Code word"),
    "seen_by": lazy_gettext("Who else sees the phone"),
    "may_name_team": lazy_gettext("Texts may name the team"),
}
OF_FORMS = {
    "number": lazy_gettext("Phone number"),
    "opens": lazy_gettext("Only from"),
    "closes": lazy_gettext("until"),
}


def name_language(code: str) -> str:
    """Return the language's name in the reader's own."""
    try:
        named = Locale.parse(code.replace("-", "_")).get_language_name(language())
    except (ValueError, LookupError):
        named = None
    return named or code


def describe_week(case: Case, week: int | None) -> str:
    """Return "In treatment, week 12", or the phase alone."""
    if week is None:
        return str(PHASES[case.phase])
    return str(gettext("In treatment, week %(week)s", week=week))


def describe_member(member: Member, today: date) -> str:
    """Return "Sander, 12 this year", or the name alone."""
    age = member.age_in(today)
    if age is None:
        return member.name
    return str(gettext("%(name)s, %(age)s this year", name=member.name, age=age))


def describe_edit(kind: str) -> str:
    """Return what an edit of a case was, in a word or two."""
    return str(
        {
            CASE_OPENED: gettext("The case was opened"),
            CASE_CLOSED: gettext("The case was closed"),
            CASE_REOPENED: gettext("The case was reopened"),
        }.get(kind, gettext("Changed"))
    )


def describe_change(change: CaseChange, members: Mapping[str, str], names: Names) -> str:
    """Return one change as a line."""
    whose = members.get(change.member or "", gettext("somebody"))
    match change.what, change.number:
        case "added", None:
            return str(gettext("%(name)s was added", name=whose))
        case "removed", None:
            return str(gettext("%(name)s was taken out", name=whose))
        case "added", _:
            return str(gettext("%(name)s: a number was added", name=whose))
        case "removed", _:
            return str(gettext("%(name)s: a number was taken out", name=whose))
    field = str(FIELDS.get(change.what, change.what))
    what = field if change.member is None else f"{whose}: {field}"
    before, after = (_describe_value(change.what, value, names) for value in (change.before, change.after))
    if change.before is None:
        return f"{what}: {after}"
    return str(gettext("%(what)s: %(after)s (before: %(before)s)", what=what, before=before, after=after))


def _describe_value(field: str, value: str | None, names: Names) -> str:
    if value is None:
        return str(gettext("nothing"))
    if field == "own_therapist":
        return names.get(PersonId(value), value)
    if field == "language":
        return name_language(value)
    if field in ("started_on", "closed_on"):
        return write_date(date.fromisoformat(value))
    if field == "may_name_team":
        return str(gettext("Yes") if value == "True" else gettext("No"))
    return str(_WORDS.get(value, value))


_WORDS = {str(key): word for words in (CONSENTS, PHASES, MEMBER_RELATIONS) for key, word in words.items()}


def describe_difference(before: Case, after: Case) -> tuple[str, ...]:
    """Return, line by line, what is otherwise in a case that is not stored yet."""
    members = tuple(
        replace(
            member,
            id=member.id or member.name,
            phones=tuple(replace(phone, id=phone.id or phone.number) for phone in member.phones),
        )
        for member in after.members
    )
    names = {member.id: member.name for member in (*before.members, *members)}
    changes = compare_cases(before, replace(after, members=members))
    return tuple(describe_change(change, names, {}) for change in changes)


def compare_fields(theirs: Mapping[str, str], ours: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Return the fields in which two versions of a form differ: label, theirs, ours."""
    named = {**FIELDS, **BRIEF_LABELS, **OF_FORMS}
    rows = []
    for field in dict.fromkeys((*theirs, *ours)):
        name, _, nth = field.partition("-")
        if name in named and not says_the_same(theirs.get(field, ""), ours.get(field, "")):
            label = f"{named[name]} {nth}".strip()
            rows.append((label, theirs.get(field, ""), ours.get(field, "")))
    return tuple(rows)


CASE_WORDS = {
    "BRIEF_HINTS": BRIEF_HINTS,
    "BRIEF_LABELS": BRIEF_LABELS,
    "DANGEROUS": DANGEROUS,
    "LANGUAGE_CODES": LANGUAGE_CODES,
    "LISTED": LISTED,
    "MEMBER_RELATIONS": MEMBER_RELATIONS,
    "PHASES": PHASES,
    "compare_fields": compare_fields,
    "name_language": name_language,
    "describe_change": describe_change,
    "describe_difference": describe_difference,
    "describe_edit": describe_edit,
    "describe_member": describe_member,
    "describe_week": describe_week,
    "name_of": name_of,
    "write_number": write_number,
}
