"""How the carrier's records are compared with the journal, and taken off the carrier afterwards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from oncall.alerts.team import Team
from oncall.clock import Clock
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.statuses import TEXT_ENDED
from oncall.monitoring import alert_operator, report
from oncall.store.contacts.voicemails import contact_of_call
from oncall.store.jobs import outbox
from oncall.store.jobs.outbox import Job
from oncall.store.line import messages
from oncall.store.line.checks import LineCheck, save_line_check
from oncall.store.line.messages import TextMessage
from oncall.store.line.reconciled import known_calls, known_events, known_messages
from oncall.store.team.teams import all_team_ids, read_team
from oncall.telephony.account import CarrierAccount, NumberAtCarrier, countries_of
from oncall.telephony.history import History, RecordedCall, RecordedMessage, RecordedText
from oncall.telephony.orders import CarrierRefused, Orders
from oncall.usecases.line import lost_calls as kinds
from oncall.usecases.line.calls import UnknownContact, fact
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.escalation import escalate
from oncall.usecases.line.lost_calls import (
    EVERY,
    MAY_NOT_CALL,
    TEXT_ELSEWHERE,
    VOICE_ELSEWHERE,
    WITHOUT_FALLBACK,
    LostCall,
    reschedule_orphaned,
    take_lost_call,
)
from oncall.usecases.line.planning import plan_fetching_recording
from oncall.usecases.line.texts.incoming import take_text
from oncall.usecases.line.texts.text import Incoming
from oncall.usecases.rota.texts.undelivered import hear_of_text

LOOK_BACK = timedelta(hours=1)
LOOK_FAR_BACK = timedelta(hours=26)  # once an hour, and at once after we have been away: perhaps for a night
FAR_EVERY = timedelta(hours=1) // EVERY  # looks
SETTLED = timedelta(seconds=60)  # after which a webhook that is under way has arrived
KEPT = timedelta(minutes=30)  # how long words lie at the carrier: until several looks have seen them
AT_A_TIME = 40  # texts redacted in one go: one job may not hold up the clock
LOW_BALANCE = 10


@dataclass(frozen=True)
class ReconciliationJobs:
    """Carries out the jobs that compare us with the carrier."""

    context: CallContext
    orders: Orders
    clock: Clock

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which job is carried out how."""
        return {
            kinds.RECONCILE: self._reconcile,
            kinds.REDACT: self._redact,
            kinds.CHECK_LINES: self._check_lines,
        }

    def _reconcile(self, job: Job) -> bool:
        now = self.clock()
        look = int(job.payload["look"])
        with self.context.db.reading() as reading:
            away = not outbox.is_done(reading, f"{kinds.RECONCILE}:{look - 1}")
        far = away or look % FAR_EVERY == 0
        since = now - (LOOK_FAR_BACK if far else LOOK_BACK)
        if reschedule_orphaned(self.context.db, now):
            alert_operator("waiting_contact_had_no_timer")
        self.context.lines.refresh()
        history = History(self.orders)
        texts = history.texts(since)
        self._take_lost_texts(texts)
        self._hear_of_ours([text for text in texts if not text.inbound])
        self._take_lost_calls(history.calls(since))
        if any(team.voicemail for team in self._teams()):
            self._take_lost_messages(history.recordings(since))
        return False

    def _take_lost_texts(self, found: Sequence[RecordedText]) -> None:
        lines = self.context.lines.numbers
        theirs = [t for t in found if t.inbound and t.to in lines and t.sender not in lines]
        settled = [text for text in theirs if self._is_settled(text.at)]
        with self.context.db.reading() as reading:
            known = known_messages(reading, [text.sid for text in settled])
        for text in settled:
            if text.sid not in known:
                alert_operator("text_was_reconciled", message=text.sid)
                self._one(partial(self._take_text, text))

    def _take_text(self, text: RecordedText) -> None:
        media = History(self.orders).media_of(text.sid) if text.media else ()
        lost = Incoming(text.sid, text.to, text.sender, text.body, media, found_sent_at=text.at)
        take_text(self.context, lost, self.clock())

    def _take_lost_calls(self, found: Sequence[RecordedCall]) -> None:
        lines = self.context.lines.numbers
        ended = [
            (line.team_id, LostCall(call.sid, call.caller, call.began_at, call.ended_at, call.status))
            for call in found
            if call.ended_at and self._is_settled(call.ended_at) and call.caller not in lines
            if call.to in lines and (line := self.context.lines.find(call.to))
        ]
        with self.context.db.reading() as reading:
            known = known_calls(reading, [call.sid for _, call in ended])
        for team_id, call in ended:
            if call.sid not in known:
                alert_operator("call_was_reconciled", call=call.sid)
                self._one(partial(take_lost_call, self.context, team_id, call, self.clock()))

    def _hear_of_ours(self, found: Sequence[RecordedText]) -> None:
        """How far our texts got, where the carrier's word of it was lost; and those that nobody keeps."""
        with self.context.db.reading() as reading:
            known = known_messages(reading, [text.sid for text in found])
            news = dict(_news(found, known))
            reported = known_events(reading, news)
        for (contact, key), (message, text) in news.items():
            if (contact, key) not in reported:
                detail: Detail = {"about": message.about, "status": text.status, "code": str(text.code or "")}
                news_of_it = fact(self.clock(), Kind.MESSAGE_REPORTED, None, **detail)
                self._one(partial(self._pass_on, message.team_id, contact, news_of_it, key))
        for text in found:
            ours = known.get(text.sid)
            if ours and ours.contact_id is None and ours.about:  # about a shift
                hear_of_text(self.context.db, ours.team_id, int(ours.about), text.status, self.clock())
        lines = self.context.lines
        for text in found:
            if text.sid in known or text.sender not in lines.numbers or not self._is_settled(text.at):
                continue
            line = lines.find(text.sender)
            if line is not None:
                stray = TextMessage(text.sid, line.team_id, None, None, inbound=False, at=text.at)
                with self.context.db.transaction() as transaction:
                    messages.save_message(transaction, stray)

    def _take_lost_messages(self, found: Sequence[RecordedMessage]) -> None:
        """What a caller has said, and nobody told us of, is taken off the carrier all the same."""
        now = self.clock()
        with self.context.db.transaction() as transaction:
            for message in found:
                contact = contact_of_call(transaction, message.call_sid)
                if contact is not None:
                    job = plan_fetching_recording(*contact, message.sid, message.seconds, now)
                    outbox.put(transaction, (job,), now)

    def _pass_on(self, team_id: int, contact: str, news: Entry, key: str) -> None:
        with suppress(UnknownContact):  # erased meanwhile: nobody waits for news of it
            escalate(self.context, team_id, contact, self.clock(), entries=(news,), key=key)

    @staticmethod
    def _one(act: Callable[[], None]) -> None:
        """What goes wrong with one record never keeps the others from being taken."""
        try:
            act()
        except CarrierRefused:
            raise
        except Exception as error:  # noqa: BLE001 - it is on record, and is tried again at the next look
            report(error, "reconcile")

    def _redact(self, job: Job) -> bool:  # noqa: ARG002 - every job is carried out alike
        """Words that several looks have seen are taken off the carrier, the oldest first."""
        with self.context.db.reading() as reading:
            old = messages.unredacted(reading, self.clock() - KEPT, AT_A_TIME)
        history = History(self.orders)
        for message in old:
            if history.redact(message.sid):
                with self.context.db.transaction() as transaction:
                    messages.note_redacted(transaction, message.sid, self.clock())
        return False

    def _check_lines(self, job: Job) -> bool:  # noqa: ARG002
        """An address changed by hand, an empty balance: found by us, and not by a family."""
        account = CarrierAccount.of(self.orders)
        standing = account.standing()
        if standing.status != "active":
            alert_operator("carrier_account_not_active", status=standing.status)
        if standing.balance is not None and standing.balance < LOW_BALANCE:
            alert_operator("carrier_balance_low")
        numbers = {each.number: each for each in account.numbers()}
        for team in self._teams():
            faults = list(self._faults(team, numbers))
            for fault in faults:
                alert_operator(fault, team=team.slug)
            for country in countries_of(person.phone for person in team.people.values()):
                if account.may_call(country) is False:
                    alert_operator(MAY_NOT_CALL, team=team.slug, country=country)
                    faults.append(MAY_NOT_CALL)
            with self.context.db.transaction() as transaction:
                save_line_check(transaction, team.id, LineCheck(self.clock(), tuple(dict.fromkeys(faults))))
        return False

    def _faults(self, team: Team, numbers: Mapping[str, NumberAtCarrier]) -> Iterator[str]:
        voice, text = numbers.get(team.voice_line), numbers.get(team.text_line)
        if (
            voice is None
            or voice.voice_url != f"{self.context.public_url}/voice/incoming"
            or voice.diverted_by
        ):
            yield VOICE_ELSEWHERE
        if text is None or text.text_url != f"{self.context.public_url}/text/incoming":
            yield TEXT_ELSEWHERE
        if voice is not None and not voice.voice_fallback_url:
            yield WITHOUT_FALLBACK

    def _teams(self) -> Iterator[Team]:
        with self.context.db.reading() as reading:
            teams = [read_team(reading, team_id) for team_id in all_team_ids(reading)]
        yield from teams

    def _is_settled(self, at: datetime) -> bool:
        return self.clock() - at >= SETTLED


def _news(
    found: Sequence[RecordedText], known: Mapping[str, TextMessage]
) -> Iterator[tuple[tuple[str, str], tuple[TextMessage, RecordedText]]]:
    for text in found:
        message = known.get(text.sid)
        if message and message.contact_id and message.about and text.status in TEXT_ENDED:
            key = f"report:{message.about}:{text.sid}:{text.status}"
            yield (message.contact_id, key), (message, text)
