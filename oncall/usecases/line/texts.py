"""What happens when a text arrives on a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.danger import holds_danger
from oncall.alerts.safe_contact import Verdict, Way, Wish, may_reach, names_us
from oncall.alerts.team import Caller, Person, Team, describe_caller
from oncall.alerts.wording.family import AUTO_REPLY, AUTO_REPLY_NAMED
from oncall.alerts.wording.rota import VERIFY_READ
from oncall.alerts.wording.sentence import Sentence
from oncall.alerts.wording.staff import (
    TEXT_HOW,
    TEXT_NOT_SAFE,
    TEXT_OWNED,
    TEXT_SENT_ALONE,
    TEXT_SENT_ON,
    TEXT_TAKEN,
    TEXT_TOO_LATE,
    describe_on_duty,
)
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.waiting import Waiting
from oncall.rota.duty import answers
from oncall.rota.model import PersonId, Tier
from oncall.store.contacts import contacts
from oncall.store.contacts import entries as contact_entries
from oncall.store.contacts.contacts import StoredContact
from oncall.store.families.callers import rules_for
from oncall.store.jobs import outbox
from oncall.store.jobs.outbox import NewJob
from oncall.store.journal import entries as journal
from oncall.store.line import messages
from oncall.store.line.messages import TextMessage
from oncall.store.rota.phone_tests import confirm_code
from oncall.store.session import Writing
from oncall.store.team.teams import current_team
from oncall.usecases.line.calls import CalledFromOurselves, NotOurLine, identify
from oncall.usecases.line.code_guessing import beware_of_guessing
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.escalation import advance
from oncall.usecases.line.labels import label_for_staff
from oncall.usecases.line.planning import REPLY_STAFF, plan_fetching_files

CODE = re.compile(r"^\s*(\d{4})(?:[\s.,:;-]+(?P<words>.*))?\s*$", re.DOTALL)
STALE = timedelta(minutes=30)  # what a colleague wrote so long ago is not carried out: they are told instead
PHONE_CODE = re.compile(r"^\s*\d{6}\s*$")  # confirms a phone that is tried
WHO = re.compile(r"^\s*(hvem|kven|who)\s*\??\s*$", re.IGNORECASE)
# With these the carrier mutes the number by itself: nothing can be written to it any more.
MUTING = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text as the carrier hands it over."""

    sid: str
    line: str
    number: str
    body: str
    media: tuple[str, ...] = ()  # the carrier's addresses of what came with it
    found_sent_at: datetime | None = None  # of one found at the carrier, whose webhook has not reached us

    @property
    def mutes(self) -> bool:
        """Whether the carrier may have muted the number upon it."""
        return self.body.strip().lower() in MUTING


def take_text(context: CallContext, text: Incoming, now: datetime) -> None:
    """The text is in the journal before anything else is done, once, however often it is handed over.

    A staff member's text takes or answers a contact by its code, or asks who is on duty; everybody
    else's is a family's. Raises NotOurLine, and CalledFromOurselves for a text from a line of ours.
    """
    ours = context.lines.find(text.line)
    if ours is None:
        raise NotOurLine(text.line)
    if text.number in context.lines.numbers:
        raise CalledFromOurselves(text.line)
    with context.db.writing(ours.team_id) as writing:
        if messages.find_message(writing, text.sid) is not None:
            return
        team = current_team(writing)
        found = messages.staff_with(writing, team.id, text.number)
        holders = [team.people[person] for person in found if person in team.people]
        if not holders or _is_a_familys(writing, team, holders, text, now):
            _from_family(context, writing, team, text, now)
        else:
            _from_staff(context, writing, team, holders, text, now)


def _is_a_familys(
    writing: Writing, team: Team, holders: Sequence[Person], text: Incoming, now: datetime
) -> bool:
    """Whether a case has the colleagues' number, too, and this is no order: a family's words are not lost."""
    match = CODE.match(text.body)
    coded = match and _find_coded(writing, team, holders, match[1])
    if coded or WHO.match(text.body) or PHONE_CODE.match(text.body):
        return False
    return bool(identify(writing, team, text.number, now).cases)


def _find_coded(
    writing: Writing, team: Team, holders: Sequence[Person], code: str
) -> tuple[Person, str] | None:
    """Return whose code it is, of those who have the phone, and the contact that it stands for."""
    of_each = ((holder, messages.contact_of_code(writing, team.id, holder.id, code)) for holder in holders)
    found = [(holder, contact) for holder, contact in of_each if contact]
    return found[0] if len(found) == 1 else None  # where it stands for two families, no words go astray


def _from_family(context: CallContext, writing: Writing, team: Team, text: Incoming, now: datetime) -> None:
    """A text joins what waits from the same number already, or begins a contact of its own."""
    caller = identify(writing, team, text.number, now)
    # A word with which the number may have muted itself is answered by a call: no text would arrive.
    urgent = caller.child or text.mutes or holds_danger(text.body, team.danger_words)
    detail: Detail = {"body": text.body, "media": list(text.media), "urgent": urgent}
    if text.found_sent_at:
        detail["reconciled"] = True
    stored = _find_conversation(writing, team, caller)
    if stored is not None:
        _know(writing, text, stored.id, writing.seq + 1, now)
        told: tuple[Entry, ...] = (Entry(0, now, Kind.TEXT_RECEIVED, detail=detail),)
        if not stored.waiting.replied:
            told += _answer_by_machine(writing, team, caller, text, now)
        advance(context, writing, stored, told, now)
        return
    first = Entry(
        0,
        now,
        Kind.TEXT_RECEIVED,
        detail={**describe_caller(caller, team), **detail},
        event_key="incoming",
    )
    new = contacts.NewContact("text", text.sid, caller, now)
    stored = contact_entries.begin(writing, new, (first,))
    _know(writing, text, stored.id, stored.last_seq, now)
    opened = Entry(0, now, Kind.FOLLOW_UP_OPENED, detail={"why": "text", "urgent": urgent})
    advance(context, writing, stored, (opened, *_answer_by_machine(writing, team, caller, text, now)), now)


def _find_conversation(writing: Writing, team: Team, caller: Caller) -> StoredContact | None:
    """Return what waits from the same number already; withheld ones never match."""
    if caller.number is None:
        return None
    open_id = messages.open_conversation(writing, caller.number)
    return contacts.load_contact(writing, open_id, team.id) if open_id else None


def _answer_by_machine(
    writing: Writing, team: Team, caller: Caller, text: Incoming, now: datetime
) -> tuple[Entry, ...]:
    """The neutral answer, once a conversation, and only where the number may be texted by a machine."""
    if caller.number is None or text.mutes:
        return ()
    rules = rules_for(writing, team, caller.number)
    if may_reach(rules, Wish(Way.TEXT, by_machine=True), now, now) is not Verdict.YES:
        return ()
    sentence = AUTO_REPLY_NAMED if rules.may_name_team else AUTO_REPLY
    body = sentence.in_language(caller.language or team.language, team=team.name)
    return (Entry(0, now, Kind.AUTO_REPLIED, detail={"body": body}),)


def _from_staff(
    context: CallContext,
    writing: Writing,
    team: Team,
    holders: Sequence[Person],
    text: Incoming,
    now: datetime,
) -> None:
    """A code takes the contact it stands for; with words behind it they go to the family.

    Who of those that share a phone has written is known by the code alone.
    """
    _know(writing, text, None, None, now)
    staff = holders[0]
    if WHO.match(text.body):
        _reply(writing, team, staff, text.sid, _describe_on_duty(team, staff.language, now), now)
        return
    if PHONE_CODE.match(text.body) and any(
        confirm_code(writing, holder.id, text.body, now) for holder in holders
    ):
        _reply(writing, team, staff, text.sid, VERIFY_READ.in_language(staff.language), now)
        return
    match = CODE.match(text.body)
    coded = match and _find_coded(writing, team, holders, match[1])
    stored = contacts.load_contact(writing, coded[1], team.id) if coded else None
    if not match or not coded or stored is None:
        # Whoever wrote this may have forged a staff member's number: nothing changes, but it is kept.
        _keep(writing, staff, text, now)
        if match is not None:
            beware_of_guessing(writing, team, staff.id, now)
        _reply(writing, team, staff, text.sid, TEXT_HOW.in_language(staff.language), now)
        return
    staff, waiting = coded[0], stored.waiting
    if text.found_sent_at and now - text.found_sent_at > STALE:
        # Neither the words nor the code are carried out: whoever wrote them may be asleep by now.
        _keep(writing, staff, text, now)
        _reply(writing, team, staff, text.sid, TEXT_TOO_LATE.in_language(staff.language), now)
        return
    words = (match["words"] or "").strip()
    sentence, told = _act(writing, team, staff, stored, waiting, words, now)
    if sentence == TEXT_SENT_ON and text.media:
        sentence = TEXT_SENT_ALONE  # words alone are sent on
    advance(context, writing, stored, told, now)
    about = {
        "label": label_for_staff(stored, team, staff.language),
        "link": f"{context.public_url}/contacts/{stored.id}",
        "owner": _name(team, waiting.owner),
    }
    _reply(writing, team, staff, text.sid, sentence.in_language(staff.language, **about), now)


def _keep(writing: Writing, staff: Person, text: Incoming, now: datetime) -> None:
    note = journal.Note(now, Kind.CODE_REFUSED, staff.id, {"sid": text.sid, "body": text.body})
    journal.append_notes(writing, (note,))


def _act(
    writing: Writing,
    team: Team,
    staff: Person,
    stored: StoredContact,
    waiting: Waiting,
    words: str,
    now: datetime,
) -> tuple[Sentence, Sequence[Entry]]:
    """Return what the staff member is answered, and what becomes of the contact."""
    theirs = waiting.owner == staff.id
    if not waiting.may_be_taken_by(staff.id):
        return TEXT_OWNED, ()
    taken = () if theirs and not waiting.unanswered else (taking(staff.id, "text", now),)
    if not words:
        return TEXT_TAKEN, taken
    if stored.number is None:
        return TEXT_NOT_SAFE, taken
    rules = rules_for(writing, team, stored.number)
    wish = Wish(Way.TEXT, by_machine=False, names_us=names_us(words, team.name, [stored.case]))
    verdict = may_reach(rules, wish, waiting.last_heard_at, now)
    if verdict is not Verdict.YES:
        return TEXT_NOT_SAFE, taken
    detail: Detail = {"body": words, "by": "text", "warned": False, "reason": ""}
    return TEXT_SENT_ON, (*taken, Entry(0, now, Kind.TEXT_RELAYED, actor=staff.id, detail=detail))


def _describe_on_duty(team: Team, language: str, now: datetime) -> str:
    def name(tier: Tier) -> str:
        rota = team.rotas.get(tier)
        return _name(team, answers(rota, now) if rota else None)

    return describe_on_duty(
        language, duty=name(Tier.DUTY), backup=name(Tier.BACKUP), leader=name(Tier.LEADER)
    )


def _name(team: Team, person: PersonId | None) -> str:
    known = team.people.get(person) if person else None
    return known.name if known else ""


def _reply(writing: Writing, team: Team, staff: Person, sid: str, body: str, now: datetime) -> None:
    note = journal.Note(now, "staff_answered", staff.id, {"body": body, "sid": sid})
    (kept,) = journal.append_notes(writing, (note,))
    payload = {"person": staff.id, "note": kept.seq}
    outbox.put(writing, (NewJob(f"{REPLY_STAFF}:{sid}", REPLY_STAFF, team.id, None, now, payload),), now)


def taking(person: PersonId, by: str, now: datetime) -> Entry:
    """Return the entry by which somebody takes what waits: by text, call, page or talk."""
    return Entry(0, now, Kind.ACKNOWLEDGED, actor=person, detail={"by": by})


def _know(writing: Writing, text: Incoming, contact_id: str | None, about: int | None, now: datetime) -> None:
    message = TextMessage(
        text.sid, writing.team, contact_id, None if about is None else str(about), inbound=True, at=now
    )
    messages.save_message(writing, message)
    outbox.put(writing, plan_fetching_files(writing.team, contact_id, text.sid, text.media, now), now)
