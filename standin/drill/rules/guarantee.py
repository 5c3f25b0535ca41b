"""Whether anybody was forgotten in a night: every contact ends with a named human, or goes on alerting."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select

from oncall.alerts.ladder import LAST_RESORT
from oncall.alerts.paging import ladder_of
from oncall.contacts.contact import Contact
from oncall.contacts.fold import fold
from oncall.contacts.model import Entry, Kind
from oncall.contacts.waiting import Page, Waiting
from oncall.store.contacts.log import list_contacts
from oncall.store.jobs.outbox import PENDING
from oncall.store.line.reconciled import known_calls, known_messages
from oncall.store.tables.jobs import JobRow
from oncall.usecases.line.planning import ESCALATE
from standin.drill.nights.random_night import CALM, RandomNight
from standin.simulator.calls.legs import Direction

SLACK = timedelta(seconds=20)  # from when something falls due until the carrier has our order
REPEATED = timedelta(minutes=5)  # the ladder's last step, until somebody takes it
TAKEN_UP = timedelta(minutes=60)  # from a taken contact to the first word that it is not closed
HELD = timedelta(seconds=15)  # a claim without a bridge
MOST_CONTACTS = 200

Faults = Iterator[str]


@dataclass(frozen=True, slots=True)
class JudgedContact:
    """A contact of the night, in every way in which its entries can be read."""

    id: str
    channel: str
    entries: tuple[Entry, ...]
    contact: Contact
    wakes_at: datetime | None  # when it is looked at next by itself

    @property
    def waiting(self) -> Waiting:
        """How it waits for a human."""
        return self.contact.waiting

    @property
    def name(self) -> str:
        """How a finding calls it."""
        return f"the {'text' if self.channel == 'text' else 'call'} of {self.contact.received_at:%H:%M:%S}"


@lru_cache(maxsize=1)  # each promise is judged by the same, and the night is over
def read_judged_contacts(night: RandomNight) -> dict[str, JudgedContact]:
    """Return the contacts of a night that is over by their id, oldest first."""
    with night.service.db.reading() as reading:
        lines = list_contacts(reading, night.team_id, limit=MOST_CONTACTS)
        jobs = select(JobRow.contact_id, JobRow.due_at).where(
            JobRow.kind == ESCALATE, JobRow.state == PENDING
        )
        wakes: dict[str, datetime] = {}
        for contact_id, due_at in reading.conn.execute(jobs):
            wakes[str(contact_id)] = min(due_at, wakes.get(str(contact_id), due_at))
    told = [(line, night.entries_of(night.team_id, line.id)) for line in reversed(lines)]
    return {
        line.id: JudgedContact(line.id, line.channel, entries, fold(line.id, entries), wakes.get(line.id))
        for line, entries in told
    }


def find_lost(night: RandomNight) -> Faults:
    """Every call and every text that came to the carrier for us is in the journal."""
    lines = {night.team.voice_line, night.team.text_line}
    ours = [
        leg
        for leg in night.carrier.calls.legs.values()
        if leg.direction is Direction.INBOUND and leg.from_number not in lines
    ]
    texts = [message for message in night.carrier.messages.by_sid.values() if message.direction == "inbound"]
    with night.service.db.reading() as reading:
        calls = known_calls(reading, [leg.sid for leg in ours])
        messages = known_messages(reading, [message.sid for message in texts])
    for leg in ours:
        if leg.sid not in calls:
            yield f"the call of {leg.from_number} at {_clock(leg.created_at)} is not in the journal"
    for message in texts:
        if message.sid not in messages and message.from_number not in lines:
            yield f"the text of {message.from_number} at {_clock(message.created_at)} is not in the journal"


def find_forgotten(night: RandomNight) -> Faults:
    """A contact without a named human is open, has alerted by its ladder, and will again by itself."""
    cases = read_judged_contacts(night)
    for case in cases.values():
        main = cases[case.waiting.joined] if case.waiting.joined else case
        waiting = main.waiting
        if case.contact.answered_by and not waiting.open:
            continue
        if waiting.opened_at is None:
            yield f"{case.name} reached nobody, and has no follow-up"
        elif waiting.closed_at is None:
            yield from (f"{case.name} {fault}" for fault in _find_stuck(night, main))


def find_skipped(night: RandomNight) -> Faults:
    """The steps of the page ladder come one after another, and none is left out."""
    last = len(ladder_of(night.team)) - 1
    for case in read_judged_contacts(night).values():
        for nth, entry in enumerate(case.entries, 1):
            if entry.kind is not Kind.PAGES_STARTED:
                continue
            taken = [number for number, _ in fold(case.id, case.entries[:nth]).waiting.steps]
            if taken[: last + 1] != list(range(len(taken)))[: last + 1]:
                steps = ", ".join(str(number + 1) for number in taken)
                yield f"the steps of {case.name} were {steps}"
                break


def _find_stuck(night: RandomNight, case: JudgedContact) -> Faults:
    waiting, now = case.waiting, night.now
    if case.wakes_at is None:
        yield "waits, and nothing will ever look at it again"
    elif case.wakes_at > now + TAKEN_UP:
        yield "waits, and is not looked at within the hour"
    if waiting.asking_since is None:
        since = max(at for at in (waiting.owned_since, waiting.reacted_at, waiting.opened_at) if at)
        if now - since > TAKEN_UP + SLACK and not waiting.reminders:
            yield f"was taken by {waiting.owner} and not closed, and nobody was reminded of it"
        return
    yield from _find_silence(night, waiting)
    yield from _find_unsent(night, case)


def _find_silence(night: RandomNight, waiting: Waiting) -> Faults:
    """Each step of the ladder came in its time, and the last one again and again."""
    since, taken = waiting.asking_since, dict(waiting.steps)
    if since is None:
        return
    ladder, now = ladder_of(night.team), night.now
    calm = night.began + timedelta(seconds=CALM)
    for number, step in enumerate(ladder):
        due = since + timedelta(minutes=step.after_minutes)
        if number not in taken and now > max(due, calm) + SLACK:
            yield f"has waited since {_clock(since)}, and step {number + 1} of its ladder never came"
    if len(taken) == len(ladder) and now - max(max(taken.values()), calm) > REPEATED + SLACK:
        yield f"has waited since {_clock(since)}, and nobody was alerted after {_clock(max(taken.values()))}"


def _find_unsent(night: RandomNight, case: JudgedContact) -> Faults:
    """Whom the journal calls alerted, the carrier was asked to reach, or has refused to."""
    calm, waiting = night.began + timedelta(seconds=CALM), case.waiting
    for page in waiting.pages:
        if (
            page.at < calm
            or night.now - page.at < 3 * SLACK
            or page.failed
            or page.id not in _wanted(waiting)
        ):
            continue
        if not _was_ordered(night, page):
            yield f"called {page.person} alerted at {_clock(page.at)}, and the carrier knows of no {page.by}"


def _wanted(waiting: Waiting) -> frozenset[str]:
    """Those of this time of asking: who had it in hand before may have made others needless."""
    return frozenset(page.id for page in waiting.pages if int(page.id) > waiting.asked_from)


def _was_ordered(night: RandomNight, page: Page) -> bool:
    number = night.team.number_of(page.person)
    path = "/Calls.json" if page.by == "call" else "/Messages.json"
    return any(
        (order.method, order.path, order.params.get("To")) == ("POST", path, number)
        and page.at <= order.at <= page.at + 3 * SLACK
        for order in night.carrier.rest_log
    )


def find_held_claims(night: RandomNight) -> Faults:
    """A pressed 1 that leads to no talk is withdrawn, and the ladder goes on: nobody locks a caller out."""
    troubles = night.troubles
    if troubles.of_database or troubles.of_processes or troubles.of_webhooks:
        return  # nobody may have been there to withdraw it, or have been told that it was lost
    for case in read_judged_contacts(night).values():
        for leg in case.contact.legs:
            if leg.claimed_at and not leg.bridged_at:
                until = min(at for at in (leg.withdrawn_at, case.contact.caller_gone_at, night.now) if at)
                if until - leg.claimed_at > HELD + SLACK:
                    held = (until - leg.claimed_at).total_seconds()
                    yield f"{leg.target} held the claim of {case.name} for {held:.0f} s without a talk"


def find_missed_waves(night: RandomNight) -> Faults:
    """While a caller waits and nobody has accepted, each wave of the ladder comes at its second."""
    troubles = night.troubles
    if troubles.of_database or troubles.of_processes or troubles.of_webhooks:
        return  # the ladder is then carried on by what is left, and later
    for case in read_judged_contacts(night).values():
        contact = case.contact
        ends = [leg.claimed_at for leg in contact.legs if leg.claimed_at]
        ends += [at for at in (contact.caller_gone_at, contact.one_by_one_since) if at]
        waited = min(ends, default=night.now) - contact.received_at
        started = {start.wave for start in contact.waves_started}
        for number, wave in enumerate(contact.waves):
            late = waited > timedelta(seconds=wave.after) + SLACK
            if late and LAST_RESORT not in wave.targets and number not in started:
                yield f"wave {number + 1} never came for {case.name}, after {waited.total_seconds():.0f} s"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}"
