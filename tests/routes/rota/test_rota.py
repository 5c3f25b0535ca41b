"""The rota's page is read and changed as a leader would, and refuses what cannot be."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from oncall.rota.duty import answers, on_duty
from oncall.rota.model import PersonId, Rota, Tier
from oncall.store.schema import migrate
from oncall.store.team.teams import load_team
from oncall.usecases.accounts.accounts import add_account
from tests.cast import KARIS_MAIL, LIVS_MAIL, OSLO, PASSWORD
from tests.page import read_page
from tests.scenes.evening import VESTFOLD, Evening, Visit, token, words

SUNDAY = {"from_day": "2026-03-15", "from_time": "08:00", "to_day": "2026-03-16", "to_time": "08:00"}
NILS_ON_SUNDAY = {"tier": "duty", "person": "nils", **SUNDAY}
AT_NOON = datetime(2026, 3, 15, 11, tzinfo=UTC)


@pytest.fixture
def leader(evening: Evening) -> Visit:
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    return evening.signed_in(LIVS_MAIL)


def send(client: Visit, path: str, fields: dict[str, str], step: str = "confirm") -> TestResponse:
    if "version" not in fields:
        found = read_page(client.get("/rota/change").text).values("version")
        fields = {**fields, "version": found[0] if found else ""}
    form = {**fields, "step": step, "csrf_token": token(client, "/rota")}
    return client.post(path, data=form)


def on_duty_at(evening: Evening, at: datetime) -> PersonId | None:
    with evening.service.db.reading() as reading:
        return on_duty(load_team(reading, evening.team_id).rotas[Tier.DUTY], at)


def answering(evening: Evening, at: datetime) -> PersonId | None:
    with evening.service.db.reading() as reading:
        return answers(load_team(reading, evening.team_id).rotas[Tier.DUTY], at)


def faults(response: TestResponse) -> dict[str, str]:
    return read_page(response.text).faults()


def limits(client: Visit) -> dict[str, str]:
    """Return the team's limits as their form shows them."""
    numbers = read_page(client.get("/rota/limits").text).all("input", required=True, min=True, max=True)
    return {each["name"]: each["value"] for each in numbers}


def test_the_month_shows_who_has_each_tier(leader: Visit) -> None:
    page = leader.get("/rota")

    assert page.status_code == 200
    assert "Mars 2026" in page.text
    assert {"Kari", "Ola", "Liv"} <= set(words(page.text).replace(",", " ").split())


def test_a_shift_is_previewed_saved_and_undone(evening: Evening, leader: Visit) -> None:
    preview = send(leader, "/rota/change", NILS_ON_SUNDAY, step="preview")
    before = on_duty_at(evening, AT_NOON)
    saved = send(leader, "/rota/change", NILS_ON_SUNDAY)
    changed = on_duty_at(evening, AT_NOON)
    version = read_page(leader.get(saved.location).text).value("before")
    send(leader, "/rota/undo", {"before": version, "version": version})

    assert "Nils" in words(preview.text)
    assert (before, changed, on_duty_at(evening, AT_NOON)) == ("kari", "nils", "kari")


def test_the_next_call_rings_whoever_has_just_taken_over(evening: Evening, leader: Visit) -> None:
    at = evening.carrier.now().astimezone(OSLO)
    until = at + timedelta(hours=6)
    now = {"from_day": f"{at:%Y-%m-%d}", "from_time": f"{at:%H:%M}"}
    later = {"to_day": f"{until:%Y-%m-%d}", "to_time": f"{until:%H:%M}"}

    saved = send(leader, "/rota/change", {"tier": "duty", "person": "nils", **now, **later})
    evening.rings()

    assert saved.status_code == 302
    assert "Ringer Nils" in words(leader.get("/now/live").text)


def test_both_versions_are_shown_where_somebody_else_was_faster(leader: Visit) -> None:
    send(leader, "/rota/change", NILS_ON_SUNDAY)

    stale = send(
        leader, "/rota/change", {**NILS_ON_SUNDAY, "person": "ola", "version": "1", "reason": "byttet"}
    )

    assert stale.status_code == 409
    assert "Nils" in words(stale.text)
    assert "ola" in read_page(stale.text).values("person")
    assert "byttet" in read_page(stale.text).values("reason")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to_day": "2026-03-15", "to_time": "07:00"}, "to_day"),
        ({"from_day": "2026-03-01"}, "from_day"),
        ({"from_day": "2026-13-01"}, "from_day"),
        ({"person": "somebody"}, "person"),
        ({"tier": "cook"}, "tier"),
        ({"from_day": "2026-03-29", "from_time": "02:30", "to_day": "2026-03-30"}, "from_time"),
        ({"from_day": "2026-10-25", "from_time": "02:30", "to_day": "2026-10-30"}, "from_time"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    evening: Evening, leader: Visit, fields: dict[str, str], field: str
) -> None:
    before = evening.service.db.reading

    refused = send(leader, "/rota/change", {**NILS_ON_SUNDAY, **fields})

    assert refused.status_code == 422
    assert list(faults(refused)) == [field]
    with before() as reading:
        assert load_team(reading, evening.team_id).version == 1


def test_every_form_of_the_rota_tells_at_its_field_what_cannot_be(evening: Evening, leader: Visit) -> None:
    away = {"person": "kari", **SUNDAY}
    turns = {"turn-1": "kari", "first_day": "2026-03-16", "handover_time": "08:00", "turn_days": "7"}
    layer = {"tier": "duty", "layer": "duty-1", "hours": "all", **turns}
    skipped = {"from_day": "2026-03-29", "from_time": "02:30", "to_day": "2026-03-30"}
    wrong = [
        ("/rota/absences", {**away, "to_day": "2026-03-14"}, "to_day"),
        ("/rota/absences", {**away, "person": "of-another-team"}, "person"),
        ("/rota/absences", {**away, **skipped}, "from_time"),
        ("/rota/layers/edit", {**layer, "turn-1": "of-another-team"}, "person"),
        ("/rota/layers/edit", {**layer, "handover_time": "24:30"}, "handover_time"),
        ("/rota/start", {**turns, "turn-1": "of-another-team"}, "person"),
        ("/rota/start", {**turns, "name": "Per Ås", "phone": "12"}, "phone"),
    ]

    told = [(path, list(faults(send(leader, path, fields)))) for path, fields, _ in wrong]

    assert told == [(path, [field]) for path, _, field in wrong]
    with evening.service.db.reading() as reading:
        assert load_team(reading, evening.team_id).version == 1


def test_a_gap_needs_a_tick_and_a_name(evening: Evening, leader: Visit) -> None:
    away = {"person": "kari", **SUNDAY}

    refused = send(leader, "/rota/absences", away)
    unnamed = send(leader, "/rota/absences", {**away, "gap": "yes", "fallback": ""})
    saved = send(leader, "/rota/absences", {**away, "gap": "yes", "fallback": "liv"})

    assert unnamed.status_code == 422
    ticked = read_page(unnamed.text).only("input", name="gap", value="yes")
    assert "checked" in ticked, "what was ticked stays so"
    assert refused.status_code == 422
    assert saved.status_code == 302
    assert on_duty_at(evening, AT_NOON) is None
    assert "Ingen (Liv svarer)" in words(leader.get("/rota?view=day&day=2026-03-15").text)


def test_a_warning_leads_to_its_very_cell(leader: Visit) -> None:
    send(leader, "/rota/absences", {"person": "kari", **SUNDAY, "gap": "yes", "fallback": "liv"})
    rota = read_page(leader.get("/rota").text)
    warnings = rota.all("a", class_="ds-link", href=re.compile(r"/rota\?.*cell=.+"))
    [address] = [each["href"] for each in warnings if each.words.startswith("På vakt: ingen")]

    page = read_page(leader.get(address).text)

    begin = datetime(2026, 3, 15, 7, tzinfo=UTC)
    gap = f"duty.{begin.timestamp():.0f}.{(begin + timedelta(days=1)).timestamp():.0f}"
    in_the_table, in_the_list = (each["value"] for each in page.all("button", name="cell", autofocus=True))
    assert in_the_table == gap
    assert gap.startswith(in_the_list.rpartition(".")[0])  # a day of the list ends at midnight


def test_whoever_is_named_for_a_gap_that_comes_back_answers_in_each(evening: Evening, leader: Visit) -> None:
    weeknights = {
        "tier": "duty", "layer": "duty-1", "turn-1": "kari", "turn-2": "ola", "first_day": "2026-03-16",
        "handover_time": "08:00", "turn_days": "7", "hours": "nights", "gap": "yes", "fallback": "liv",
    }  # fmt: skip
    in_a_year = datetime(2027, 3, 20, 12, tzinfo=UTC)  # a Saturday
    nights = AT_NOON + timedelta(days=380, hours=11)

    asked = send(leader, "/rota/layers/edit", {**weeknights, "gap": ""}, step="preview")
    send(leader, "/rota/layers/edit", weeknights)
    named = leader.get("/rota/layers").text
    refused = send(leader, "/rota/layers/edit", {"tier": "duty", "answers": "nobody"})
    first = answering(evening, in_a_year)
    send(leader, "/rota/layers/edit", {"tier": "duty", "answers": "nils"})

    assert "svarer også i alle senere hull" in words(asked.text)
    assert "svarer Liv, til noen andre er satt opp" in words(named)
    assert list(faults(refused)) == ["answers"]
    assert (first, answering(evening, in_a_year)) == ("liv", "nils")
    assert answering(evening, nights) in ("kari", "ola")
    assert on_duty_at(evening, in_a_year) is None


def test_a_call_in_a_gap_rings_whoever_is_named_before_the_next_of_the_ladder(
    evening: Evening, leader: Visit
) -> None:
    at = evening.carrier.now().astimezone(OSLO)
    away = {"person": "kari", "from_day": f"{at:%Y-%m-%d}", "from_time": f"{at:%H:%M}"}
    away |= {"to_day": "2026-03-20", "to_time": "08:00", "gap": "yes", "fallback": "nils"}

    send(leader, "/rota/absences", away)
    evening.rings()

    page = words(leader.get("/now/live").text)
    assert "Ringer Nils" in page
    assert "Ingen har vakt" in page


def test_a_fallback_who_is_away_is_refused_at_the_field(leader: Visit) -> None:
    away = {"person": "kari", **SUNDAY, "gap": "yes", "fallback": "kari"}

    refused = send(leader, "/rota/absences", away)

    assert refused.status_code == 422
    assert list(faults(refused)) == ["fallback"]


def test_a_therapist_sees_the_rota_and_cannot_change_it(evening: Evening) -> None:
    therapist = evening.signed_in(KARIS_MAIL)

    seen = therapist.get("/rota")
    form = therapist.get("/rota/change")
    sent = send(therapist, "/rota/change", {**NILS_ON_SUNDAY, "version": "1"})

    assert seen.status_code == 200
    assert not read_page(seen.text).has(name="cell")
    assert (form.status_code, sent.status_code) == (403, 403)
    assert on_duty_at(evening, AT_NOON) == "kari"


def test_whoever_may_not_change_the_rota_reads_who_may_and_finds_back(evening: Evening) -> None:
    page = evening.signed_in(KARIS_MAIL).get("/rota/change")

    assert page.status_code == 403
    assert "Bare en leder eller stedfortreder endrer vaktplanen" in words(page.text)
    assert {"/rota", "/shifts"} <= set(read_page(page.text).links())


def test_turns_of_uneven_length_go_round(evening: Evening, leader: Visit) -> None:
    layer = {
        "tier": "duty", "layer": "duty-1", "turn-1": "nils", "turn-2": "ola", "days-2": "3",
        "first_day": "2026-03-16", "handover_time": "08:00", "turn_days": "2", "hours": "all",
    }  # fmt: skip

    refused = send(leader, "/rota/layers/edit", {**layer, "days-2": "0"})
    send(leader, "/rota/layers/edit", layer)

    monday = AT_NOON + timedelta(days=1)
    held = [on_duty_at(evening, monday + timedelta(days=n)) for n in range(7)]
    assert "days-2" in faults(refused)
    assert held == ["nils", "nils", "ola", "ola", "ola", "nils", "nils"]
    edit = re.compile(r"/rota/layers/edit\?tier=duty&layer=[\w-]+")
    link, *_ = read_page(leader.get("/rota/layers").text).links(edit)
    days = read_page(leader.get(link).text).only(name="days-2")
    assert (days["value"], days["placeholder"]) == ("3", "dager")


def test_two_who_set_limits_at_once_see_both(evening: Evening, leader: Visit) -> None:
    fields = limits(leader)
    fields["seen"] = read_page(leader.get("/rota/limits").text).value("seen")
    send(leader, "/rota/limits", {**fields, "nights": "5"})

    stale = send(leader, "/rota/limits", {**fields, "nights": "6"})

    assert stale.status_code == 409
    assert "De har satt: 5" in words(stale.text)
    nights = read_page(stale.text).only("input", name="nights", required=True)
    assert (nights["min"], nights["max"], nights["value"]) == ("1", "31", "6")
    assert limits(leader)["nights"] == "5"


def test_a_layer_is_changed_from_its_form(evening: Evening, leader: Visit) -> None:
    layer = {
        "tier": "duty", "layer": "duty-1", "turn-1": "nils", "turn-2": "ola", "first_day": "2026-03-16",
        "handover_time": "08:00", "turn_days": "7", "hours": "all",
    }  # fmt: skip

    saved = send(leader, "/rota/layers/edit", layer)

    assert saved.status_code == 302
    assert on_duty_at(evening, AT_NOON) == "kari"
    assert on_duty_at(evening, AT_NOON + timedelta(days=2)) == "nils"


def test_an_earlier_version_is_restored_as_a_new_change(evening: Evening, leader: Visit) -> None:
    send(leader, "/rota/change", NILS_ON_SUNDAY)

    send(leader, "/rota/restore", {"before": "2"})

    history = words(leader.get("/rota/history").text)
    assert on_duty_at(evening, AT_NOON) == "kari"
    assert history.count("Liv") >= 2


def test_a_team_without_a_rota_has_one_after_three_steps(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    migrate(url)
    evening = Evening(url, replace(VESTFOLD, rotas={tier: Rota(tier, OSLO) for tier in Tier}))
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    leader = evening.signed_in(LIVS_MAIL)
    proposed = read_page(leader.get("/rota/start").text)
    fields = {
        "turn-1": "kari",
        "turn-2": "nils",
        "first_day": "2026-03-14",
        "handover_time": "00:00",
        "turn_days": "7",
    }

    seen = send(leader, "/rota/start", fields, step="3")
    saved = send(leader, "/rota/start", fields)
    late = send(leader, "/rota/start", {**fields, "turn-1": "ola", "version": "1"})

    assert proposed.value("turn_days") == "4"  # the team's own rule: four nights running
    assert "Nils" in words(seen.text)
    assert saved.status_code == 302
    assert late.status_code == 409
    assert {"Kari", "Ola"} <= set(words(late.text).split())
    assert on_duty_at(evening, AT_NOON) == "kari"
    assert on_duty_at(evening, AT_NOON + timedelta(days=7)) == "nils"
    evening.close()


def test_special_days_and_limits_are_the_teams_own(leader: Visit) -> None:
    fields = limits(leader)

    send(leader, "/rota/days", {"day": "2026-03-20", "name": "Planleggingsdag"})
    refused = send(leader, "/rota/limits", {**fields, "nights": "0"})
    send(leader, "/rota/limits", {**fields, "nights": "7"})

    assert "Planleggingsdag" in leader.get("/rota").text
    assert list(faults(refused)) == ["nights"]
    assert limits(leader)["nights"] == "7"


def test_hours_are_exported_for_payroll(leader: Visit) -> None:
    period = "from=2026-03-01&to=2026-03-31"
    table = leader.get(f"/rota/hours.csv?{period}")
    sheet = leader.get(f"/rota/hours.xlsx?{period}")

    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig")), delimiter=";"))
    assert {row[0] for row in rows[1:]} == {"Kari Nordmann", "Ola Hansen"}
    assert (
        sum(float(row[1].replace(",", ".")) for row in rows[1:]) == 31 * 24 - 1
    )  # the clock is put forward in March
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(sheet.data)).namelist()


def test_hours_have_commas_where_they_are_asked_for(leader: Visit) -> None:
    table = leader.get("/rota/hours.csv?from=2026-03-01&to=2026-03-31&separator=comma")

    heads = next(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert heads[0] == "Person"
    assert len(heads) == 8


def test_on_a_phone_the_list_begins_today_with_the_days_before_folded(leader: Visit) -> None:
    page = read_page(leader.get("/rota").text)

    over, ahead = page.all("ol", class_="day-list")

    assert "13 dager tidligere" in page.words
    assert len(over.all("h3")) == 13
    first_day = ahead.only(id="today")
    assert ahead.first("h3") in [first_day, *first_day.inside()]
    assert len(read_page(leader.get("/rota?day=2026-02-10").text).all("ol", class_="day-list")) == 1


def test_a_cell_cut_by_the_calendars_end_proposes_the_shifts_own_end(leader: Visit) -> None:
    day = read_page(leader.get("/rota?view=day&day=2026-03-18").text)
    cell, *_ = day.values("cell", re.compile(r"duty\.\d+\.\d+"))

    form = read_page(leader.get(f"/rota/change?cell={cell}").text)

    assert (form.value("to_day"), form.value("to_time")) == ("2026-03-23", "08:00")
