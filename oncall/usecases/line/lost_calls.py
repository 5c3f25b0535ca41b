"""What is done about a call or a text that the carrier has on record and the journal has not."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from oncall.alerts.decide import receive, settle
from oncall.alerts.ladder import Situation
from oncall.contacts.model import Entry, Kind, number_entries
from oncall.phone_numbers import read_sender
from oncall.store.contacts import contacts
from oncall.store.contacts import entries as contact_entries
from oncall.store.jobs import outbox
from oncall.store.jobs.outbox import NewJob
from oncall.store.line.reconciled import without_job
from oncall.store.session import Database
from oncall.store.team.teams import current_team
from oncall.usecases.line.calls import identify
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.planning import ESCALATE, plan_jobs

RECONCILE, REDACT, CHECK_LINES = "reconcile", "redact", "check_lines"
EVERY = timedelta(minutes=3)

# What may be wrong with a team's lines at the carrier.
VOICE_ELSEWHERE, TEXT_ELSEWHERE = "voice_line_leads_elsewhere", "text_line_leads_elsewhere"
WITHOUT_FALLBACK, MAY_NOT_CALL = "voice_line_without_fallback", "carrier_may_not_call_country"


@dataclass(frozen=True, slots=True)
class LostCall:
    """A call that has ended, and of which no webhook has reached us."""

    sid: str
    number: str = field(repr=False)
    began_at: datetime
    ended_at: datetime
    status: str


def plan_reconciliation(db: Database, now: datetime) -> None:
    """The carrier's records will be looked at every few minutes, its lines daily."""
    look = int(now.timestamp() // EVERY.total_seconds())
    jobs = (
        NewJob(f"{RECONCILE}:{look}", RECONCILE, None, None, now, {"look": look}),
        NewJob(f"{REDACT}:{look}", REDACT, None, None, now),
        NewJob(f"{CHECK_LINES}:{now:%Y-%m-%d}", CHECK_LINES, None, None, now),
    )
    with db.transaction() as transaction:
        outbox.put(transaction, jobs, now)


def ask_about_lines(db: Database, now: datetime) -> None:
    """The carrier is about to be asked where all lines lead; asked twice within a minute, once."""
    with db.transaction() as transaction:
        job = NewJob(f"{CHECK_LINES}:{now:%Y-%m-%dT%H:%M}", CHECK_LINES, None, None, now)
        outbox.put(transaction, [job], now)


def take_lost_call(context: CallContext, team_id: int, call: LostCall, now: datetime) -> None:
    """The call is in the journal, marked, with an open follow-up: whether a human spoke is not known."""
    with context.db.writing(team_id) as writing:
        team = current_team(writing)
        if contacts.find_open_or_same(writing, team.id, "voice", call.sid).same is not None:
            return
        caller = identify(writing, team, read_sender(call.number), now)
        new = contacts.NewContact("voice", call.sid, caller, call.began_at)
        received = receive(team, caller, call.began_at)
        received = replace(received, detail={**received.detail, "reconciled": True})
        gone = Entry(0, call.ended_at, Kind.CALLER_GONE, detail={"status": call.status})
        told = number_entries((received, gone), writing.seq)
        decided, contact = settle(new.id, told, Situation(team), now)
        entries = (*told, *decided)
        contact_entries.begin(writing, new, entries, contact)
        outbox.put(writing, plan_jobs(team.id, contact, entries, now), now)


def reschedule_orphaned(db: Database, now: datetime) -> int:
    """Every contact that waits for a human has its clock again; return how many had lost it."""
    with db.transaction() as transaction:
        orphaned = without_job(transaction, ESCALATE)
        jobs = [
            NewJob(f"{ESCALATE}:{contact}:woken:{now.timestamp():.3f}", ESCALATE, team, contact, now)
            for team, contact in orphaned
        ]
        outbox.put(transaction, jobs, now)
    return len(orphaned)
