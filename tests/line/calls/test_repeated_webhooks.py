"""Webhooks come twice, at once, late or out of order, and the night is the same."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

import pytest

from oncall.contacts.model import Kind, State
from standin.drill.stage.stage import PUBLIC_URL, TOKEN
from standin.simulator import faults
from standin.simulator.exchanges import Webhook
from standin.simulator.signing import sign
from standin.simulator.transport import Request, Response, call_wsgi
from tests.cast import OLAS_PHONE
from tests.scenes import eventful_night
from tests.scenes.eventful_night import EACH, LENGTH, NAMES, WEBHOOKS
from tests.scenes.night import ACCEPTS, Night

pytestmark = pytest.mark.slow

each_webhook = pytest.mark.parametrize(("nth", "kind"), EACH, ids=NAMES)


@pytest.mark.parametrize("after", [0.0, 0.05, 2.0])
def test_every_webhook_comes_twice(night: Night, after: float) -> None:
    night.carrier.faults.on_webhook(r"/voice/", faults.duplicate(after))

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    eventful_night.assert_as_ever(night)
    assert night.kinds().count(Kind.CLAIM_GRANTED) == 1
    assert night.only_contact().state is State.ENDED
    assert len(night.ola.rang) == 1
    assert len(night.ola.texts) == 1


def test_the_copy_is_answered_byte_for_byte_like_the_original(night: Night) -> None:
    night.carrier.faults.on_webhook(r"/voice/", faults.duplicate())

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    first: dict[tuple[str, str], Webhook] = {}
    for webhook in night.carrier.webhooks:
        key = (webhook.url, urlencode(webhook.params))
        if webhook.copy:
            assert webhook.body == first[key].body, webhook.path
        else:
            first[key] = webhook


@pytest.mark.parametrize("kind", sorted(set(WEBHOOKS) - {"wait", "status"}))
def test_a_copy_that_comes_after_the_call_is_answered_like_the_original(night: Night, kind: str) -> None:
    call = eventful_night.begin(night)
    night.play(LENGTH, call)
    before = night.kinds()

    for webhook in [each for each in night.carrier.webhooks if eventful_night.kind_of(each.path) == kind]:
        again = send(night, webhook)
        assert again.body.decode() == webhook.body, webhook.path

    assert night.kinds() == before


@each_webhook
def test_two_copies_come_at_once_on_two_threads(night: Night, nth: int, kind: str) -> None:
    copies: list[Response] = []

    def send_copies() -> None:
        webhook = night.carrier.webhooks[-1]
        night.at_once([lambda: copies.append(send(night, webhook))] * 3)

    night.before_request(nth, send_copies)

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    original = night.carrier.webhooks[nth - 1]
    assert {answer.status for answer in copies} == {original.status}
    assert {answer.body.decode() for answer in copies} == {original.body}, kind
    eventful_night.assert_as_ever(night)
    assert len(night.contacts()) == 1


def test_two_people_press_1_on_two_threads_and_one_of_them_has_it(night: Night) -> None:
    call = night.call(night.mother)
    night.run_for(50)
    for phone in (night.kari, night.ola, night.liv):
        phone.answer()
    night.run_for(1)
    screens = [each for each in night.carrier.webhooks if eventful_night.kind_of(each.path) == "screen"]
    answers: list[Response] = []

    def press(screen: Webhook) -> None:
        answers.append(
            post(night, screen.path.replace("/screen", "/answer"), {**screen.params, "Digits": "1"})
        )

    night.at_once([partial(press, screen) for screen in screens])

    joined = [answer for answer in answers if b"<Queue" in answer.body]
    assert len(screens) == 3
    assert len(joined) == 1
    assert night.kinds().count(Kind.CLAIM_GRANTED) == 1
    assert night.kinds().count(Kind.CLAIM_REFUSED) == 2
    night.play(30, call)


@pytest.mark.parametrize("seconds", [1.0, 3.0, 8.0])
def test_status_callbacks_are_late_and_come_after_the_call_has_ended(night: Night, seconds: float) -> None:
    night.carrier.faults.on_webhook(r"/status$", faults.delay_request(seconds))

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    eventful_night.assert_as_ever(night)
    assert night.only_contact().state is State.ENDED


def test_every_status_callback_is_overtaken_by_the_next_webhook(night: Night) -> None:
    night.carrier.faults.on_webhook(r"/status$", faults.reorder())

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    eventful_night.assert_as_ever(night)
    contact = night.only_contact()
    assert (contact.state, contact.answered_by) == (State.ENDED, "ola")


@pytest.mark.parametrize("seed", range(6))
def test_status_callbacks_come_in_any_order_dropped_and_doubled(night: Night, seed: int) -> None:
    night.carrier.chance.seed(seed)
    night.carrier.faults.on_webhook(r"/status$", faults.delay_request(7), probability=0.4)
    night.carrier.faults.on_webhook(r"/status$", faults.duplicate(3), probability=0.4)
    night.carrier.faults.on_webhook(r"/status$", faults.drop(), probability=0.2)

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    eventful_night.assert_as_ever(night)
    assert night.only_contact().state is State.ENDED


def test_a_status_callback_that_overtakes_the_answer_to_our_order(night: Night) -> None:
    night.carrier.faults.on_rest(r"/Calls\.json", faults.accept_and_time_out(), method="POST")
    night.carrier.options = type(night.carrier.options)(callback_latency=(0.0, 0.0))
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]


def send(night: Night, webhook: Webhook) -> Response:
    """Send a webhook once more, signed like the original."""
    return post(night, webhook.path, webhook.params)


def post(night: Night, path: str, params: Mapping[str, str]) -> Response:
    """Send the web process a signed form."""
    url = PUBLIC_URL + path
    headers = {
        "X-Twilio-Signature": sign(TOKEN, url, dict(params), channel="voice"),
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    }
    return call_wsgi(night.web, Request("POST", url, headers, urlencode(params).encode()))
