"""Whom to alert about a contact that waits for a human, how, and when again."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from oncall.alerts.ladder import Situation, Target, find_targets
from oncall.alerts.team import PageStep, Team
from oncall.contacts.fold import Contact, WaveSpec
from oncall.contacts.model import Entry, Kind
from oncall.contacts.waiting import RAISED, Waiting
from oncall.rota.model import PersonId, Tier

REPEAT_EVERY = timedelta(minutes=5)  # the last step, until somebody takes it
CLOSE_WITHIN = timedelta(minutes=60)  # after it was taken; then its owner is reminded
REMIND_EVERY = timedelta(minutes=30)
LEADER_FROM_REMINDER = 2  # the second reminder goes to the leader too
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(7)  # wall-clock, in the team's zone
TEXT, CALL = "text", "call"

DEFAULT_PAGE_LADDER = (
    PageStep(0, (Tier.DUTY.value,), (TEXT,)),
    PageStep(2, (Tier.DUTY.value,), (CALL,)),
    PageStep(5, (Tier.BACKUP.value, Tier.LEADER.value), (TEXT, CALL)),
    PageStep(10, ("everyone",), (TEXT, CALL)),
)


def decide_pages(
    waiting: Waiting, contact: Contact, situation: Situation, now: datetime
) -> tuple[Entry, ...]:
    """Return the alerts that are due now: PAGES_STARTED or REMINDED, each followed by its PAGED.

    Nothing where nobody waits, or where the owner has it in hand. The entries are not yet numbered.
    """
    if not waiting.open:
        return ()
    if waiting.to_leader and not waiting.raised:
        leader = _targets((Tier.LEADER.value,), contact, situation, now)
        started = Entry(0, now, Kind.PAGES_STARTED, detail={"step": RAISED})
        return (started, *_page(leader, (TEXT, CALL), RAISED, now))
    if waiting.asking_since is None:
        return _remind(waiting, contact, situation, now)
    due = tuple(_steps_due(waiting, situation.team, now))
    last = len(ladder_of(situation.team)) - 1
    drafts: list[Entry] = []
    for number in due and range(due[0], last + 1):
        taken = _take_step(waiting, contact, situation, now, number)
        drafts += taken
        # a step that reaches nobody is no step: the next one is taken in its place
        if len(taken) > 1 and number >= due[-1]:
            break
    return tuple(drafts)


def due_pages(waiting: Waiting, team: Team, now: datetime) -> datetime | None:
    """Return when an alert will next fall due by itself, None where nothing waits."""
    if not waiting.open:
        return None
    since = waiting.asking_since
    if since is None:
        return max(_reminder_at(waiting), now)
    ladder = ladder_of(team)
    taken = {number for number, _ in waiting.steps}
    ahead = [since + _after(step) for number, step in enumerate(ladder) if number not in taken]
    return min(ahead) if ahead else max(at for _, at in waiting.steps) + REPEAT_EVERY


def ladder_of(team: Team) -> tuple[PageStep, ...]:
    """Return the team's page ladder, or the default one."""
    return team.page_ladder or DEFAULT_PAGE_LADDER


def _steps_due(waiting: Waiting, team: Team, now: datetime) -> Iterable[int]:
    ladder, since = ladder_of(team), waiting.asking_since
    if since is None:
        return
    taken = {number for number, _ in waiting.steps}
    untaken = [number for number in range(len(ladder)) if number not in taken]
    skip = _reached_nobody(waiting)
    for number in untaken:
        if now >= since + _after(ladder[number]) or (skip and number == untaken[0]):
            yield number
    if not untaken and now >= max(at for _, at in waiting.steps) + REPEAT_EVERY:
        yield len(ladder) - 1


def _reached_nobody(waiting: Waiting) -> bool:
    """An undelivered page counts as not reached: where none of a step's got through, the next is due."""
    if not waiting.steps:
        return False
    number, at = max(waiting.steps, key=lambda step: step[1])
    latest = [page for page in waiting.pages if page.step == number and page.at >= at]
    return bool(latest) and all(page.failed for page in latest)


def _take_step(
    waiting: Waiting, contact: Contact, situation: Situation, now: datetime, number: int
) -> tuple[Entry, ...]:
    step = ladder_of(situation.team)[number]
    targets = _targets(step.targets, contact, situation, now)
    if number == 0 and waiting.owner is not None:
        targets = _only(waiting.owner, situation)  # it is theirs: they are asked before anybody else
    by = step.by
    if number == 0 and CALL not in by and _is_pressing(waiting, situation.team, now):
        by = (*by, CALL)
    return (
        Entry(0, now, Kind.PAGES_STARTED, detail={"step": number}),
        *_page(targets, by, number, now),
    )


def _remind(waiting: Waiting, contact: Contact, situation: Situation, now: datetime) -> tuple[Entry, ...]:
    if waiting.owner is None or now < _reminder_at(waiting):
        return ()
    targets = _only(waiting.owner, situation)
    if waiting.reminders + 1 >= LEADER_FROM_REMINDER or not targets:
        targets = (*targets, *_targets((Tier.LEADER.value,), contact, situation, now))
    reminded = Entry(0, now, Kind.REMINDED, actor=waiting.owner)
    return (reminded, *_page(targets, (TEXT,), 0, now))


def _reminder_at(waiting: Waiting) -> datetime:
    since = max(at for at in (waiting.owned_since, waiting.reacted_at, waiting.opened_at) if at)
    return since + CLOSE_WITHIN + waiting.reminders * REMIND_EVERY


def _is_pressing(waiting: Waiting, team: Team, now: datetime) -> bool:
    """At night, for any missed call, for a child and for words of danger a text alone is not enough."""
    clock = now.astimezone(team.zone).time()
    return waiting.why != TEXT or waiting.urgent or clock >= NIGHT_BEGINS or clock < NIGHT_ENDS


def _targets(
    names: tuple[str, ...], contact: Contact, situation: Situation, now: datetime
) -> tuple[Target, ...]:
    return find_targets(WaveSpec(0, names), contact, situation, now)


def _only(person: PersonId, situation: Situation) -> tuple[Target, ...]:
    known = situation.team.people.get(person)
    return (Target(known.id, known.id, known.phone, busy=False),) if known else ()


def _page(targets: Iterable[Target], by: Iterable[str], step: int, now: datetime) -> tuple[Entry, ...]:
    people = dict.fromkeys(target.person for target in targets if target.person)
    return tuple(
        Entry(0, now, Kind.PAGED, actor=person, detail={"by": way, "step": step})
        for person in people
        for way in by
    )


def _after(step: PageStep) -> timedelta:
    return timedelta(minutes=step.after_minutes)
