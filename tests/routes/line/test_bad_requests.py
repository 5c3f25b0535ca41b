"""Whatever is sent to us has a clear answer."""

from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

import pytest

from oncall.contacts.model import Kind
from oncall.store.session import team_chain
from oncall.store.team import changes as team_changes
from standin.drill.stage.stage import PUBLIC_URL, TOKEN
from standin.simulator.signing import sign
from tests.cast import LINE, MOTHER
from tests.scenes.knocking import FORM, INCOMING, PLACES, Knocker
from tests.scenes.night import TEAM, Night

Reports = list[MutableMapping[str, Any]]
NEW_LINE = "+4733900077"
EMPTY_SIGNATURE = sign(TOKEN, PUBLIC_URL + INCOMING, {}, channel="voice")


@pytest.mark.parametrize("field", ["CallSid", "To"])
def test_a_call_without_its_name_or_the_number_called_is_refused(
    night: Night, knock: Knocker, field: str
) -> None:
    answer = knock.post(form={name: value for name, value in FORM.items() if name != field})

    assert answer.status == 400
    assert field.encode() in answer.body
    assert night.contacts() == []


def test_a_call_without_a_callers_number_is_a_withheld_one(night: Night, knock: Knocker) -> None:
    answer = knock.post(From="")

    assert answer.status == 200
    assert night.only_contact().caller == "withheld"


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"%%%=%zz", b"CallSid", b"{}", b"&&&=&=="])
def test_a_malformed_form_is_refused(night: Night, knock: Knocker, body: bytes) -> None:
    answer = knock.send("POST", INCOMING, body, EMPTY_SIGNATURE)

    assert 400 <= answer.status < 500
    assert night.contacts() == []


def test_another_content_type_is_refused(night: Night, knock: Knocker) -> None:
    answer = knock.send("POST", INCOMING, b'{"CallSid": "CA1"}', EMPTY_SIGNATURE, "application/json")

    assert answer.status == 400
    assert night.contacts() == []


def test_an_oversize_body_is_refused(night: Night, knock: Knocker) -> None:
    answer = knock.post(CallerName="x" * 70_000)

    assert answer.status == 413
    assert night.contacts() == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
def test_another_method_than_post_is_refused(knock: Knocker, method: str) -> None:
    assert knock.send(method, INCOMING).status in (403, 405)


@pytest.mark.parametrize("place", PLACES)
def test_an_unknown_contact_is_answered_with_what_the_carrier_can_use(
    night: Night, knock: Knocker, place: str
) -> None:
    answer = knock.post(f"/voice/{night.team_id}/{'0' * 32}/{place}", DialCallStatus="completed")

    assert answer.status in (200, 204)
    assert answer.status == 204 or answer.body.startswith(b"<?xml")
    assert night.contacts() == []


@pytest.mark.parametrize("place", PLACES)
def test_another_teams_contact_is_an_unknown_one(night: Night, knock: Knocker, place: str) -> None:
    other = night.add_team(replace(TEAM, slug="oest", voice_line=NEW_LINE, text_line=NEW_LINE))
    night.call(night.mother)
    night.run_for(3)
    before = night.kinds()

    path = f"/voice/{other}/{night.only_contact().id}/{place}"
    answer = knock.post(path, DialCallStatus="completed", DialBridged="true", Digits="1")

    assert answer.status in (200, 204)
    assert night.kinds() == before


@pytest.mark.parametrize("place", PLACES)
def test_a_team_that_is_not_there_is_answered_too(knock: Knocker, place: str) -> None:
    answer = knock.post(f"/voice/999999/{'0' * 32}/{place}", DialCallStatus="completed")

    assert answer.status in (200, 204)


def test_an_address_that_no_database_can_look_up_is_refused_without_an_alarm(
    night: Night, knock: Knocker, reports: Reports
) -> None:
    team = night.team_id

    places = (f"{2**31}/{'0' * 32}/wait/1", f"{team}/%00/wait/1", f"{team}/{'0' * 32}/wait/{10**25}")
    answers = [knock.post(f"/voice/{place}") for place in places]

    assert [answer.status for answer in answers] == [404, 404, 404]
    assert reports == []


def test_an_entry_that_alerts_nobody_is_taken_by_nobody(night: Night, knock: Knocker) -> None:
    call = night.call(night.mother)
    night.run_for(3)
    call.hang_up()
    night.run_for(3)
    contact = night.only_contact()
    first = night.entries(contact)[0].seq

    answer = knock.post(f"/voice/{night.team_id}/{contact.id}/pages/{first}/answer", Digits="1")

    assert answer.body == b'<?xml version="1.0" encoding="UTF-8"?><Response><Hangup /></Response>'
    assert Kind.ACKNOWLEDGED not in night.kinds()


@pytest.mark.parametrize("place", ["legs/99/screen", "legs/99/answer", "legs/99/told", "legs/99/done"])
def test_a_leg_that_is_not_there_is_hung_up(night: Night, knock: Knocker, place: str) -> None:
    night.call(night.mother)
    night.run_for(3)

    answer = knock.post(f"/voice/{night.team_id}/{night.only_contact().id}/{place}", Digits="1")

    assert answer.status == 200
    assert b"<Hangup" in answer.body


def test_nobody_waits_anew_who_was_not_cut_off(night: Night, knock: Knocker) -> None:
    night.call(night.mother)
    night.run_for(3)

    knock.post(f"/voice/{night.team_id}/{night.only_contact().id}/reconnect/1", Digits="1")

    assert night.only_contact().round == 1


@pytest.mark.parametrize("place", ["dialled/1", "passed-on/1"])
def test_a_dial_without_its_outcome_is_refused(night: Night, knock: Knocker, place: str) -> None:
    night.call(night.mother)
    night.run_for(3)

    answer = knock.post(f"/voice/{night.team_id}/{night.only_contact().id}/{place}")

    assert answer.status == 400
    assert b"DialCallStatus" in answer.body


def test_an_unknown_line_is_answered_politely_and_the_operator_hears_of_it(
    night: Night, knock: Knocker, reports: Reports
) -> None:
    answer = knock.post(To=NEW_LINE)

    assert answer.status == 200
    assert b"Dette nummeret er ikke i bruk" in answer.body
    assert b"112" in answer.body
    assert [each["message_key"] for each in reports if "message_key" in each] == ["call_to_unknown_line"]
    assert night.contacts() == []


def test_the_operators_reports_hold_no_number(night: Night, knock: Knocker, reports: Reports) -> None:
    knock.post(To=NEW_LINE)
    knock.post(From=LINE)
    night.lose_database()
    knock.post()

    assert len(reports) >= 3
    told = " ".join(str(value) for report in reports for value in report.values())
    assert not any(number in told for number in (NEW_LINE, LINE, MOTHER))


def test_a_line_that_was_loaded_meanwhile_is_known_without_a_restart(night: Night, knock: Knocker) -> None:
    knock.post()
    team = replace(TEAM, slug="oest", voice_line=NEW_LINE, text_line=NEW_LINE)
    with night.service.db.operating() as operating:  # as another process would
        writing = operating.lock(team_chain(team_changes.add_team(operating, team)))
        team_changes.save_team(writing, team, night.carrier.now())

    answer = knock.post(CallSid="CA" + "2" * 32, To=NEW_LINE)

    assert b"<Dial" in answer.body
