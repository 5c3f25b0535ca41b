"""What do the forms about a family say, and what is wrong with them at which field?"""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext

from oncall.alerts.team import Team
from oncall.contacts.brief import FIELDS as BRIEF_FIELDS
from oncall.contacts.brief import Brief
from oncall.contacts.case import OLDEST, Case, Consent, Member, MemberNumber, Phase, Relation
from oncall.languages import LANGUAGE_CODE
from oncall.rota.clock_hours import Hours
from oncall.rota.model import PersonId
from oncall.routes.web.forms import Form, InvalidForm
from oncall.teamfile import values
from oncall.usecases.families.numbers import NotANumber, read_phone_number, write_number

Fields = Mapping[str, str]

MOST_NUMBERS = 6  # of one member
LONGEST_NAME, LONGEST_WORDS, LONGEST_CODE = 100, 2000, 200


def read_case(fields: Fields, team: Team, before: Case | None, today: date) -> Case:
    """Return the case that the form describes, without members; raises InvalidForm."""
    form = Form(fields, team.zone)
    label = check_label(form, fields.get("label", "").strip())
    municipality = fields.get("municipality") or None
    known = {place.name for place in team.municipalities} | ({before.municipality} if before else set())
    if municipality is not None and municipality not in known:
        form.refuse("municipality", gettext("There is no such choice."))
    therapist = fields.get("own_therapist") or None
    kept = before.own_therapist if before else None
    if therapist is not None and therapist != kept and PersonId(therapist) not in team.people:
        form.refuse("own_therapist", gettext("There is no such choice."))
    phase = fields.get("phase", Phase.ACTIVE)
    if phase not in list(Phase):
        form.refuse("phase", gettext("There is no such choice."))
    started = form.day("started_on") if fields.get("started_on", "").strip() else None
    if started and phase == Phase.ACTIVE and started > today:
        form.refuse("started_on", gettext("A treatment that begins later is planned, not going on."))
    closed = before.closed_on if before and phase == Phase.CLOSED else None
    if phase == Phase.CLOSED and fields.get("closed_on", "").strip():
        closed = form.day("closed_on")
    if started and closed and closed < started:
        form.refuse("closed_on", gettext("The last day is before the first."))
    if form.errors:
        raise InvalidForm(form.errors)
    return Case(
        label=label,
        municipality=municipality,
        own_therapist=PersonId(therapist) if therapist else None,
        phase=Phase(phase),
        started_on=started,
        closed_on=closed,
        id=before.id if before else "",
    )


def check_label(form: Form, label: str) -> str:
    """Return the label; what could be a name or a number of somebody is refused at the field."""
    if not label:
        form.refuse("label", gettext("Give the case a label, such as V-014."))
    elif not values.is_label(label):
        form.refuse(
            "label",
            gettext("The label is sent by text: never a name or a number. Use a code such as V-014."),
        )
    return label


def read_member(fields: Fields, team: Team, member_id: str, today: date) -> Member:
    """Return the member that the form describes; raises InvalidForm."""
    form = Form(fields, team.zone)
    name = " ".join(fields.get("name", "").split())
    if not name:
        form.refuse("name", gettext("Write a name."))
    elif len(name) > LONGEST_NAME or not name.isprintable():
        form.refuse("name", gettext("The name is too long."))
    relation = fields.get("relation", "")
    if relation not in list(Relation):
        form.refuse("relation", gettext("Choose what they are to the family."))
    year = fields.get("birth_year", "").strip()
    born = form.number("birth_year", today.year - OLDEST, today.year) if year else None
    language = fields.get("language", "").strip() or team.language
    if not LANGUAGE_CODE.fullmatch(language):
        form.refuse("language", gettext("There is no such choice."))
    phones = tuple(phone for nth in range(1, MOST_NUMBERS + 1) if (phone := _read_phone(form, nth, team)))
    for nth, phone in enumerate(phones, start=1):
        if phone.number in [other.number for other in phones[: nth - 1]]:
            form.refuse(f"number-{nth}", gettext("This number is in the list already."))
    if form.errors:
        raise InvalidForm(form.errors)
    return Member(name, relation, language, phones, born, id=member_id)


def _read_phone(form: Form, nth: int, team: Team) -> MemberNumber | None:
    written = form.fields.get(f"number-{nth}", "").strip()
    if not written:
        return None
    number = check_number(form, f"number-{nth}", written, team)
    hours = None
    if form.fields.get(f"opens-{nth}", "").strip() or form.fields.get(f"closes-{nth}", "").strip():
        opens, closes = form.clock(f"opens-{nth}"), form.clock(f"closes-{nth}")
        hours = Hours(opens, closes) if opens is not None and closes is not None else None
    return MemberNumber(
        number,
        may_call=_read_consent(form, f"may_call-{nth}"),
        may_text=_read_consent(form, f"may_text-{nth}"),
        may_voicemail=_read_consent(form, f"may_voicemail-{nth}"),
        hours=hours,
        code_word=_read_words(form, f"code_word-{nth}"),
        seen_by=_read_words(form, f"seen_by-{nth}"),
        may_name_team=f"may_name_team-{nth}" in form.fields,
    )


def _read_words(form: Form, field: str) -> str:
    words = " ".join(form.fields.get(field, "").split())
    if len(words) > LONGEST_CODE:
        form.refuse(field, gettext("This is too long: at most %(n)s characters.", n=LONGEST_CODE))
    return words


def check_number(form: Form, field: str, written: str, team: Team) -> str:
    """Return the number in E.164; "" where it is none, or one of the team's own, and the field says so."""
    try:
        number = read_phone_number(written)
    except NotANumber:
        form.refuse(
            field,
            gettext("This is not a phone number. Write eight digits, or + and the country's code first."),
        )
        return ""
    if number in (team.voice_line, team.text_line, team.static_number):
        form.refuse(field, gettext("This is the team's own line."))
    elif number in {person.phone for person in team.people.values()}:
        form.refuse(field, gettext("This is a colleague's phone."))
    return number


def _read_consent(form: Form, field: str) -> Consent:
    given = form.fields.get(field, Consent.NOT_ASKED)
    if given not in list(Consent):
        form.refuse(field, gettext("There is no such choice."))
        return Consent.NOT_ASKED
    return Consent(given)


def read_brief(fields: Fields) -> Brief:
    """Return the brief that the form holds; raises InvalidForm where a part is too long."""
    words = {name: fields.get(name, "").replace("\r\n", "\n").strip() for name in BRIEF_FIELDS}
    errors = {
        name: gettext("This is too long: at most %(n)s characters.", n=LONGEST_WORDS)
        for name, said in words.items()
        if len(said) > LONGEST_WORDS
    }
    if errors:
        raise InvalidForm(errors)
    return Brief(**words)


def case_fields(case: Case | None, team: Team) -> dict[str, str]:
    """Return what the form of a case shows at first."""
    if case is None:
        only = team.municipalities[0].name if len(team.municipalities) == 1 else ""
        return {"phase": Phase.ACTIVE.value, "municipality": only}
    return {
        "label": case.label,
        "municipality": case.municipality or "",
        "own_therapist": case.own_therapist or "",
        "phase": case.phase.value,
        "started_on": case.started_on.isoformat() if case.started_on else "",
        "closed_on": case.closed_on.isoformat() if case.closed_on else "",
    }


def member_fields(member: Member | None, team: Team) -> dict[str, str]:
    """Return what the form of a member shows at first."""
    if member is None:
        return {"language": team.language}
    fields = {
        "name": member.name,
        "relation": member.relation,
        "birth_year": str(member.birth_year or ""),
        "language": member.language,
    }
    for nth, phone in enumerate(member.phones, start=1):
        fields |= {
            f"number-{nth}": write_number(phone.number),
            f"may_call-{nth}": phone.may_call.value,
            f"may_text-{nth}": phone.may_text.value,
            f"may_voicemail-{nth}": phone.may_voicemail.value,
            f"opens-{nth}": f"{phone.hours.opens:%H:%M}" if phone.hours else "",
            f"closes-{nth}": f"{phone.hours.closes:%H:%M}" if phone.hours else "",
            f"code_word-{nth}": phone.code_word,
            f"seen_by-{nth}": phone.seen_by,
            **({f"may_name_team-{nth}": "on"} if phone.may_name_team else {}),
        }
    return fields
