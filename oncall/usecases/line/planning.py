"""What must be done at the carrier, or later, because of what was decided."""

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta

from oncall.alerts.decide import due
from oncall.alerts.team import Team
from oncall.alerts.wording.staff import TEXT_ACCEPTED
from oncall.contacts.fold import Contact, FollowUp, Via
from oncall.contacts.model import Entry, Kind
from oncall.rota.model import PersonId
from oncall.rota.wallclock import next_at
from oncall.store.jobs.outbox import NewJob

RING, RELEASE, DELETE_QUEUE, TEXT_STAFF = "ring", "release", "delete_queue", "text_staff"
ESCALATE, ACKNOWLEDGE_FROM_CALL, NEXT_DAY, NOTE_DUE = "attend", "take_for", "next_day", "note_due"
CANCEL_ALERTS = "silence"
PAGE, TEXT_FAMILY, RING_BACK, REPLY_STAFF = "page", "text_family", "ring_back", "reply_staff"
CHECK_IN = "check_in"
FETCH_RECORDING, DELETE_RECORDING = "fetch_recording", "delete_recording"
FETCH_FILES, DELETE_FILES = "fetch_files", "delete_files"
ADVANCE_CALL, CONFIRM_BRIDGE, WATCH = "advance", "confirm_bridge", "watch"

PAGE_RINGS = timedelta(seconds=60)  # longer than any spoken page does
SOON = timedelta(seconds=1)
SOUND_AFTER = timedelta(seconds=5)  # from the end of a message until the carrier has its sound
NOTE_WITHIN = timedelta(hours=12)  # after a human was reached; then whoever it was is reminded, once
MORNING = time(8)  # wall-clock, of a team without daytime hours
WATCH_EVERY = timedelta(seconds=90)  # a call with no news for so long is looked up at the carrier
HEARD_WITHIN = timedelta(seconds=8)  # from our answer until a caller who has stayed is heard of in the queue
CONFIRM_AFTER = timedelta(seconds=2)  # from a pressed 1 to the first look whether the two are connected
# Whoever takes the caller from the queue is told after at most twelve seconds that nobody was there, and is
# let go; who is on the line still talks. It must be known before the claim is given up for want of a bridge.
CONFIRM_QUEUE_AFTER = timedelta(seconds=13)


def plan_jobs(team_id: int, contact: Contact, entries: Iterable[Entry], now: datetime) -> tuple[NewJob, ...]:
    """Return the jobs that the new entries of a contact call for, each with its unique key."""
    jobs = [job for entry in entries for job in _jobs_of(team_id, contact, entry, now)]
    wake = due(contact, now)
    if wake is not None:
        jobs.append(_job(team_id, contact, ADVANCE_CALL, f"{wake.timestamp():.3f}", wake))
    return tuple(jobs)


def plan_escalation(
    team_id: int, contact: Contact, entries: Iterable[Entry], wake: datetime | None, now: datetime
) -> tuple[NewJob, ...]:
    """Return the jobs that a waiting contact's new entries call for, and when to look at it again."""
    jobs = [job for entry in entries for job in _escalation_jobs_of(team_id, contact, entry, now)]
    if wake is not None:
        wake = max(wake, now + SOON)  # not at once again: what could be decided now has been
        jobs.append(_job(team_id, contact, ESCALATE, f"{wake.timestamp():.3f}", wake))
    return tuple(jobs)


def plan_next_day(
    team: Team, contact: Contact, handled_by: PersonId | None, now: datetime
) -> tuple[NewJob, ...]:
    """Return the job that tells the family's own therapist in the morning, unless it was they; once."""
    own = contact.own_therapist
    if own is None or own == handled_by or own not in team.people:
        return ()
    opens = team.daytime.start if team.daytime else MORNING
    return (_job(team.id, contact, NEXT_DAY, "", next_at(opens, now, team.zone)),)


def plan_note(team_id: int, contact: Contact, now: datetime) -> tuple[NewJob, ...]:
    """Return the job that looks whether the talk was written down, once a contact."""
    return (_job(team_id, contact, NOTE_DUE, "", now + NOTE_WITHIN),)


def plan_cancel_alerts(team_id: int, contact: Contact, now: datetime) -> tuple[NewJob, ...]:
    """Return the job that cancels the alerts about the contact that waits on the line now."""
    return (_job(team_id, contact, CANCEL_ALERTS, str(contact.last_seq), now),)


def plan_alert_hang_ups(
    team_id: int, contact: Contact, listening: Container[str | None], now: datetime
) -> tuple[NewJob, ...]:
    """Return the jobs that end alert calls that still ring though somebody has taken the contact."""
    return tuple(
        _job(team_id, contact, RELEASE, sid, now, leg="", sid=sid, how="end")
        for page in contact.waiting.pages
        if page.by == "call" and now - page.at <= PAGE_RINGS and page.person not in listening
        for sid in page.sids
    )


def plan_fetching_recording(team_id: int, contact_id: str, sid: str, seconds: int, now: datetime) -> NewJob:
    """Return the job that takes a recording off the carrier; there is one however often it is told of."""
    key = f"{FETCH_RECORDING}:{contact_id}:{sid}"
    return NewJob(
        key, FETCH_RECORDING, team_id, contact_id, now + SOUND_AFTER, {"sid": sid, "seconds": seconds}
    )


def plan_fetching_files(
    team_id: int, contact_id: str | None, text: str, files: Sequence[str], now: datetime
) -> tuple[NewJob, ...]:
    """Return the job that takes a text's files off the carrier; nobody keeps those of no contact."""
    if not files or contact_id is None:
        return plan_deleting_files(team_id, text, files, now)
    payload = {"text": text, "files": list(files)}
    return (NewJob(f"{FETCH_FILES}:{text}", FETCH_FILES, team_id, contact_id, now, payload),)


def plan_deleting_files(team_id: int, text: str, files: Sequence[str], now: datetime) -> tuple[NewJob, ...]:
    """Return the job that deletes files of a text at the carrier, if there are any."""
    payload = {"text": text, "files": list(files)}
    return (NewJob(f"{DELETE_FILES}:{text}", DELETE_FILES, team_id, None, now, payload),) if files else ()


def _escalation_jobs_of(team_id: int, contact: Contact, entry: Entry, now: datetime) -> Iterator[NewJob]:
    about = str(entry.seq)
    match entry.kind:
        case Kind.PAGED:
            yield _job(team_id, contact, PAGE, about, now, about=about)
        case Kind.TEXT_RELAYED | Kind.AUTO_REPLIED:
            yield _job(team_id, contact, TEXT_FAMILY, about, now, about=about)
        case Kind.CALL_BACK_ORDERED | Kind.CONSULT_ORDERED:
            yield _job(team_id, contact, RING_BACK, about, now, about=about)
        case _:
            return


def _jobs_of(team_id: int, contact: Contact, entry: Entry, now: datetime) -> Iterator[NewJob]:
    about = str(entry.seq)
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
        case Kind.RESUMED if contact.follow_up is FollowUp.WAITING:
            yield from plan_cancel_alerts(team_id, contact, now)
        case Kind.QUEUED:
            yield _job(team_id, contact, WATCH, about, now + HEARD_WITHIN, stay=entry.seq)
        case Kind.QUEUE_CLOSED:
            yield _job(team_id, contact, DELETE_QUEUE, "", now, sid=contact.queue_sid)
        case Kind.CLAIM_GRANTED:
            text = {"sentence": TEXT_ACCEPTED.key, "person": entry.actor}
            yield _job(team_id, contact, TEXT_STAFF, about, now, **text)
            leg = contact.leg(entry.leg or "")
            first_answer = contact.queued_at is None and contact.resumed_at is None
            if leg and leg.via is Via.DIAL and first_answer:
                yield _job(team_id, contact, CONFIRM_BRIDGE, leg.id, now + CONFIRM_AFTER, leg=leg.id)
            elif leg and leg.via is Via.CALL:
                yield _job(team_id, contact, CONFIRM_BRIDGE, leg.id, now + CONFIRM_QUEUE_AFTER, leg=leg.id)
        case Kind.FOLLOW_UP_OPENED | Kind.ACKNOWLEDGED:
            yield _job(team_id, contact, ESCALATE, about, now)
        case Kind.VOICEMAIL_LEFT | Kind.VOICEMAIL_READY:
            sid, seconds = str(entry.detail["sid"]), int(str(entry.detail["seconds"]))
            yield plan_fetching_recording(team_id, contact.id, sid, seconds, now)
        case Kind.LEG_BRIDGED | Kind.QUEUE_LEFT:
            yield _job(team_id, contact, ACKNOWLEDGE_FROM_CALL, about, now)
        case _:
            return


def _job(
    team_id: int, contact: Contact, kind: str, which: str, due_at: datetime, **payload: object
) -> NewJob:
    key = f"{kind}:{contact.id}:{which}"
    return NewJob(key, kind, team_id, contact.id, due_at, payload)
