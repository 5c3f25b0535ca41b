"""Any one webhook of a night is lost, late, or answered in vain; the family still reaches a human."""

import pytest

from oncall.contacts.model import Kind
from standin.simulator import faults
from standin.simulator.faults import WebhookFault
from tests.scenes import eventful_night
from tests.scenes.eventful_night import EACH, LENGTH, NAMES, NO_SUCH_QUEUE, WEBHOOKS
from tests.scenes.night import Night

pytestmark = pytest.mark.slow

each_webhook = pytest.mark.parametrize(("nth", "kind"), EACH, ids=NAMES)


def test_the_night_itself_is_as_the_others_expect_it(night: Night) -> None:
    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    assert eventful_night.webhooks(night) == WEBHOOKS
    eventful_night.assert_as_ever(night)
    assert night.only_contact().answered_by == "ola"


@each_webhook
def test_it_never_arrives(night: Night, nth: int, kind: str) -> None:
    strike(night, faults.drop(), nth)

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    assert eventful_night.spoke_with_a_human(night), kind
    assert_noticed(night, kind)


@each_webhook
def test_our_answer_is_lost_after_we_acted_on_it(night: Night, nth: int, kind: str) -> None:
    strike(night, faults.server_error(after=True), nth)

    call = eventful_night.begin(night)
    night.run_for(LENGTH)
    call.hang_up()
    night.settle(excused=NO_SUCH_QUEUE if kind == "dialled" else 0)

    assert eventful_night.spoke_with_a_human(night), kind
    assert_noticed(night, kind)


@each_webhook
def test_it_cannot_reach_us(night: Night, nth: int, kind: str) -> None:
    strike(night, faults.refuse(), nth, nth + 1)  # the carrier's one repetition included

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    assert eventful_night.spoke_with_a_human(night), kind
    assert_noticed(night, kind)


@each_webhook
def test_it_is_late_by_twelve_seconds(night: Night, nth: int, kind: str) -> None:
    strike(night, faults.delay_request(12), nth)

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    assert eventful_night.spoke_with_a_human(night), kind
    assert_noticed(night, kind)


@each_webhook
def test_it_is_overtaken_by_the_next(night: Night, nth: int, kind: str) -> None:
    strike(night, faults.reorder(), nth)

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    assert eventful_night.spoke_with_a_human(night), kind
    assert night.only_contact().answered_by == "ola", kind


@pytest.mark.parametrize("kind", sorted(set(WEBHOOKS) - {"incoming"}))
def test_all_of_a_kind_are_lost(night: Night, kind: str) -> None:
    night.carrier.faults.on_webhook(rf"/{kind}(/|$)", faults.drop())

    call = eventful_night.begin(night)
    night.play(240, call)

    contact = night.only_contact()
    assert eventful_night.spoke_with_a_human(night) or contact.follow_up


def test_from_a_queue_that_fails_phones_are_dialled_one_by_one(night: Night) -> None:
    night.carrier.faults.on_webhook(r"/wait/", faults.server_error())

    call = night.call(night.mother)
    night.play(LENGTH, call)

    assert night.kinds().count(Kind.QUEUED) == 1
    assert Kind.DIALLED_ONE_BY_ONE in night.kinds()


def test_a_call_of_which_we_never_heard_is_found_in_the_carriers_records(night: Night) -> None:
    night.carrier.faults.on_webhook("/voice/incoming", faults.refuse())
    call = night.call(night.mother)
    night.run_for(20)
    call.hang_up()
    night.run_for(300)

    contact = night.only_contact()
    assert (contact.case, contact.caller) == ("V-014", "known")
    assert contact.follow_up
    night.settle()


def strike(night: Night, fault: WebhookFault, *nth: int) -> None:
    """Let a fault strike these webhooks of ours."""
    night.carrier.faults.on_webhook(r"^https://line\.example/", fault, nth=nth)


def assert_noticed(night: Night, kind: str) -> None:
    """A call of which we have heard ends with a named human or an open follow-up; `settle` looks at each."""
    assert night.contacts() or kind == "incoming"
