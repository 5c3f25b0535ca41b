"""Decide who is alerted about a contact that waits for a human, how, and when again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.ladder import EVERYONE, Situation, find_targets
from oncall.alerts.team import PageStep, Team
from oncall.alerts.wording import staff
from oncall.alerts.wording.sentence import Sentence
from oncall.alerts.wording.staff import Alert
from oncall.contacts.contact import Contact, WaveSpec
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.waiting import ALARM, NOTICE, OFFER, RAISED, REMINDER, Delivery, Page, Waiting
from oncall.rota.clock_hours import NIGHT
from oncall.rota.model import PersonId, Tier

REPEAT_EVERY = timedelta(minutes=5)  # the last step, until somebody takes it
REPEAT_UNREACHED = timedelta(minutes=2)  # ... while it reaches nobody at all
CLOSE_WITHIN = timedelta(minutes=60)  # after it was taken; then its owner is reminded
REMIND_EVERY = timedelta(minutes=30)
LEADER_FROM_REMINDER = 2  # the second reminder goes to the leader too
ACCEPT_WITHIN = timedelta(minutes=10)  # a colleague who was asked to take over
TEXT, CALL = "text", "call"

DEFAULT_PAGE_LADDER = (
    PageStep(0, (Tier.DUTY.value,), (TEXT,)),
    PageStep(2, (Tier.DUTY.value,), (CALL,)),
    PageStep(5, (Tier.BACKUP.value, Tier.LEADER.value), (TEXT, CALL)),
    PageStep(10, (EVERYONE,), (TEXT, CALL)),
)


def decide_pages(contact: Contact, situation: Situation, now: datetime) -> tuple[Entry, ...]:
    """Return the alerts that are due now: PAGES_STARTED or REMINDED, each followed by its PAGED.

    Nothing where nobody waits, or where the owner has it in hand. The entries are not yet numbered.
    """
    waiting = contact.waiting
    if not waiting.open:
        return ()
    asking = _Asking(waiting, contact, situation, now)
    drafts = [*asking.alert_leader()]
    if waiting.asking_since is None:
        drafts += asking.remind()
    else:
        drafts += asking.climb()
        drafts += asking.sound_alarm(drafts)
    return tuple(_once_each(drafts))


def due_pages(waiting: Waiting, team: Team, now: datetime) -> datetime | None:
    """Return when an alert will next fall due by itself, None where nothing waits."""
    if not waiting.open:
        return None
    since = waiting.asking_since
    if since is None:
        return max(_reminder_at(waiting), now)
    untaken = _untaken(waiting, team)
    return since + _after(ladder_of(team)[untaken[0]]) if untaken else _repeat_at(waiting)


def hand_over(to: PersonId, now: datetime) -> tuple[Entry, ...]:
    """Return the alerts to a colleague who is asked to take over."""
    return tuple(_paged(to, by, OFFER, now) for by in (TEXT, CALL))


def name_alert(alert: Entry, waiting: Waiting) -> Alert:
    """Return in which words an alert is given."""
    if alert.detail.get("step") == OFFER:
        return staff.ALERT_OF_OFFER
    missed = waiting.why == "check_in" and waiting.last_heard_at is None
    return staff.ALERT_OF_CHECK_IN if missed else staff.ALERT


def give_notice(person: PersonId, sentence: Sentence, now: datetime, code: str = "") -> Entry:
    """Return the text by which somebody learns what they need not take."""
    detail: Detail = {"by": TEXT, "step": NOTICE, "sentence": sentence.key}
    if code:
        detail["code"] = code
    return Entry(0, now, Kind.PAGED, actor=person, detail=detail)


def leaders_of(contact: Contact, situation: Situation, now: datetime) -> tuple[PersonId, ...]:
    """Return the leader on the rota now; if nobody there can be alerted, those who lead the team."""
    on_rota = _find((Tier.LEADER.value,), contact, situation, now)
    return on_rota or tuple(
        person.id for person in situation.team.people.values() if person.on_call and person.leads
    )


def ladder_of(team: Team) -> tuple[PageStep, ...]:
    """Return the team's page ladder, or the default one."""
    return team.page_ladder or DEFAULT_PAGE_LADDER


@dataclass(frozen=True, slots=True)
class _Asking:
    """One look at a waiting contact, at one instant."""

    waiting: Waiting
    contact: Contact
    situation: Situation
    now: datetime

    def alert_leader(self) -> Iterator[Entry]:
        """A second missed call goes to the leader at once, whoever else is being alerted."""
        if self.waiting.to_leader and not self.waiting.raised:
            leaders = leaders_of(self.contact, self.situation, self.now)
            yield from self._start(RAISED, leaders or self._find((EVERYONE,)), (TEXT, CALL))

    def climb(self) -> Iterator[Entry]:
        """Every step whose time has come; and at once those that stand in for one that reached nobody."""
        since, team = self.waiting.asking_since, self.situation.team
        untaken = _untaken(self.waiting, team)
        missed = unreached(self.waiting)
        push = bool(missed & _latest_people(self.waiting))
        for number in untaken:
            step = ladder_of(team)[number]
            if since is None or not (push or self.now >= since + _after(step)):
                return
            people = self._people_of(number)
            yield from self._start(number, people, self._ways(number))
            push = not frozenset(people) - missed
        if not untaken and self.now >= _repeat_at(self.waiting):
            last = len(ladder_of(team)) - 1
            yield from self._start(last, self._meant_by(last), self._ways(last))

    def sound_alarm(self, drafts: Iterable[Entry]) -> Iterator[Entry]:
        """What came later, a call or words of danger, rings where the ladder so far has only written."""
        waiting = self.waiting
        if waiting.alarmed or not (waiting.urgent or waiting.joining) or not waiting.steps:
            return
        asked = [page.by for page in _pages_now(waiting)]
        asked += [str(draft.detail.get("by")) for draft in drafts]
        if CALL not in asked:
            yield from self._start(ALARM, self._people_of(0), (CALL,))

    def remind(self) -> Iterator[Entry]:
        """The owner, then the leader too, of what is not closed; and of an offer that nobody accepts."""
        waiting = self.waiting
        owner, to = waiting.owner, waiting.offered_to
        if owner is None:
            return
        if to and waiting.offered_at and not waiting.offer_reminded and self.now >= _offer_until(waiting):
            yield Entry(0, self.now, Kind.REMINDED, actor=owner, detail={"offer": True})
            yield _paged(owner, TEXT, REMINDER, self.now)
            yield from hand_over(to, self.now)
        if self.now >= _reminder_at(waiting, offers=False) or self._owner_missed_the_reminder():
            people = self._find_only(owner)
            if waiting.reminders + 1 >= LEADER_FROM_REMINDER or not people:
                people = (*people, *leaders_of(self.contact, self.situation, self.now))
            yield Entry(0, self.now, Kind.REMINDED, actor=owner)
            for person in people:
                yield _paged(person, TEXT, REMINDER, self.now)

    def _owner_missed_the_reminder(self) -> bool:
        waiting = self.waiting
        latest = _latest_people(waiting)
        return waiting.reminders == 1 and latest == {waiting.owner} and bool(latest & unreached(waiting))

    def _people_of(self, number: int) -> tuple[PersonId, ...]:
        if number == 0 and self.waiting.owner is not None:
            return self._find_only(self.waiting.owner)  # it is theirs: asked before anybody else
        return self._meant_by(number)

    def _meant_by(self, number: int) -> tuple[PersonId, ...]:
        ladder = ladder_of(self.situation.team)
        people = self._find(ladder[number].targets)
        return people or self._whoever_there_is() if number == len(ladder) - 1 else people

    def _whoever_there_is(self) -> tuple[PersonId, ...]:
        """Where the last step means nobody just now, somebody is alerted all the same, away or not."""
        staff = (person.id for person in self.situation.team.people.values() if person.on_call)
        leaders = leaders_of(self.contact, self.situation, self.now)
        return self._find((EVERYONE,)) or leaders or tuple(staff)

    def _ways(self, number: int) -> tuple[str, ...]:
        by = ladder_of(self.situation.team)[number].by
        return (*by, CALL) if number == 0 and CALL not in by and self._is_pressing() else by

    def _is_pressing(self) -> bool:
        """At night, for any missed call, for a child and words of danger a text alone is not enough."""
        waiting = self.waiting
        clock = self.now.astimezone(self.situation.team.zone).time()
        return waiting.why != TEXT or waiting.urgent or bool(waiting.joining) or NIGHT.hold(clock)

    def _find(self, names: tuple[str, ...]) -> tuple[PersonId, ...]:
        return _find(names, self.contact, self.situation, self.now)

    def _find_only(self, person: PersonId) -> tuple[PersonId, ...]:
        return (person,) if self.situation.team.number_of(person) else ()

    def _start(self, step: int, people: Iterable[PersonId], by: Iterable[str]) -> Iterator[Entry]:
        yield Entry(0, self.now, Kind.PAGES_STARTED, detail={"step": step})
        for person in people:
            for way in by:
                yield _paged(person, way, step, self.now)


def unreached(waiting: Waiting) -> frozenset[PersonId]:
    """Return whom an alert of this time of asking surely did not reach, and no other did."""
    pages = _pages_now(waiting)
    reached = {page.person for page in pages if page.delivery is Delivery.DELIVERED}
    return frozenset(page.person for page in pages if page.failed) - reached


def _pages_now(waiting: Waiting) -> tuple[Page, ...]:
    asking = (page for page in waiting.pages if page.step not in (OFFER, NOTICE))
    return tuple(page for page in asking if int(page.id) > waiting.asked_from)


def _latest_people(waiting: Waiting) -> frozenset[PersonId]:
    return frozenset(page.person for page in _pages_now(waiting) if int(page.id) > waiting.last_round)


def _untaken(waiting: Waiting, team: Team) -> tuple[int, ...]:
    taken = {number for number, _ in waiting.steps}
    return tuple(number for number in range(len(ladder_of(team))) if number not in taken)


def _repeat_at(waiting: Waiting) -> datetime:
    latest = _latest_people(waiting)
    in_vain = bool(latest) and latest <= unreached(waiting)
    return max(at for _, at in waiting.steps) + (REPEAT_UNREACHED if in_vain else REPEAT_EVERY)


def _reminder_at(waiting: Waiting, *, offers: bool = True) -> datetime:
    since = max(at for at in (waiting.owned_since, waiting.reacted_at, waiting.opened_at) if at)
    regular = since + CLOSE_WITHIN + waiting.reminders * REMIND_EVERY
    if waiting.reminded_at:  # a clock that was away for hours makes up for none of those it has missed
        regular = max(regular, waiting.reminded_at + REMIND_EVERY)
    if not offers or waiting.offered_to is None or waiting.offer_reminded:
        return regular
    return min(regular, _offer_until(waiting))


def _offer_until(waiting: Waiting) -> datetime:
    offered = [page for page in waiting.pages if page.step == OFFER and page.person == waiting.offered_to]
    assert waiting.offered_at is not None  # noqa: S101 - asked only where something is offered
    if offered and any(page.failed for page in offered[-2:]):
        return waiting.offered_at
    return waiting.offered_at + ACCEPT_WITHIN


def _find(
    names: tuple[str, ...], contact: Contact, situation: Situation, now: datetime
) -> tuple[PersonId, ...]:
    targets = find_targets(WaveSpec(0, names), contact, situation, now)
    return tuple(PersonId(target.key) for target in targets)


def _paged(person: PersonId, by: str, step: int, now: datetime) -> Entry:
    return Entry(0, now, Kind.PAGED, actor=person, detail={"by": by, "step": step})


def _once_each(drafts: Iterable[Entry]) -> Iterator[Entry]:
    """Steps that are taken in the same instant alert nobody twice in the same way."""
    alerted = set()
    for draft in drafts:
        way = (draft.actor, draft.detail.get("by"))
        if draft.kind is Kind.PAGED and way in alerted:
            continue
        alerted.add(way)
        yield draft


def _after(step: PageStep) -> timedelta:
    return timedelta(minutes=step.after_minutes)
