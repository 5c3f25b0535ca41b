"""What a team file says about the families and how each may be reached."""

from collections.abc import Collection
from enum import StrEnum

from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase
from oncall.rota.model import PersonId
from oncall.teamfile import values
from oncall.teamfile.table import Table


class Relation(StrEnum):
    """What a member is to the family."""

    PARENT = "parent"
    CHILD = "child"
    NETWORK = "network"


def read_cases(
    team: Table, people: Collection[PersonId], municipalities: Collection[str], team_language: str
) -> tuple[Case, ...]:
    """Return the families; whose language is not given speaks the team's."""
    cases: dict[str, Case] = {}
    for table in team.tables("case"):
        therapist = table.may("own_therapist", values.one_of(people, "person"), "")
        case = Case(
            label=table.need("label", values.text, ""),
            municipality=table.may("municipality", values.one_of(municipalities, "municipality"), None),
            own_therapist=PersonId(therapist) if therapist else None,
            phase=table.may("status", values.choice(Phase), Phase.ACTIVE),
            members=tuple(_read_member(member, team_language) for member in table.tables("member")),
        )
        if case.label in cases:
            table.fault("label", "another case has this label")
        if case.label:
            cases[case.label] = case
        table.finish()
    return tuple(cases.values())


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
