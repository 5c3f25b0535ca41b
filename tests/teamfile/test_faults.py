"""What the author of a team file is told when it is wrong, and of which line."""

import pytest

from oncall.teamfile import Problem, TeamFileError, parse_team_file
from tests.scenes.team_file import VALID, read


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
