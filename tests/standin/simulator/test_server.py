"""How the stand-in is played over HTTP, in scaled time."""

from __future__ import annotations

import json

import pytest
import requests

from tests.cast import KARIS_PHONE, LINE, MOTHER, OLAS_PHONE
from tests.standin.simulator.house import GATE, SCREENED, House

pytestmark = pytest.mark.http
UNKNOWN = "+4799800001"


def test_a_call_is_placed_answered_and_accepted_by_hand(house: House) -> None:
    house.service.pages |= {
        "/incoming": SCREENED,
        "/screen": lambda form: "<Response/>" if form.get("Digits") else GATE,
    }

    assert house.post(f"/phones/{MOTHER}/call", to=LINE).status_code == 200
    house.until(lambda: (house.phone(KARIS_PHONE)["call"] or {}).get("state") == "ringing")
    house.post(f"/phones/{KARIS_PHONE}/answer")
    house.until(lambda: house.phone(KARIS_PHONE)["call"]["heard"])
    house.post(f"/phones/{KARIS_PHONE}/press", digits="1")
    house.until(lambda: house.phone(KARIS_PHONE)["call"]["with"] == "Mor")

    assert house.phone(MOTHER)["call"]["with"] == "Kari"
    house.post(f"/phones/{MOTHER}/hang-up")
    house.until(lambda: house.phone(KARIS_PHONE)["call"]["state"] == "ended")
    assert all(asked.signed for asked in house.service.asked)


def test_the_carrier_itself_rings_the_static_number_while_the_service_fails(house: House) -> None:
    house.service.pages.pop("/incoming", None)
    house.post("/phones", number=OLAS_PHONE, name="Reserve", policy={"kind": "answer", "after": 1})

    house.post(f"/phones/{MOTHER}/call", to=LINE)

    house.until(lambda: (house.phone(OLAS_PHONE)["call"] or {}).get("with") == "Mor")
    assert house.phone(MOTHER)["call"]["with"] == "Reserve"
    assert not house.phone(KARIS_PHONE)["call"]
    house.post(f"/phones/{MOTHER}/hang-up")


def test_texts_go_both_ways(house: House) -> None:
    house.service.pages["/text"] = "<Response/>"

    house.post(f"/phones/{MOTHER}/text", to=LINE, body="hei på deg")
    house.until(lambda: house.service.forms("/text"))
    house.client.messages.create(to=MOTHER, from_=LINE, body="Vi ringer deg.")
    house.until(lambda: len(house.phone(MOTHER)["texts"]) == 2)

    assert house.service.forms("/text")[0]["Body"] == "hei på deg"
    assert [text["mine"] for text in house.phone(MOTHER)["texts"]] == [True, False]


def test_the_real_client_talks_to_it_over_http(house: House) -> None:
    house.service.pages["/leg"] = "<Response><Say>Hello.</Say></Response>"
    house.post(f"/phones/{KARIS_PHONE}/policy", kind="answer", after=1)

    call = house.client.calls.create(to=KARIS_PHONE, from_=LINE, url=f"{_service_of(house)}/leg")
    house.until(lambda: call.fetch().status == "completed")

    assert house.phone(KARIS_PHONE)["call"]["heard"][-1]["text"] == "Hello."
    assert [each.sid for each in house.client.calls.list(limit=5)] == [call.sid]


def _service_of(house: House) -> str:
    (number,) = house.client.incoming_phone_numbers.list()
    return str(number.voice_url).removesuffix("/incoming")


def test_lines_and_phones_are_added_while_it_runs(house: House) -> None:
    assert house.post("/lines", number="+4733900002", team="Sør-Vest").status_code == 201
    assert house.post("/phones", number=UNKNOWN, name="Ukjent", role="family").status_code == 201
    assert house.post("/lines", number="12").status_code == 400
    assert house.post("/phones", number=UNKNOWN, policy="sleepy").status_code == 400

    state = house.state()
    assert {line["team"] for line in state["lines"]} == {"Vestfold", "Sør-Vest"}
    assert {"number": UNKNOWN, "name": "Ukjent", "role": "family", "team": ""} in state["people"]


def test_the_stream_begins_with_the_state_and_goes_on_with_what_happens(house: House) -> None:
    house.service.pages["/incoming"] = "<Response><Say>Hello.</Say></Response>"
    kinds: list[str] = []

    with requests.get(f"{house.address}/_/events", stream=True, timeout=10) as stream:
        lines = (line.decode() for line in stream.iter_lines())
        assert next(lines) == "event: state"
        assert json.loads(next(lines).removeprefix("data: "))["lines"][0]["number"] == LINE
        house.post(f"/phones/{MOTHER}/call", to=LINE)
        for line in lines:
            if line.startswith("data:"):
                kinds.append(json.loads(line.removeprefix("data: ")).get("kind", ""))
            if "ended" in kinds:
                break

    assert [kind for kind in kinds if kind in ("call placed", "answered", "ended")] == [
        "call placed",
        "answered",
        "ended",
    ]


def test_faults_speed_and_reset_are_set_from_outside(house: House) -> None:
    house.service.pages["/incoming"] = "<Response><Say>Hello.</Say></Response>"

    assert house.post("/faults", fault="server-error", match="/incoming").status_code == 201
    assert house.post("/faults", fault="gremlins").status_code == 400
    house.post(f"/phones/{MOTHER}/call", to=LINE)
    house.until(lambda: house.state()["errors"])
    assert house.post("/speed", speed=2).json()["speed"] == 2
    assert house.post("/speed", speed=0).status_code == 400
    house.post("/reset")

    state = house.state()
    assert state["errors"] == []
    assert [line["number"] for line in state["lines"]] == [LINE]
    assert len(state["phones"]) == 2


def test_other_sites_cannot_play_with_the_phones(house: House) -> None:
    form = requests.post(f"{house.address}/_/phones/{MOTHER}/call", data={"to": LINE}, timeout=5)
    renamed = requests.get(f"{house.address}/_/state", headers={"Host": "evil.example"}, timeout=5)

    assert form.status_code == 415
    assert renamed.status_code == 421


def test_rest_without_the_token_is_refused(house: House) -> None:
    answer = requests.get(f"{house.address}/2010-04-01/Accounts/AC{'0' * 31}1/Calls.json", timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
