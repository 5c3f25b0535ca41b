"""Take a text that arrives on a line: a family's, or an order of a staff member's."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product

from oncall.alerts.danger import drop_quotes, holds_danger
from oncall.alerts.safe_contact import Verdict, Way, Wish, may_reach
from oncall.alerts.team import Caller, Team, describe_caller
from oncall.alerts.wording.family import AUTO_REPLY, AUTO_REPLY_NAMED
from oncall.contacts.model import Detail, Entry, Kind
from oncall.languages import LANGUAGES
from oncall.store.contacts import contacts
from oncall.store.contacts import entries as contact_entries
from oncall.store.contacts.contacts import StoredContact
from oncall.store.families.callers import rules_for
from oncall.store.line import messages
from oncall.store.session import Writing
from oncall.store.team.teams import current_team
from oncall.usecases.line.calls import CalledFromOurselves, NotOurLine, identify
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.escalation import advance
from oncall.usecases.line.texts.from_staff import is_a_familys, take_from_staff
from oncall.usecases.line.texts.text import Incoming, keep_text


def take_text(context: CallContext, text: Incoming, now: datetime) -> None:
    """The text is in the journal before anything else is done, once, however often it is handed over.

    A staff member's text takes or answers a contact by its code, or asks who is on duty; everybody
    else's is a family's. Raises NotOurLine, and CalledFromOurselves for a text from a line of ours.
    """
    ours = context.lines.find(text.line)
    if ours is None:
        raise NotOurLine(text.line)
    number = text.sender.number
    if number in context.lines.numbers:
        raise CalledFromOurselves(text.line)
    with context.db.writing(ours.team_id) as writing:
        if messages.find_message(writing, text.sid) is not None:
            return
        team = current_team(writing)
        found = messages.staff_with(writing, team.id, number) if number else ()
        holders = [team.people[person] for person in found if person in team.people]
        if not holders or is_a_familys(writing, team, holders, text, now):
            _from_family(context, writing, team, text, now)
        else:
            take_from_staff(context, writing, team, holders, text, now)


def _from_family(context: CallContext, writing: Writing, team: Team, text: Incoming, now: datetime) -> None:
    """A text joins what waits from the same number already, or begins a contact of its own."""
    caller = identify(writing, team, text.sender, now)
    stored = _find_conversation(writing, team, caller)
    words = drop_quotes(text.body, _sent_to(team, stored))
    # A word with which the number may have muted itself is answered by a call: no text would arrive.
    urgent = caller.child or text.mutes or holds_danger(words, team.danger_words)
    detail: Detail = {"body": text.body, "media": list(text.media), "urgent": urgent}
    if text.found_sent_at:
        detail["reconciled"] = True
    if stored is not None:
        keep_text(writing, text, stored.id, writing.seq + 1, now)
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
    keep_text(writing, text, stored.id, stored.last_seq, now)
    opened = Entry(0, now, Kind.FOLLOW_UP_OPENED, detail={"why": "text", "urgent": urgent})
    advance(context, writing, stored, (opened, *_answer_by_machine(writing, team, caller, text, now)), now)


def _sent_to(team: Team, stored: StoredContact | None) -> Iterator[str]:
    """Yield what a family may quote: our automatic answers, and what the team has written to them."""
    for sentence, language in product((AUTO_REPLY, AUTO_REPLY_NAMED), LANGUAGES):
        yield sentence.in_language(language, team=team.name)
    yield from (text.body for text in stored.waiting.texts if not text.inbound) if stored else ()


def _find_conversation(writing: Writing, team: Team, caller: Caller) -> StoredContact | None:
    """Return what waits from the same number already; withheld ones never match."""
    if caller.address is None:
        return None
    open_id = messages.open_conversation(writing, caller.address)
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
