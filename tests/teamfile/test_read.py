"""What a team file means."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from oncall.alerts.team import LastResort, Municipality, PageStep, Person, Role, Wave
from oncall.contacts.brief import Brief
from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase
from oncall.rota.clock_hours import Hours
from oncall.rota.duty import on_duty
from oncall.rota.model import Tier, Weekday
from oncall.teamfile import parse_team_file
from tests.cast import KARI, OLA
from tests.scenes.team_file import VALID, read


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
