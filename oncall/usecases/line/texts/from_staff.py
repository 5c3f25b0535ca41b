"""Carry out what a staff member orders by text."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from oncall.alerts.safe_contact import Verdict, Way, Wish, may_reach, names_us
from oncall.alerts.team import Person, Team
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
    TEXT_WHICH,
    describe_on_duty,
)
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.waiting import Waiting
from oncall.phone_numbers import drop_invisible
from oncall.rota.duty import answers
from oncall.rota.model import PersonId, Tier
from oncall.same_words import normalize
from oncall.store.contacts import contacts
from oncall.store.contacts.contacts import StoredContact
from oncall.store.families.callers import rules_for
from oncall.store.jobs import outbox
from oncall.store.jobs.outbox import NewJob
from oncall.store.journal import entries as journal
from oncall.store.line import messages
from oncall.store.rota.phone_tests import confirm_code
from oncall.store.session import Writing
from oncall.usecases.line.calls import identify
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.escalation import advance
from oncall.usecases.line.labels import label_for_staff
from oncall.usecases.line.planning import REPLY_STAFF
from oncall.usecases.line.texts.code_guessing import beware_of_guessing
from oncall.usecases.line.texts.orders import TextOrder, looks_like_codes, read_order
from oncall.usecases.line.texts.text import Incoming, keep_text

STALE = timedelta(minutes=30)  # what a colleague wrote so long ago is not carried out: they are told instead
SAME_WORDS = timedelta(minutes=2)  # nobody means to send the very same words again within this
PHONE_CODE = re.compile(r"^\s*\d{6}\s*$")  # confirms a phone that is tried
WHO = re.compile(r"^\s*(hvem|kven|who)\s*\??\s*$", re.IGNORECASE)


def is_a_familys(
    writing: Writing, team: Team, holders: Sequence[Person], text: Incoming, now: datetime
) -> bool:
    """Tell whether a case has the colleagues' number, too, and this is no order: no words are lost."""
    words = drop_invisible(text.body)
    if WHO.match(words) or PHONE_CODE.match(words):
        return False
    if _find_coded(writing, team, holders, read_order(text.body)):
        return False
    return bool(identify(writing, team, text.sender, now).cases)


def _find_coded(
    writing: Writing, team: Team, holders: Sequence[Person], order: TextOrder
) -> list[tuple[Person, str]]:
    """Return whose codes they are, of those who have the phone, and the contacts that they stand for.

    Only the codes with which the text begins: a year or a time of day among words is none.
    """
    coded = []
    for code in order.codes:
        of_each = ((one, messages.contact_of_code(writing, team.id, one.id, code)) for one in holders)
        found = [(holder, contact) for holder, contact in of_each if contact]
        if len(found) != 1:  # where it stands for two families, no words go astray
            break
        coded += found
    return coded


def take_from_staff(
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
    keep_text(writing, text, None, None, now)
    staff, written = holders[0], drop_invisible(text.body)
    if WHO.match(written):
        _reply(writing, team, staff, text.sid, _describe_on_duty(team, staff.language, now), now)
        return
    if PHONE_CODE.match(written) and any(
        confirm_code(writing, holder.id, written, now) for holder in holders
    ):
        _reply(writing, team, staff, text.sid, VERIFY_READ.in_language(staff.language), now)
        return
    order = read_order(text.body)
    coded = _find_coded(writing, team, holders, order)
    if not coded:
        # Whoever wrote this may have forged a staff member's number: nothing changes, but it is kept.
        _keep(writing, staff, text, now)
        if order.codes:
            beware_of_guessing(writing, team, staff.id, now)
        _reply(writing, team, staff, text.sid, TEXT_HOW.in_language(staff.language), now)
        return
    staff, words = coded[0][0], order.words[len(coded) - 1]
    if text.found_sent_at and now - text.found_sent_at > STALE:
        # Neither the words nor the code are carried out: whoever wrote them may be asleep by now.
        _keep(writing, staff, text, now)
        _reply(writing, team, staff, text.sid, TEXT_TOO_LATE.in_language(staff.language), now)
        return
    ordered = list(dict.fromkeys(coded))
    if words and (len(ordered) > 1 or looks_like_codes(words)):
        _keep(writing, staff, text, now)
        _reply(writing, team, staff, text.sid, TEXT_WHICH.in_language(staff.language), now)
        words = ""
    for holder, contact_id in ordered:
        _carry_out(context, writing, team, holder, contact_id, text, words, now)


def _carry_out(
    context: CallContext,
    writing: Writing,
    team: Team,
    staff: Person,
    contact_id: str,
    text: Incoming,
    words: str,
    now: datetime,
) -> None:
    stored = contacts.load_contact(writing, contact_id, team.id)
    if stored is None:
        return  # erased a moment ago, and its codes with it
    waiting = stored.waiting
    sentence, told = _act(writing, team, staff, stored, waiting, words, now)
    if sentence == TEXT_SENT_ON and text.media:
        sentence = TEXT_SENT_ALONE  # words alone are sent on
    advance(context, writing, stored, told, now)
    about = {
        "label": label_for_staff(stored, team, staff.language),
        "link": f"{context.public_url}/contacts/{stored.id}",
        "owner": _name(team, waiting.owner),
    }
    _reply(
        writing, team, staff, f"{text.sid}:{contact_id}", sentence.in_language(staff.language, **about), now
    )


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
    if _was_just_sent(waiting, staff.id, words, now):
        return TEXT_SENT_ON, taken
    detail: Detail = {"body": words, "by": "text", "warned": False, "reason": ""}
    return TEXT_SENT_ON, (*taken, Entry(0, now, Kind.TEXT_RELAYED, actor=staff.id, detail=detail))


def _was_just_sent(waiting: Waiting, person: PersonId, words: str, now: datetime) -> bool:
    """Tell whether the last words of the conversation are these: an operator may hand one text over twice."""
    last = waiting.texts[-1] if waiting.texts else None
    if last is None or last.inbound or last.author != person:
        return False
    return normalize(last.body) == normalize(words) and now - last.at <= SAME_WORDS


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
