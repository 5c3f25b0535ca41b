"""What must be done at the carrier, or later, because of what was decided."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from oncall.alerts.decide import due
from oncall.contacts.fold import Contact, Via
from oncall.contacts.model import Entry, Kind
from oncall.rota.model import Tier
from oncall.store.outbox import NewJob

RING, RELEASE, DELETE_QUEUE, TEXT_STAFF = "ring", "release", "delete_queue", "text_staff"
ADVANCE, CONFIRM_BRIDGE, WATCH = "advance", "confirm_bridge", "watch"

WATCH_EVERY = timedelta(seconds=90)  # a call with no news for so long is looked up at the carrier
CONFIRM_AFTER = timedelta(seconds=2)  # from a pressed 1 to the first look whether the two are connected


def plan_errands(
    team_id: int, contact: Contact, entries: Iterable[Entry], now: datetime
) -> tuple[NewJob, ...]:
    """Return the jobs that the new entries of a contact call for, each with its unique key."""
    jobs = [job for entry in entries for job in _jobs_of(team_id, contact, entry, now)]
    wake = due(contact, now)
    if wake is not None:
        jobs.append(_job(team_id, contact, ADVANCE, f"{wake.timestamp():.3f}", wake))
    return tuple(jobs)


def _jobs_of(team_id: int, contact: Contact, entry: Entry, now: datetime) -> Iterator[NewJob]:
    match entry.kind:
        case Kind.CALL_RECEIVED:
            yield _job(team_id, contact, WATCH, "", now + WATCH_EVERY)
        case Kind.LEG_RUNG if entry.detail["via"] == Via.CALL:
            yield _job(team_id, contact, RING, str(entry.leg), now, leg=entry.leg)
        case Kind.LEG_RELEASED:
            sids = entry.detail["sids"]
            for sid in sids if isinstance(sids, list) else ():
                how = entry.detail["how"]
                yield _job(team_id, contact, RELEASE, f"{sid}", now, leg=entry.leg, sid=sid, how=how)
        case Kind.QUEUE_CLOSED if contact.queue_sid:
            yield _job(team_id, contact, DELETE_QUEUE, "", now, sid=contact.queue_sid)
        case Kind.CLAIM_GRANTED:
            yield _text(team_id, contact, entry, now, "text_accepted", person=entry.actor)
            leg = contact.leg(entry.leg or "")
            first_answer = contact.queued_at is None and contact.resumed_at is None
            if leg and leg.via is Via.DIAL and first_answer:
                yield _job(team_id, contact, CONFIRM_BRIDGE, leg.id, now + CONFIRM_AFTER, leg=leg.id)
        case Kind.FOLLOW_UP_OPENED:
            for tier in (Tier.DUTY, Tier.LEADER):
                yield _text(team_id, contact, entry, now, "text_missed", tier=tier.value)
        case _:
            return


def _text(
    team_id: int, contact: Contact, entry: Entry, now: datetime, sentence: str, **to: str | None
) -> NewJob:
    whom = next(iter(to.values()))
    return _job(team_id, contact, TEXT_STAFF, f"{entry.seq}:{whom}", now, sentence=sentence, **to)


def _job(
    team_id: int, contact: Contact, kind: str, which: str, due_at: datetime, **payload: object
) -> NewJob:
    key = f"{kind}:{contact.id}:{which}"
    return NewJob(key, kind, team_id, contact.id, due_at, payload)
