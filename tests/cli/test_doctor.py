import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oncall.alerts.team import Team
from oncall.cli.doctor.carrier import examine_account, examine_lines, look_up_numbers, unknown_lines
from oncall.cli.doctor.findings import DoctorFinding
from oncall.cli.doctor.live import try_phone
from oncall.cli.doctor.service import examine_database, examine_settings, examine_time, examine_way_in
from oncall.cli.doctor.teams import examine_team
from oncall.clock import utc_now
from oncall.rota.model import Tier
from oncall.settings import load_settings
from oncall.store.jobs.heartbeats import beat
from oncall.telephony.account import CarrierAccount
from oncall.usecases.team.set_up import Level
from standin.drill.cast import NIGHT, read_cast
from standin.drill.nights.night import with_gap
from standin.simulator import Answer, Carrier, Off, WsgiTransport, faults
from standin.simulator.rest.clients import InProcessHttpClient
from standin.teams import FOLDER
from tests.cli.conftest import Operator, Refusal

ROOT = Path(__file__).resolve().parents[2]
PUBLIC_URL = "https://line.example"
SID, TOKEN = "AC" + "0" * 31 + "1", "0123456789abcdef" * 2
TEAM: Team = read_cast().team


def _ends(_environ: object, start: object) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/xml")])  # type: ignore[operator]
    return [b"<Response/>"]


@pytest.fixture
def carrier() -> Carrier:
    """A carrier at which all of the team's numbers are as they must be."""
    made = Carrier(transport=WsgiTransport(_ends), start=NIGHT, account_sid=SID, auth_token=TOKEN)
    for number in (TEAM.voice_line, TEAM.text_line):
        made.line(
            number,
            voice_url=f"{PUBLIC_URL}/voice/incoming",
            text_url=f"{PUBLIC_URL}/text/incoming",
            voice_fallback_url="https://handler.example/EH1",
        )
    return made


def _account(carrier: Carrier, token: str = TOKEN) -> CarrierAccount:
    return CarrierAccount(SID, token, carrier.api_url, http_client=InProcessHttpClient(carrier))


def _lines(carrier: Carrier) -> list[DoctorFinding]:
    numbers = look_up_numbers(_account(carrier))
    assert numbers is not None
    return list(examine_lines(TEAM, numbers, PUBLIC_URL))


def _worst(findings: list[DoctorFinding]) -> DoctorFinding:
    order = list(Level)
    return max(findings, key=lambda finding: order.index(finding.level))


# ------------------------------------------------------------------------------------- the carrier


def test_an_account_in_order_is_well(carrier: Carrier) -> None:
    findings = list(examine_account(_account(carrier)))

    assert [finding.level for finding in findings] == [Level.OK, Level.OK]


def test_a_wrong_token_names_the_settings_to_look_at(carrier: Carrier) -> None:
    (finding,) = examine_account(_account(carrier, token="another-token-than-ours"))

    assert finding.level is Level.ERROR
    assert "TWILIO_AUTH_TOKEN" in finding.said


def test_a_carrier_that_does_not_answer_is_an_error(carrier: Carrier) -> None:
    carrier.faults.on_rest(r".*", faults.time_out())

    (finding,) = examine_account(_account(carrier))

    assert finding.level is Level.ERROR
    assert finding.said.startswith("does not answer")


def test_an_empty_balance_is_an_error(carrier: Carrier) -> None:
    carrier.balance = "3.20"

    finding = _worst(list(examine_account(_account(carrier))))

    assert finding.said.startswith("3.20 USD is left")


def test_a_suspended_account_is_an_error(carrier: Carrier) -> None:
    carrier.account_status = "suspended"

    finding = _worst(list(examine_account(_account(carrier))))

    assert finding.said.startswith("the account is suspended")


def test_numbers_that_lead_to_us_are_well(carrier: Carrier) -> None:
    assert {finding.level for finding in _lines(carrier)} == {Level.OK}


def test_a_fragment_that_tells_how_to_connect_is_no_fault(carrier: Carrier) -> None:
    carrier.lines[TEAM.voice_line] = replace(
        carrier.lines[TEAM.voice_line], voice_url=f"{PUBLIC_URL}/voice/incoming#rc=2&rp=all"
    )

    assert {finding.level for finding in _lines(carrier)} == {Level.OK}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"voice_url": "https://old.example/voice"}, "the carrier asks https://old.example/voice: set it to"),
        ({"voice_url": None}, "the carrier asks nobody: set it to https://line.example/voice/incoming"),
        ({"voice_method": "GET"}, "by GET: set it to HTTP POST"),
        ({"voice_fallback_url": None}, "none: when we fail, calls end"),
        ({"voice_fallback_url": f"{PUBLIC_URL}/voice/incoming"}, "leads to us: when we fail, it fails too"),
    ],
)
def test_an_address_changed_by_hand_is_an_error(
    carrier: Carrier, changes: dict[str, str | None], said: str
) -> None:
    carrier.lines[TEAM.voice_line] = replace(carrier.lines[TEAM.voice_line], **changes)  # type: ignore[arg-type]

    finding = _worst(_lines(carrier))

    assert finding.level is Level.ERROR
    assert said in finding.said


def test_a_text_line_that_leads_elsewhere_is_an_error(carrier: Carrier) -> None:
    carrier.lines[TEAM.text_line] = replace(carrier.lines[TEAM.text_line], text_url="https://old.example/")

    finding = _worst(_lines(carrier))

    assert finding.subject == "vestfold text line"
    assert "/text/incoming" in finding.said


def test_a_number_that_is_not_the_accounts_is_an_error(carrier: Carrier) -> None:
    del carrier.lines[TEAM.voice_line]

    assert "is not a number of this account" in _worst(_lines(carrier)).said


def test_a_line_that_no_team_has_is_warned_of(carrier: Carrier) -> None:
    carrier.line("+4733900055", voice_url=f"{PUBLIC_URL}/voice/incoming")
    numbers = look_up_numbers(_account(carrier))
    assert numbers is not None

    (finding,) = unknown_lines((TEAM,), numbers, PUBLIC_URL)

    assert finding.level is Level.WARNING
    assert "+4733900055" in finding.said


# --------------------------------------------------------------------------------------- the teams


def test_a_team_in_order_is_well() -> None:
    findings = list(examine_team(TEAM, NIGHT, last_resort=None))

    assert {finding.level for finding in findings} == {Level.OK}


def test_an_empty_leader_tier_is_an_error() -> None:
    finding = _worst(list(examine_team(with_gap(TEAM, Tier.LEADER), NIGHT, last_resort=None)))

    assert finding.level is Level.ERROR
    assert "the last human of the ladder: name one" in finding.said


def test_an_empty_backup_tier_is_a_warning() -> None:
    finding = _worst(list(examine_team(with_gap(TEAM, Tier.BACKUP), NIGHT, last_resort=None)))

    assert finding.level is Level.WARNING


@pytest.mark.parametrize(("last_resort", "level"), [(None, Level.ERROR), ("+4733900001", Level.WARNING)])
def test_a_team_without_a_static_number_is_named(last_resort: str | None, level: Level) -> None:
    finding = _worst(list(examine_team(replace(TEAM, static_number=None), NIGHT, last_resort=last_resort)))

    assert finding.level is level
    assert finding.subject == "vestfold static number"


# ------------------------------------------------------------------------------------- the service


def test_a_database_with_a_living_clock_is_well(operator: Operator) -> None:
    now = utc_now()
    with operator.database() as db:
        beat(db, "here", "clock", now - timedelta(seconds=3))
        findings = list(examine_database(load_settings(), db, now))

    assert {finding.level for finding in findings} == {Level.OK}
    assert "was there 3 s ago" in [finding.said for finding in findings]


@pytest.mark.parametrize(
    ("silent_for", "said"),
    [(None, "has never been there"), (60, "was last there 60 s ago"), (9000, "was last there 2 h ago")],
)
def test_a_silent_clock_is_an_error(operator: Operator, silent_for: int | None, said: str) -> None:
    now = utc_now()
    with operator.database() as db:
        if silent_for is not None:
            beat(db, "here", "clock", now - timedelta(seconds=silent_for))
        finding = _worst(list(examine_database(load_settings(), db, now)))

    assert finding.level is Level.ERROR
    assert finding.said.startswith(said)


@pytest.mark.parametrize(("skew", "said"), [(300, "300 s ahead"), (-3600, "3600 s behind")])
def test_a_clock_on_a_machine_with_a_wrong_time_is_an_error(operator: Operator, skew: int, said: str) -> None:
    now = utc_now()
    with operator.database() as db:
        beat(db, "here", "clock", now, timedelta(seconds=skew))
        found = {each.subject: each for each in examine_database(load_settings(), db, now)}

    assert found["clock"].level is found["clocks"].level is Level.ERROR
    assert said in found["clock"].said


def test_a_clock_beside_it_with_the_right_time_is_well(operator: Operator) -> None:
    now = utc_now()
    with operator.database() as db:
        beat(db, "here", "clock", now, timedelta(0))
        beat(db, "elsewhere", "clock", now + timedelta(seconds=1), timedelta(minutes=5))
        found = {each.subject: each for each in examine_database(load_settings(), db, now)}

    assert found["clock"].level is Level.OK
    assert found["clocks"].level is Level.ERROR


@pytest.mark.parametrize(("skew", "level"), [(1.5, Level.OK), (-3, Level.WARNING), (-11, Level.ERROR)])
def test_clocks_that_differ_are_found(operator: Operator, skew: float, level: Level) -> None:
    now = utc_now()
    with operator.database() as db:
        beat(db, "here", "clock", now)
        beat(db, "web", "web", now, timedelta(seconds=skew), idle=True)
        found = {each.subject: each for each in examine_database(load_settings(), db, now)}

    assert found["clocks"].level is level


def test_an_old_database_is_an_error(operator: Operator, empty_database_url: str) -> None:
    operator.monkeypatch.setenv("DATABASE_URL", empty_database_url)
    with operator.database() as db:
        (finding,) = examine_database(load_settings(), db, utc_now())

    assert "run `oncall release`" in finding.said


def test_what_nobody_watches_is_warned_of(settings_of_a_test: None) -> None:
    said = " ".join(finding.said for finding in examine_settings(load_settings()))

    assert "WATCHDOG_URL is not set" in said
    assert "SENTRY_DSN is not set" in said


def test_a_public_address_that_does_not_answer_is_an_error(
    settings_of_a_test: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", f"http://127.0.0.1:{_free_port()}")

    (finding,) = examine_way_in(load_settings())

    assert finding.level is Level.ERROR


# --------------------------------------------------------------------------------- a phone, for real


def test_a_phone_that_is_answered_and_texted_is_well(carrier: Carrier) -> None:
    kari = TEAM.people[read_cast().duty.id]
    phone = carrier.phone(kari.phone, policy=Answer(after=4))

    findings = list(try_phone(_account(carrier), TEAM, kari, wait=carrier.run_for))

    assert [finding.level for finding in findings] == [Level.OK, Level.OK]
    assert phone.rang[0].shown == TEAM.voice_line
    assert phone.said_to[0].startswith("Dette er en prøve")
    assert phone.texts[0].body.startswith("Dette er en prøve")


def test_a_phone_that_nobody_answers_is_a_warning(carrier: Carrier) -> None:
    kari = TEAM.people[read_cast().duty.id]
    carrier.phone(kari.phone, policy=Off())

    findings = list(try_phone(_account(carrier), TEAM, kari, wait=carrier.run_for))

    assert [finding.level for finding in findings] == [Level.WARNING, Level.OK]


def test_a_text_that_does_not_arrive_is_an_error(carrier: Carrier) -> None:
    kari = TEAM.people[read_cast().duty.id]
    carrier.phone(kari.phone, policy=Answer(after=2))
    carrier.fail_texts_to(kari.phone, 30003)

    finding = _worst(list(try_phone(_account(carrier), TEAM, kari, wait=carrier.run_for)))

    assert finding.said == "was not delivered (carrier code 30003)"


# ------------------------------------------------------------------------------------- the command


def test_a_test_call_needs_to_know_the_team(refuses: Refusal) -> None:
    assert "--call needs --team" in refuses("doctor", "--call", "kari")


@pytest.mark.http
def test_the_doctor_examines_a_running_carrier(operator: Operator, running_carrier: str) -> None:
    operator.types("load", str(FOLDER / "vestfold.toml"))

    done = operator.types("doctor")

    assert done.exit_code == 1  # no clock runs
    said = " ".join(done.stdout.split())
    for line in (
        "ok settings complete and safe to start with",
        "ok database answers",
        "error clock has never been there",
        "error public address",
        "ok time this machine's clock agrees with the carrier's",
        "ok carrier takes our orders",
        "ok vestfold rota",
        "ok vestfold voice line +4733900001 leads to us",
        "ok vestfold calls to NO are allowed",
    ):
        assert line in said, line


@pytest.mark.http
def test_the_carriers_time_is_compared_with_ours(operator: Operator, running_carrier: str) -> None:
    (finding,) = examine_time(load_settings(), utc_now() - timedelta(minutes=5))

    assert finding.level is Level.ERROR
    assert "set up NTP" in finding.said


@pytest.fixture
def running_carrier(operator: Operator) -> Iterator[str]:
    """The carrier's stand-in as a process of its own."""
    port, web_port = _free_port(), _free_port()
    public_url, address = f"http://127.0.0.1:{web_port}", f"http://127.0.0.1:{port}"
    operator.monkeypatch.setenv("TWILIO_API_URL", address)
    operator.monkeypatch.setenv("PUBLIC_URL", public_url)
    operator.monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    words = ["--port", str(port), "--voice-url", f"{public_url}/voice/incoming"]
    words += ["--text-url", f"{public_url}/text/incoming"]
    words += ["--line", TEAM.voice_line, "--line", TEAM.text_line]
    process = subprocess.Popen(
        [sys.executable, "-m", "standin.simulator", *words], cwd=ROOT, env=dict(os.environ)
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
