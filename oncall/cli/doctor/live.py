"""Does a staff member's phone really ring and receive?"""

import time
from collections.abc import Callable, Iterator

from oncall.alerts.team import Person, Team
from oncall.cli.doctor.findings import DoctorFinding, error, ok, warning
from oncall.contacts.statuses import CALL_ENDED, TEXT_ENDED
from oncall.telephony.account import TEST_RINGS_FOR, CarrierAccount
from oncall.telephony.orders import CarrierRefused

CALL_PATIENCE = TEST_RINGS_FOR + 25  # seconds: the carrier rings a little longer, and the sentence is spoken
TEXT_PATIENCE = 30

Wait = Callable[[float], None]


def try_phone(
    account: CarrierAccount, team: Team, person: Person, wait: Wait = time.sleep
) -> Iterator[DoctorFinding]:
    """Ring and text the person's phone, and yield what became of both."""
    yield from _try_call(account, team, person, wait)
    yield from _try_text(account, team, person, wait)


def _try_call(account: CarrierAccount, team: Team, person: Person, wait: Wait) -> Iterator[DoctorFinding]:
    subject = f"test call to {person.id}"
    try:
        sid = account.ring_for_test(person.phone, team.voice_line, person.language)
        status, answered = "", False
        for _ in range(CALL_PATIENCE):
            wait(1.0)
            status = account.call_status(sid)
            answered |= status in ("in-progress", "completed")
            if status in CALL_ENDED:
                break
    except CarrierRefused as refusal:
        yield error(subject, f"the carrier refuses it with code {refusal.code}")
        return
    if answered:
        yield ok(subject, f"was answered; ask whether the display showed {team.voice_line}")
    elif status in ("no-answer", "busy"):
        yield warning(subject, f"ended as {status}: nobody answered, ask whether it rang, and what was shown")
    else:
        yield error(subject, f"did not get through ({status}): the operator may block our number as caller")


def _try_text(account: CarrierAccount, team: Team, person: Person, wait: Wait) -> Iterator[DoctorFinding]:
    subject = f"test text to {person.id}"
    try:
        sid = account.text_for_test(person.phone, team.text_line, person.language)
        status, code = "", None
        for _ in range(TEXT_PATIENCE):
            wait(1.0)
            status, code = account.text_status(sid)
            if status in TEXT_ENDED:
                break
    except CarrierRefused as refusal:
        yield error(subject, f"the carrier refuses it with code {refusal.code}")
        return
    if status == "delivered":
        yield ok(subject, "was delivered")
    elif status in TEXT_ENDED:
        yield error(subject, f"was not delivered (carrier code {code})")
    else:
        yield warning(subject, f"is still {status} after {TEXT_PATIENCE} s: ask whether it came")
