"""Only the carrier itself may tell us of calls."""

import base64

import pytest

from standin.drill.stage.stage import PUBLIC_URL, TOKEN
from tests.cast import STRANGER
from tests.scenes.knocking import FORM, INCOMING, PLACES, Knocker
from tests.scenes.night import Night

NEW_TOKEN = "fedcba9876543210" * 2


def test_a_signed_request_is_answered(night: Night, knock: Knocker) -> None:
    answer = knock.post()

    assert (answer.status, answer.content_type) == (200, "text/xml; charset=utf-8")
    assert len(night.contacts()) == 1


@pytest.mark.parametrize(
    "signature", ["", "nonsense", "\u00e6", base64.b64encode(b"0" * 20).decode(), "=" * 5000]
)
def test_a_request_without_a_true_signature_changes_nothing(
    night: Night, knock: Knocker, signature: str
) -> None:
    answer = knock.post(signature=signature)

    assert answer.status == 403
    assert night.contacts() == []


def test_a_request_signed_with_another_token_is_refused(night: Night, knock: Knocker) -> None:
    answer = knock.post(token="0" * 32)

    assert answer.status == 403
    assert night.contacts() == []


def test_a_form_that_was_changed_on_its_way_is_refused(night: Night, knock: Knocker) -> None:
    answer = knock.post(From=STRANGER, signed_form=FORM)

    assert answer.status == 403
    assert night.contacts() == []


def test_a_field_that_was_added_on_its_way_is_refused(knock: Knocker) -> None:
    answer = knock.post(CallToken="x", signed_form=FORM)

    assert answer.status == 403


@pytest.mark.parametrize(
    "signed_url",
    [
        "https://other.example/voice/incoming",
        "http://line.example/voice/incoming",
        PUBLIC_URL + "/voice/incoming/",
        PUBLIC_URL + "/voice/incoming?x=1",
        PUBLIC_URL + "/text/incoming",
    ],
)
def test_a_signature_for_another_address_is_refused(night: Night, knock: Knocker, signed_url: str) -> None:
    answer = knock.post(signed_url=signed_url)

    assert answer.status == 403
    assert night.contacts() == []


def test_a_signature_holds_for_the_query_too(knock: Knocker) -> None:
    assert knock.post(INCOMING + "?edge=dublin").status == 200
    assert knock.post(INCOMING + "?edge=dublin", signed_url=PUBLIC_URL + INCOMING).status == 403


@pytest.mark.parametrize("token", [TOKEN, NEW_TOKEN])
def test_while_tokens_rotate_each_of_them_is_accepted(night: Night, knock: Knocker, token: str) -> None:
    night.settings = night.settings.model_copy(update={"twilio_auth_token": (NEW_TOKEN, TOKEN)})
    night.restart_web()

    assert knock.post(token=token).status == 200


@pytest.mark.parametrize("place", PLACES)
def test_every_address_of_a_call_is_guarded(night: Night, knock: Knocker, place: str) -> None:
    night.call(night.mother)
    night.run_for(3)
    before = night.kinds()

    answer = knock.post(
        f"/voice/{night.team_id}/{night.only_contact().id}/{place}", signature="nonsense", Digits="1"
    )

    assert answer.status == 403
    assert night.kinds() == before
