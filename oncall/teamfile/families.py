"""What a team file says about the families and how each may be reached."""

from collections.abc import Collection, Mapping

from oncall.contacts.brief import FIELDS, Brief
from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase, Relation
from oncall.rota.model import PersonId
from oncall.teamfile import values
from oncall.teamfile.table import Table

EARLIEST_BIRTH, LATEST_BIRTH = 1900, 2100


def read_cases(
    team: Table, people: Collection[PersonId], municipalities: Collection[str], team_language: str
) -> tuple[tuple[Case, ...], Mapping[str, Brief]]:
    """Return the families, and by their labels the briefs; whose language is not given speaks the team's."""
    cases: dict[str, Case] = {}
    briefs: dict[str, Brief] = {}
    for table in team.tables("case"):
        therapist = table.may("own_therapist", values.one_of(people, "person"), "")
        case = Case(
            label=table.need("label", values.text, ""),
            municipality=table.may("municipality", values.one_of(municipalities, "municipality"), None),
            own_therapist=PersonId(therapist) if therapist else None,
            phase=table.may("status", values.choice(Phase), Phase.ACTIVE),
            members=tuple(_read_member(member, team_language) for member in table.tables("member")),
            started_on=table.may("started_on", values.day, None),
            closed_on=table.may("closed_on", values.day, None),
        )
        if case.started_on and case.closed_on and case.closed_on < case.started_on:
            table.fault("closed_on", "is before started_on")
        if brief := _read_brief(table.table("brief")):
            briefs[case.label] = brief
        if case.label in cases:
            table.fault("label", "another case has this label")
        if case.label:
            cases[case.label] = case
        table.finish()
    return tuple(cases.values()), briefs


def _read_brief(table: Table | None) -> Brief | None:
    if table is None:
        return None
    brief = Brief(**{name: table.may(name, values.words, "") for name in FIELDS})
    table.finish()
    return brief


def _read_member(table: Table, team_language: str) -> Member:
    phones: list[MemberNumber] = []
    for entry in table.tables("phones"):
        phone = _read_phone(entry)
        if phone.number and phone.number in [other.number for other in phones]:
            entry.fault("number", "this number is in the list already")
        phones.append(phone)
    member = Member(
        name=table.need("name", values.text, ""),
        relation=table.need("relation", values.choice(Relation), Relation.NETWORK),
        language=table.may("language", values.any_language, team_language),
        phones=tuple(phones),
        birth_year=table.may("birth_year", values.whole(EARLIEST_BIRTH, LATEST_BIRTH), None),
    )
    table.finish()
    return member


def _read_phone(table: Table) -> MemberNumber:
    consent = values.choice(Consent)
    phone = MemberNumber(
        number=table.need("number", values.phone, ""),
        may_call=table.may("may_call", consent, Consent.NOT_ASKED),
        may_text=table.may("may_text", consent, Consent.NOT_ASKED),
        may_voicemail=table.may("may_voicemail", consent, Consent.NOT_ASKED),
        hours=table.may("hours", values.hours, None),
        code_word=table.may("code_word", values.text, ""),
        seen_by=table.may("seen_by", values.text, ""),
        may_name_team=table.may("may_name_team", values.flag, False),
    )
    table.finish()
    return phone
