"""Nothing is decided earlier than what is known of a contact already."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oncall.contacts.model import Entry, Kind, put_in_order
from oncall.rota.model import PersonId
from oncall.usecases.line.escalation import escalate
from oncall.usecases.line.texts.from_staff import taking
from tests.scenes.night import Night

NOW = datetime(2026, 3, 14, 2, 40, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@given(st.lists(st.integers(-60, 60)), st.integers(-60, 60))
def test_a_decision_comes_at_the_last_entry_or_later(known: list[int], then: int) -> None:
    entries = [Entry(0, NOW + second * SECOND, Kind.LEG_RUNG) for second in known]
    now = NOW + then * SECOND
    told = (Entry(0, now, Kind.ONE_PRESSED), Entry(0, NOW - timedelta(hours=1), Kind.CALLER_GONE))

    (pressed, gone), moment = put_in_order(entries, told, now)

    assert moment == max((entry.at for entry in entries), default=now) or moment == now
    assert moment >= max([now, *(entry.at for entry in entries)])
    assert pressed.at == moment
    assert gone.at == NOW - timedelta(hours=1), "what the carrier says of the past stays"


def test_a_process_whose_clock_is_behind_appends_nothing_before_what_is_there(night: Night) -> None:
    call = night.call(night.mother)
    night.run_for(3)
    call.hang_up()
    night.run_for(5)
    contact = night.only_contact()
    before = night.entries(contact)
    behind = night.carrier.now() - timedelta(minutes=1)

    escalate(
        night.service.context,
        night.team_id,
        contact.id,
        behind,
        entries=(taking(PersonId("kari"), "page", behind),),
    )

    (taken, *_) = night.entries(contact)[len(before) :]
    assert taken.kind is Kind.ACKNOWLEDGED
    assert taken.at == max(entry.at for entry in before)
    night.settle()
