"""Record who has read what, when and why, and find what is unusual in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from oncall.rota.clock_hours import Hours
from oncall.store.journal.chains import newest_numbers
from oncall.store.journal.entries import DAMAGED, Note, append_notes, open_notes
from oncall.store.session import Database, Reading, Writing, reads_chain
from oncall.store.team.teams import load_staff
from oncall.usecases.people import name_accounts, short_names

CONTACT_READ, BRIEF_READ = "contact_read", "brief_read"
CASE_READ, CASES_SEARCHED = "case_read", "cases_searched"
ATTACHMENT_READ, VOICEMAIL_HEARD = "attachment_read", "voicemail_heard"
EXPORT_ASKED, EXPORT_GIVEN = "export_asked", "export_given"
RECORD_TAKEN_OUT, LOG_READ = "record_taken_out", "log_read"
CHECK_INS_READ, GLASS_BROKEN = "check_ins_read", "glass_broken"

PERIOD = timedelta(days=28)
MOST_NAMED = 50  # entries that are gone
AT_MOST = 3000  # readings that the leader's page looks through
MANY_CASES, WITHIN = 5, timedelta(minutes=30)
DEEP_NIGHT = Hours(time(23), time(6))  # by the team's clocks; narrower than the night of alerts

# Set by the guard of the pages for each request: no page can forget to say why it was opened.
access_reason: ContextVar[str] = ContextVar("access_reason", default="")


def note_read(db: Database, team_id: int, kind: str, reader: str, now: datetime, **about: object) -> None:
    """Record in the team's access log that somebody has read something, and why they may."""
    with db.noting_reads(team_id) as reads:
        append_read(reads, kind, reader, now, **about)


def append_read(reads: Writing, kind: str, reader: str, now: datetime, **about: object) -> Note:
    """Record a read within a transaction that does more than that; return the note."""
    (note,) = append_notes(reads, [Note(now, kind, reader, {**about, "why": access_reason.get()})])
    return note


class Oddity(StrEnum):
    """What makes a reading worth a look, the gravest first."""

    BROKE_GLASS = "broke the glass"
    MANY_CASES = "many cases"  # in a short time
    NIGHT = "night"  # without duty
    NOT_OWN = "not own"  # the reader leads, reviews, or took part once


_NOT_OWN = frozenset({"took part", "broke the glass", ""})
_DUTY = frozenset({"on duty", "still open"})


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody has read something."""

    seq: int
    at: datetime
    reader: str
    kind: str
    case: str | None  # its label
    contact: str | None
    reason: str | None
    why: str
    oddities: tuple[Oddity, ...] = ()
    beside: tuple[str, ...] = ()  # labels of several cases that stood on one page, none of them opened


@dataclass(frozen=True, slots=True)
class AccessLogPage:
    """The team's readings of the last weeks, the newest first."""

    reads: tuple[Read, ...]
    since: datetime
    complete: bool  # False: there were more than are looked through
    names: Mapping[str, str]  # of readers, by the journal's keys: first names, or the e-mail of an account
    damaged: tuple[int, ...] = ()  # numbers of the readings that are not as they were written
    missing: tuple[int, ...] = ()  # ... and of those that are gone

    @property
    def unusual(self) -> tuple[Read, ...]:
        """Those worth a look, the gravest first."""
        odd = [read for read in self.reads if read.oddities and read.oddities != (Oddity.NOT_OWN,)]
        rank = {oddity: nth for nth, oddity in enumerate(Oddity)}
        return tuple(sorted(odd, key=lambda read: (rank[read.oddities[0]], -read.seq)))

    def by_reader(self) -> Mapping[str, tuple[Read, ...]]:
        """Return everybody's readings, the most first."""
        return _grouped(self.reads, lambda read: (read.reader,))

    def by_case(self) -> Mapping[str, tuple[Read, ...]]:
        """Return the readings of each case by its label, the most first."""
        return _grouped(self.reads, lambda read: (read.case, *read.beside))


def read_access_log(db: Database, team_id: int, zone: ZoneInfo, now: datetime) -> AccessLogPage:
    """Return who has read what in the last four weeks, with what is unusual in it."""
    with db.reading() as reading:
        return _load(reading, team_id, zone, now, _name_readers(reading, team_id))


def find_unusual_reads(db: Database, team_id: int, zone: ZoneInfo, now: datetime) -> tuple[Read, ...]:
    """Return the reads of the last four weeks that are worth a look, the gravest first."""
    with db.reading() as reading:
        return _load(reading, team_id, zone, now, {}).unusual


def _load(
    reading: Reading, team_id: int, zone: ZoneInfo, now: datetime, names: Mapping[str, str]
) -> AccessLogPage:
    chain = reads_chain(team_id)
    numbers = newest_numbers(reading, chain, AT_MOST)
    notes = open_notes(reading, chain, numbers.start - 1, AT_MOST)
    since = now - PERIOD
    recent = [_build_read(note) for note in notes if note.at >= since and note.detail is not DAMAGED]
    complete = len(numbers) < AT_MOST or not notes or notes[0].at < since
    damaged = tuple(note.seq for note in notes if note.detail is DAMAGED)
    there = {note.seq for note in notes}  # the chain holds nothing else
    missing = tuple(seq for seq in numbers if seq not in there)[:MOST_NAMED]
    return AccessLogPage(find_oddities(recent, zone)[::-1], since, complete, names, damaged, missing)


def _name_readers(reading: Reading, team_id: int) -> Mapping[str, str]:
    names = name_accounts(reading, team_id)
    names.update(short_names(person for person, _ in load_staff(reading, team_id)).items())
    return names


def find_oddities(reads: Iterable[Read], zone: ZoneInfo) -> tuple[Read, ...]:
    """Return the readings, given the oldest first, each with what is unusual in it."""
    lately: dict[str, list[Read]] = {}
    marked = []
    for read in reads:
        mine = [one for one in lately.get(read.reader, ()) if read.at - one.at <= WITHIN]
        lately[read.reader] = [*mine, read]
        cases = {one.case for one in (*mine, read) if one.case}
        marked.append(replace(read, oddities=tuple(_judge(read, len(cases), zone))))
    return tuple(marked)


def _judge(read: Read, cases: int, zone: ZoneInfo) -> Iterator[Oddity]:
    if read.kind == GLASS_BROKEN or read.why == "broke the glass":
        yield Oddity.BROKE_GLASS
    if cases >= MANY_CASES:
        yield Oddity.MANY_CASES
    if DEEP_NIGHT.hold(read.at.astimezone(zone).time()) and read.why not in _DUTY:
        yield Oddity.NIGHT
    if read.case and read.why in _NOT_OWN:
        yield Oddity.NOT_OWN


def _build_read(note: Note) -> Read:
    detail = note.detail

    def text(name: str) -> str | None:
        return str(detail[name]) if detail.get(name) else None

    return Read(
        note.seq,
        note.at,
        note.actor or "",
        note.kind,
        text("case"),
        text("contact"),
        text("reason"),
        text("why") or "",
        beside=tuple(str(case) for case in _listed(detail.get("cases"), detail.get("found"))),
    )


def _listed(*several: object) -> Iterator[object]:
    for each in several:
        yield from each if isinstance(each, list) else ()


def _grouped(
    reads: Iterable[Read], keys: Callable[[Read], Iterable[str | None]]
) -> Mapping[str, tuple[Read, ...]]:
    found: dict[str, list[Read]] = {}
    for read in reads:
        for key in keys(read):
            if key is not None:
                found.setdefault(key, []).append(read)
    return {name: tuple(mine) for name, mine in sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))}
