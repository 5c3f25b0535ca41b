"""What a team file means, and what its author is told when it is wrong."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.alerts.team import LastResort, Municipality, PageStep, Person, Role, Team, Wave
from oncall.contacts.brief import Brief
from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase
from oncall.rota.clock_hours import Hours
from oncall.rota.duty import on_duty
from oncall.rota.model import PersonId, Tier, Weekday
from oncall.teamfile import Problem, TeamFileError, parse_team_file
from oncall.teamfile.lines import find_lines

KARI, OLA = PersonId("kari"), PersonId("ola")

VALID = """\
[[team]]
slug = "vestfold"
name = "MST-CAN Vestfold"
time_zone = "Europe/Oslo"
language = "nb"
voice_line = "+4733900001"
text_line = "+47 900 00 099"           # blanks are welcome
static_number = "+4733900090"
on_call = true
voicemail = true
daytime = { days = ["mon", "tue"], from = "08:00", to = "20:00" }

[[team.municipality]]
name = "Larvik"
last_resort = { number = "+4733900099", hours = "15:30-08:00", agreed = 2026-01-10 }

[[team.municipality]]
name = "Horten"

[[team.ladder]]
when = "always"
waves = [
    { after = 0, ring = ["duty"] },
    { after = 25, ring = ["backup", "+4733900077"] },
    { after = 75, ring = ["everyone"] },
    { after = 150, ring = ["last_resort"] },
]

[[team.page_ladder]]
after_minutes = 0
targets = ["duty"]
by = ["text", "call"]

[[team.staff]]
key = "kari"
name = "Kari Nordmann"
phone = "+4790000001"
language = "nn"
roles = ["therapist", "leader"]

[[team.staff]]
key = "ola"
name = "Ola Hansen"
phone = "+4790000002"
roles = ["administrator"]
on_call = false

[[team.layer]]
tier = "duty"
participants = ["kari", "ola"]
first_handover = 2026-01-05
handover_time = "08:00"
turn_days = 7

[[team.layer]]
tier = "duty"
participants = ["ola"]
first_handover = 2026-01-05
handover_time = 08:00:00
turn_days = 1
only = [{ days = ["fri"], from = "20:00", to = "08:00" }]

[[team.override]]
tier = "duty"
person = "ola"
start = 2026-05-17T08:00:00+02:00
end = 2026-05-18T08:00:00+02:00

[[team.absence]]
person = "ola"
start = 2026-07-06T00:00:00+02:00
end = 2026-07-27T00:00:00+02:00

[[team.danger_words]]
language = "ru"
words = ["помогите", "бить*"]

[[team.case]]
label = "V-014"
municipality = "Larvik"
own_therapist = "kari"
status = "planned"
[[team.case.member]]
name = "Mor"
relation = "parent"
language = "uk"
phones = [
    { number = "+4790000101", may_call = "yes", may_text = "no" },
    { number = "+4790000103", hours = "08:00-20:00", code_word = "Bjørk", seen_by = "far" },
    { number = "+4790000104", may_name_team = true },
]
"""


def read(text: str = VALID) -> Team:
    (draft,) = parse_team_file(text, "vestfold.toml")
    return draft.team


def faults(text: str) -> tuple[Problem, ...]:
    with pytest.raises(TeamFileError) as caught:
        parse_team_file(text, "vestfold.toml")
    return caught.value.problems


def only_fault(old: str, new: str) -> Problem:
    """Return the one fault of the valid file in which `old` has become `new`."""
    assert VALID.count(old) == 1, "say which line is meant"
    (problem,) = faults(VALID.replace(old, new))
    return problem


def line_of(piece: str, text: str = VALID) -> int:
    return text[: text.index(piece)].count("\n") + 1


# ------------------------------------------------------------------------------ what a file means


def test_a_team_is_read_with_its_lines_and_hours() -> None:
    team = read()

    assert (team.id, team.slug, team.name, team.language) == (0, "vestfold", "MST-CAN Vestfold", "nb")
    assert (team.voice_line, team.text_line, team.static_number) == (
        "+4733900001",
        "+4790000099",
        "+4733900090",
    )
    assert team.zone.key == "Europe/Oslo"
    assert team.on_call
    assert team.daytime is not None
    assert (team.daytime.start, team.daytime.until) == (time(8), time(20))
    assert team.daytime.days == {Weekday.MON, Weekday.TUE}


def test_staff_are_read_and_speak_the_team_s_language_unless_they_have_their_own() -> None:
    team = read()

    roles = frozenset({Role.THERAPIST, Role.LEADER})
    assert team.people == {
        KARI: Person(KARI, "Kari Nordmann", "+4790000001", "nn", roles, on_call=True),
        OLA: Person(OLA, "Ola Hansen", "+4790000002", "nb", frozenset({Role.ADMINISTRATOR}), on_call=False),
    }


def test_a_municipality_has_a_last_resort_only_where_one_was_agreed() -> None:
    team = read()

    agreed = LastResort("+4733900099", time(15, 30), time(8), date(2026, 1, 10))
    assert team.municipalities == (Municipality("Larvik", agreed), Municipality("Horten"))


def test_round_the_clock_is_from_midnight_to_midnight() -> None:
    team = read(VALID.replace("15:30-08:00", "00:00-24:00"))

    agreed = team.municipalities[0].last_resort
    assert agreed is not None
    assert agreed.opens == agreed.closes == time(0)


def test_a_number_in_the_ladder_becomes_a_fixed_number_that_keeps_its_id() -> None:
    first, again = read(), read("# a comment\n" + VALID)

    ((target, number),) = first.fixed_numbers.items()
    assert number == "+4733900077"
    assert first.ladders[-1].waves[1] == Wave(25, ("backup", f"number:{target}"))
    assert again.fixed_numbers == first.fixed_numbers
    assert number not in target


def test_a_team_with_a_daytime_has_a_daytime_ladder_that_begins_with_the_own_therapist() -> None:
    team = read()

    by_day = next(ladder for ladder in team.ladders if ladder.daytime_only)
    assert by_day.waves[0] == Wave(0, ("own_therapist",))
    assert by_day.waves[1].targets == ("duty",)


def test_the_page_ladder_is_read() -> None:
    assert read().page_ladder == (PageStep(0, ("duty",), ("text", "call")),)


def test_a_file_without_ladders_gets_the_usual_ones() -> None:
    start, end = VALID.index("[[team.ladder]]"), VALID.index("[[team.staff]]")
    daytime = next(line for line in VALID.splitlines() if line.startswith("daytime"))

    team = read((VALID[:start] + VALID[end:]).replace(daytime, ""))

    assert [(wave.after, wave.targets) for wave in team.ladders[0].waves] == [
        (0, ("duty",)),
        (25, ("backup",)),
        (45, ("leader",)),
        (75, ("everyone",)),
        (150, ("last_resort",)),
    ]
    assert len(team.ladders) == 1
    assert [step.after_minutes for step in team.page_ladder] == [0, 2, 5, 10]


def test_the_rota_is_read_with_layers_hours_overrides_and_absences() -> None:
    duty = read().rotas[Tier.DUTY]

    holders = [
        on_duty(duty, datetime(2026, *when, tzinfo=duty.zone))
        for when in ((1, 5, 7, 59), (1, 5, 8, 0), (1, 9, 21, 0), (5, 17, 12, 0), (7, 13, 12, 0))
    ]
    # Ola has the first Friday night, and 17 May; on 13 July his week finds him away.
    assert holders == [None, KARI, OLA, OLA, None]


def test_turns_may_be_of_uneven_length() -> None:
    duty = read(VALID.replace("turn_days = 7", "turn_days = [3, 4]")).rotas[Tier.DUTY]

    monday = datetime(2026, 1, 12, 12, tzinfo=duty.zone)
    held = [on_duty(duty, monday + timedelta(days=day)) for day in (0, 1, 2, 3, 6, 7)]
    assert held == [KARI, KARI, KARI, OLA, OLA, KARI]


def test_turns_said_to_be_as_long_for_each_are_even() -> None:
    assert read(VALID.replace("turn_days = 7", "turn_days = [7, 7]")) == read()


def test_every_tier_has_a_rota_and_absences_hold_in_each() -> None:
    rotas = read().rotas

    assert set(rotas) == set(Tier)
    assert {len(rota.absences) for rota in rotas.values()} == {1}


def test_a_layer_is_in_force_from_its_first_handover_on() -> None:
    layer = read().rotas[Tier.DUTY].layers[0]

    assert layer.effective_from == datetime(2026, 1, 5, 7, tzinfo=UTC)


def test_what_the_file_writes_into_the_rota_keeps_its_identifier() -> None:
    first, again = read().rotas[Tier.DUTY], read("\n\n" + VALID).rotas[Tier.DUTY]

    assert first.overrides[0].id.startswith("file-")
    assert (first.overrides, first.absences) == (again.overrides, again.absences)


def test_families_are_read_and_what_was_not_asked_stays_so() -> None:
    (draft,) = parse_team_file(VALID, "vestfold.toml")

    phones = (
        MemberNumber("+4790000101", Consent.YES, Consent.NO, Consent.NOT_ASKED),
        MemberNumber("+4790000103", hours=Hours(time(8), time(20)), code_word="Bjørk", seen_by="far"),
        MemberNumber("+4790000104", may_name_team=True),
    )
    mother = Member("Mor", "parent", "uk", phones)
    assert draft.cases == (Case("V-014", "Larvik", KARI, Phase.PLANNED, (mother,)),)


def test_voicemail_is_off_unless_the_file_turns_it_on() -> None:
    assert read().voicemail
    assert not read(VALID.replace("voicemail = true\n", "")).voicemail


def test_the_teams_own_words_of_danger_are_read_by_language() -> None:
    assert read().danger_words == {"ru": ("помогите", "бить*")}


def test_a_family_has_a_beginning_ages_and_a_brief() -> None:
    text = VALID.replace('status = "planned"', 'status = "active"\nstarted_on = 2026-09-07')
    text = text.replace('language = "uk"', 'language = "uk"\nbirth_year = 1985')
    text += '[team.case.brief]\nstaff_safety = "Gå to."\nsafety_plan = """\nRing mormor\nGå ut"""\n'

    (draft,) = parse_team_file(text, "vestfold.toml")

    assert draft.cases[0].started_on == date(2026, 9, 7)
    assert draft.cases[0].members[0].birth_year == 1985
    assert draft.briefs == {"V-014": Brief(staff_safety="Gå to.", safety_plan="Ring mormor\nGå ut")}


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ('started_on = "i fjor"', "without quotes"),
        ("started_on = 2026-09-07\nclosed_on = 2026-09-01", "before started_on"),
        ('[team.case.brief]\nrisiko = "Rus"', "did you mean risks"),
        ("[team.case.brief]\nrisks = 3", "in quotes"),
    ],
)
def test_a_fault_in_a_family_is_named_with_its_line(line: str, advice: str) -> None:
    text = VALID.replace('status = "planned"', f'status = "planned"\n{line}')

    (problem, *_) = faults(text)

    assert advice in problem.advice
    assert problem.line > text[: text.index(line)].count("\n")


def test_a_file_may_hold_several_teams() -> None:
    other = VALID.replace("vestfold", "telemark").replace("+4733900001", "+4733900002")
    other = other.replace("+47 900 00 099", "+4733900002")

    drafts = parse_team_file(VALID + other, "two.toml")

    assert [draft.team.slug for draft in drafts] == ["vestfold", "telemark"]


def test_the_documentation_shows_a_file_that_can_be_loaded() -> None:
    page = (Path(__file__).parents[2] / "docs" / "team-file.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]

    assert read(example).rotas[Tier.DUTY].layers[1].lengths == (5, 2)


def test_a_file_from_windows_means_the_same() -> None:
    assert read("\ufeff" + VALID.replace("\n", "\r\n")) == read()


# ---------------------------------------------------------------------------- what is not accepted


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ('slug = "vestfold"', 'slug = "Vest fold"', "small letters"),
        ('time_zone = "Europe/Oslo"', 'time_zone = "Europe/Larvik"', "Europe/Oslo"),
        ('time_zone = "Europe/Oslo"', 'time_zone = "../../etc/passwd"', "Europe/Oslo"),
        ('language = "nb"', 'language = "no"', '"nb", "nn", "en"'),
        ('voice_line = "+4733900001"', 'voice_line = "33900001"', "with its country"),
        ('voice_line = "+4733900001"', 'voice_line = "+47339"', "not a phone number"),
        ('voice_line = "+4733900001"', "voice_line = 33900001", "in quotes"),
        ('voice_line = "+4733900001"', 'voice_line = ""', "with its country"),
        ("on_call = true", 'on_call = "yes"', "true or false"),
        ("on_call = true", "oncall = true", "did you mean on_call?"),
        ("on_call = true", "colour = 3", "known here"),
        ('["mon", "tue"]', '["mon", "day"]', '"mon", "tue"'),
        ('to = "20:00"', 'to = "8pm"', '"08:00"'),
        ('to = "20:00"', 'to = "07:00"', "ends on the day"),
        ('number = "+4733900099"', 'number = "112"', "never dials 110, 112 or 113"),
        ('number = "+4733900099"', 'number = "+47113"', "never dials 110, 112 or 113"),
        ('number = "+4733900099"', 'number = "+4733900001"', "lead back here"),
        ("15:30-08:00", "after work", '"15:30-08:00"'),
        ('"15:30-08:00", agreed = 2026-01-10', '"15:30-08:00"', "is missing"),
        ("agreed = 2026-01-10", 'agreed = "in January"', "without quotes"),
        ('name = "Horten"', 'name = "Larvik"', "already"),
        ('when = "always"', 'when = "nights"', '"always", "daytime"'),
        ('{ after = 0, ring = ["duty"] }', '{ after = 5, ring = ["duty"] }', "first wave is at 0"),
        ("{ after = 75,", "{ after = 25,", "later than the wave before"),
        ("{ after = 25,", "{ after = 5,", "needs 10 seconds"),
        ("{ after = 25,", '{ after = "25",', "whole number"),
        ("{ after = 25,", "{ after = true,", "whole number"),
        ('ring = ["duty"]', 'ring = ["nobody"]', "own_therapist, duty"),
        ('ring = ["duty"]', "ring = []", "at least one"),
        ('ring = ["duty"]', 'ring = ["last_resort"]', "stands alone in the last wave"),
        ('ring = ["last_resort"]', 'ring = ["leader", "last_resort"]', "stands alone in the last wave"),
        ('"+4733900077"', '"113"', "own_therapist, duty"),
        ('"+4733900077"', '"+4733900001"', "lead back here"),
        ("after_minutes = 0", "after_minutes = 1", "first step is at 0"),
        ("after_minutes = 0", "after_minutes = nan", "number of minutes"),
        ('by = ["text", "call"]', 'by = ["fax"]', "way to alert"),
        ('targets = ["duty"]', 'targets = ["last_resort"]', "own_therapist, duty"),
        ('name = "Ola Hansen"', 'name = " "', "a text in quotes"),
        ('name = "Ola Hansen"', 'name = "Ola\\nHansen"', "on one line"),
        ('phone = "+4790000002"', 'phone = "+4790000001"', '"kari" has this number'),
        ('phone = "+4790000002"', 'phone = "+4733900001"', "lead back here"),
        ('roles = ["administrator"]', 'roles = ["boss"]', '"leader", "deputy"'),
        ('roles = ["administrator"]', "roles = []", "at least one"),
        ('tier = "duty"\nparticipants = ["ola"]', 'tier = "top"\nparticipants = ["ola"]', '"duty", "backup"'),
        ('participants = ["kari", "ola"]', 'participants = ["karri", "ola"]', 'did you mean "kari"?'),
        ('participants = ["kari", "ola"]', 'participants = "kari"', "square brackets"),
        ('handover_time = "08:00"', 'handover_time = "24:00"', '"08:00"'),
        ("handover_time = 08:00:00", "handover_time = 08:00:30", '"08:00"'),
        ("turn_days = 7", "turn_days = 0", "from 1 to 366"),
        ("turn_days = 7", "turn_days = 7.0", "whole number"),
        ("turn_days = 7", "turn_days = [3, 0]", "from 1 to 366"),
        ("turn_days = 7", 'turn_days = [3, "4"]', "whole number"),
        ("turn_days = 7", "turn_days = []", "whole number"),
        ("turn_days = 7", "turn_days = [3, 4, 5]", "each of the 2 participants, not 3"),
        ("start = 2026-05-17T08:00:00+02:00", "start = 2026-05-19T08:00:00+02:00", "later than the start"),
        ("start = 2026-05-17T08:00:00+02:00", "start = 2026-05-17T08:00:00", "offset"),
        ("start = 2026-05-17T08:00:00+02:00", "start = 2026-05-17", "date, time and offset"),
        ("start = 2026-05-17T08:00:00+02:00", "start = 0001-01-01T00:00:00+02:00", "2000 to 2100"),
        ('"\nmunicipality = "Larvik"', '"\nmunicipality = "Oslo"', '"Horten", "Larvik"'),
        ('own_therapist = "kari"', 'own_therapist = "per"', "no such person"),
        ('status = "planned"', 'status = "resting"', '"planned", "active", "closed"'),
        ('relation = "parent"', 'relation = "dog"', '"parent", "child", "network"'),
        ('language = "uk"', 'language = "Ukrainian"', "code of a language"),
        ('may_call = "yes"', 'may_call = "perhaps"', '"not asked"'),
        ('may_call = "yes"', "may_call = true", '"not asked"'),
        ('may_text = "no" },', 'may_text = "no" }, "+4790000102",', "must be a table"),
        ('hours = "08:00-20:00"', 'hours = "8-20"', "15:30-08:00"),
        ('code_word = "Bjørk"', "code_word = 7", "a text in quotes"),
        ("may_name_team = true", 'may_name_team = "yes"', "true or false"),
        ("voicemail = true", "voicemail = 1", "true or false"),
        ('"бить*"', '"*"', "only at its end"),
        ('words = ["помогите", "бить*"]', "words = []", "at least one"),
        ('seen_by = "far"', 'seenby = "far"', "did you mean seen_by?"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line_and_what_to_write(old: str, new: str, advice: str) -> None:
    problem = only_fault(old, new)

    assert advice in problem.advice
    assert problem.line in range(line_of(old), line_of(old) + old.count("\n") + 2)


def test_a_fault_in_a_file_from_windows_has_its_line() -> None:
    (problem,) = faults(VALID.replace("turn_days = 7", "turn_days = 0").replace("\n", "\r\n"))

    assert problem.line == line_of("turn_days = 7")


def test_a_fault_inside_an_array_over_several_lines_has_the_line_of_its_element() -> None:
    problem = only_fault('ring = ["everyone"]', 'ring = ["everybody"]')

    assert problem.line == line_of('ring = ["everyone"]')


def test_what_is_missing_has_the_line_of_its_table() -> None:
    problem = only_fault('name = "Ola Hansen"\n', "")

    header = line_of('key = "ola"') - 1
    assert (problem.line, problem.field, problem.value, problem.advice) == (
        header,
        "name",
        None,
        "is missing",
    )


def test_a_misspelt_field_is_both_unknown_and_missed() -> None:
    missing, unknown = faults(VALID.replace('days = ["fri"], from', 'days = ["fri"], form'))

    assert (missing.field, missing.advice) == ("from", "is missing")
    assert (unknown.field, unknown.advice) == ("form", "no such field; did you mean from?")


def test_a_person_whose_key_cannot_be_read_is_unknown_wherever_named() -> None:
    first, *others = faults(VALID.replace('key = "ola"', 'key = "Ola!"'))

    assert (first.field, first.value) == ("key", '"Ola!"')
    assert {problem.value for problem in others} == {'"ola"'}


def test_all_faults_are_named_at_once_in_the_order_of_their_lines() -> None:
    broken = VALID.replace("turn_days = 7", "turn_days = 0").replace('language = "nb"', 'language = "no"')

    assert [problem.field for problem in faults(broken)] == ["language", "turn_days"]


def test_the_message_names_file_line_field_and_value() -> None:
    with pytest.raises(TeamFileError) as caught:
        parse_team_file(VALID.replace("turn_days = 7", "turn_days = 0"), "demo/vestfold.toml")

    line = line_of("turn_days = 7")
    assert str(caught.value).startswith(f"demo/vestfold.toml: line {line}: turn_days = 0: write a whole")


@pytest.mark.parametrize(
    ("text", "line"),
    [("[[team]]\nslug = \n", 2), ("a = [", 1), ("x = 1\nx = 2\n", 2), ("a=" + "[" * 9999, 1)],
)
def test_a_text_that_is_not_toml_is_refused_with_the_line(text: str, line: int) -> None:
    (problem,) = faults(text)

    assert problem.advice.startswith("not valid TOML")
    assert problem.line == line


def test_an_empty_file_is_no_team_file() -> None:
    (problem,) = faults("")

    assert problem.field == "team"


@pytest.mark.parametrize(
    ("again", "advice"),
    [
        ('[[team.staff]]\nkey = "ola"\nname = "O"\nphone = "+4790000003"\nroles = ["deputy"]\n', "this key"),
        ('[[team.case]]\nlabel = "V-014"\n', "another case"),
        ('[[team.ladder]]\nwaves = [{ after = 0, ring = ["duty"] }]\n', "for these hours already"),
        (
            '[[team.page_ladder]]\nafter_minutes = 0\ntargets = ["duty"]\nby = ["call"]\n',
            "later than the step",
        ),
        (VALID[VALID.index("[[team.override]]") : VALID.index("[[team.absence]]")], "very same override"),
        (VALID[VALID.index("[[team.absence]]") : VALID.index("[[team.danger_words]]")], "very same absence"),
    ],
)
def test_nothing_is_said_twice(again: str, advice: str) -> None:
    (problem,) = faults(VALID + again)

    assert advice in problem.advice
    assert problem.line > VALID.count("\n")


def test_two_teams_share_neither_slug_nor_line() -> None:
    problems = faults(VALID + VALID.replace("+47 900 00 099", "+4790000098"))
    crossed = faults(VALID + VALID.replace("vestfold", "telemark").replace("+47 900 00 099", "+4790000098"))

    assert [problem.field for problem in problems] == ["slug"]
    assert [problem.field for problem in crossed] == ["voice_line"]


def test_a_daytime_ladder_needs_a_daytime() -> None:
    line = next(line for line in VALID.splitlines() if line.startswith("daytime"))
    (problem,) = faults(VALID.replace(line, "").replace('when = "always"', 'when = "daytime"'))

    assert "no daytime" in problem.advice


@pytest.mark.parametrize(
    "number", ["+4702800", "+47116117", "+47 33 90 00 99", "+4679000001", "+46701234567", "+380501234567"]
)
def test_service_numbers_svalbard_and_foreign_numbers_are_numbers(number: str) -> None:
    team = read(VALID.replace('number = "+4733900099"', f'number = "{number}"'))

    agreed = team.municipalities[0].last_resort
    assert agreed is not None
    assert agreed.number == number.replace(" ", "")


# --------------------------------------------------------------------------- whatever one may write

PIECES = (
    *("[", "]", "[[", "]]", "{", "}", "=", ",", ".", '"', "'", '"""', "#", "\n", "\r", "\\", "\x00", "æ"),
    *("0", "-1", "1e400", "nan", "true", '""', "[]", "{}", '"duty"', "9" * 5000),
    *("2026-02-30", "9999-12-31", "0001-01-01T00:00:00+23:59", "23:59:60"),
    *("[[team]]", "[team]", "team = 3\n", "[[team.staff]]\n", "[[team.case.member]]\n", "slug = 1\n"),
    *('[team.daytime]\nfrom = "09:00"\n', "a.b.c = 1\n"),
)
VALUES = (
    *("0", "-1", "1e400", "nan", "true", "0x1F", "9" * 400, '""', '"x"', '"\\u0000"', "'''\n\n'''"),
    *("[]", "[[]]", "[{}]", "{}", '["duty", 3]', "[" * 60 + "]" * 60, "{ a.b = 1, c = [ 2,\n3 ] }"),
    *("2026-01-01", "1979-05-27T07:32:00", "07:32:00.5"),
    *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"),
)


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """Return the valid file with pieces cut out, doubled, moved and put in."""
    text = VALID
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.one_of(st.integers(0, 3), st.integers(0, 200))))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=5), st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


@st.composite
def revalued(draw: st.DrawFn) -> str:
    """Return the valid file with some values replaced by others: still TOML, mostly wrong."""
    lines = VALID.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[number].partition(" = ")
        value = draw(st.sampled_from(VALUES))
        if equals:
            lines[number] = f"{key} = {value}"
    return "\n".join(lines)


def lines_of_faults(text: str) -> list[int]:
    try:
        parse_team_file(text, "mangled.toml")
    except TeamFileError as refused:
        return [problem.line for problem in refused.problems]
    return []


@given(st.one_of(mangled(), revalued()))
def test_whatever_a_file_says_it_is_read_or_refused_with_lines_that_it_has(text: str) -> None:
    lines = lines_of_faults(text)

    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


def paths_in(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Return the way to every value of a parsed TOML document."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return {path}.union(*(paths_in(child, (*path, step)) for step, child in inner))


@given(st.one_of(mangled(), revalued(), st.just(VALID)))
def test_every_value_that_the_parser_finds_has_a_line(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return

    lines = find_lines(text)

    assert set(lines) | {()} == paths_in(document)


def test_lines_are_right_around_comments_strings_and_nested_tables() -> None:
    text = (
        '# one\n"a key".b = """two\n\'\'\'three\\"""" # four\n'
        "[x.y] # [z]\nc = [\n  1,\n  { d = '\"#' }, # ]\n]\n"
        "[[x.list]]\n[[x.list]]\n[x.list.sub]\ne = 1979-05-27 07:32:00 # f = 3\n"
    )

    lines = find_lines(text)

    assert lines["a key", "b"] == 2
    assert lines["x", "y"] == 4
    assert lines["x", "y", "c", 0] == 6
    assert lines["x", "y", "c", 1, "d"] == 7
    assert (lines["x", "list", 0], lines["x", "list", 1]) == (9, 10)
    assert lines["x", "list", 1, "sub", "e"] == 12
