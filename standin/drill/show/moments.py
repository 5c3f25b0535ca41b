"""What happened in a night, moment by moment, as the people in it would tell it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from standin.drill.nights.night import Night
from standin.simulator import BridgedCall, HeardSound, Phone, PhoneCall, Rang
from standin.simulator.events import EventKind

HEARS_RINGING = "hears it ring"
AT_ONCE = timedelta(seconds=0.5)
LINK = re.compile(r"https?://\S+")
RINGING_OUT = {"no-answer": "rings out", "busy": "declines", "canceled": "stops ringing"}
UNREACHED = {"busy": "is busy", "no-answer": "cannot be reached", "failed": "cannot be reached"}


class Side(StrEnum):
    """Whose moment it is."""

    CALLER = "caller"
    STAFF = "staff"  # and whoever else may answer
    WORLD = "world"


class Tone(StrEnum):
    """How a moment is shown."""

    PLAIN = "plain"
    RINGING = "ringing"
    SPOKEN = "spoken"
    ACT = "act"
    CONNECTED = "connected"
    TEXT = "text"
    TROUBLE = "trouble"


_LAST = (Tone.SPOKEN, Tone.CONNECTED, Tone.TEXT)


@dataclass(frozen=True, slots=True)
class StoryMoment:
    """One thing that somebody heard, did or received."""

    at: datetime
    side: Side
    who: str  # empty: the world itself
    what: str
    tone: Tone = Tone.PLAIN
    times: int = 1  # how often it was heard, with nothing else of theirs in between
    until: datetime | None = None  # of the last time; None: it was once


def list_moments_of_night(night: Night) -> tuple[StoryMoment, ...]:
    """Return the moments of a night in their order."""
    moments = [StoryMoment(each.at, Side.WORLD, "", each.what, Tone.TROUBLE) for each in night.happenings]
    ends = {event.sid: event.detail for event in night.carrier.events if event.kind is EventKind.ENDED}
    for phone in night.carrier.phones.values():
        side = Side.STAFF if phone in night.answering else Side.CALLER
        told = [replace(moment, side=side, who=night.name(phone)) for moment in _of_phone(night, phone, ends)]
        moments += _join_repeated(sorted(told, key=_in_order))
    return tuple(sorted(moments, key=_in_order))


def _in_order(moment: StoryMoment) -> tuple[datetime, int]:
    """By time; of what happens at once, what leads to the other first."""
    return (moment.at, _LAST.index(moment.tone) if moment.tone in _LAST else -1)


def _of_phone(night: Night, phone: Phone, ends: dict[str, str]) -> Iterator[StoryMoment]:
    by_sid = {call.sid: call for call in phone.calls}
    for call in phone.calls:
        yield from _of_own_call(night, call) if call.outgoing else _of_call(night, call)
    for rang in phone.rang:
        yield from _of_ringing(rang, ends)
    for heard in phone.heard:
        yield from _of_hearing(heard, by_sid.get(heard.call_sid))
    for text in phone.texts:
        yield _moment(text.at, f"is texted «{LINK.sub('(link)', text.body)}»", Tone.TEXT)
    for text in phone.sent:
        as_whom = "" if text.from_number == phone.number else " under another's number"
        yield _moment(text.at, f"texts the line{as_whom}: «{text.body}»", Tone.ACT)
    yield from _keys_pressed(night, phone)
    yield from _unreached(night, phone, ends)


def _of_own_call(night: Night, call: PhoneCall) -> Iterator[StoryMoment]:
    hidden = call.connection.shown != call.phone.number
    yield _moment(call.started_at, f"calls the line{', number withheld' if hidden else ''}", Tone.ACT)
    for talk in call.bridges:
        yield _moment(talk.start, f"speaks with {_other(night, talk)}", Tone.CONNECTED)
        if talk.end and talk.end != call.ended_at:
            yield _moment(talk.end, f"has spoken for {_seconds(talk.start, talk.end)} s")
    if call.ended_at:
        hung_up = (call.phone.number, call.ended_at) in night.hung_up
        what = "hangs up" if hung_up else "hears the call end"
        if call.bridges and call.bridges[-1].end == call.ended_at:
            what += f" after {_seconds(call.bridges[-1].start, call.ended_at)} s of talk"
        yield _moment(call.ended_at, what, Tone.ACT)


def _of_call(night: Night, call: PhoneCall) -> Iterator[StoryMoment]:
    for talk in call.bridges:
        yield _moment(talk.start, f"speaks with {_other(night, talk)}", Tone.CONNECTED)
    if call.answered_at and call.ended_at and not call.bridges:
        yield _moment(call.ended_at, "is let go")


def _other(night: Night, talk: BridgedCall) -> str:
    return night.name(night.carrier.phones[talk.other_number])


def _seconds(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds())


def _of_ringing(rang: Rang, ends: dict[str, str]) -> Iterator[StoryMoment]:
    yield _moment(rang.start, "rings", Tone.RINGING)
    if rang.end is None:
        return
    match rang.outcome:
        case "answered":
            yield _moment(rang.end, "picks up", Tone.ACT)
        case "voicemail":
            yield _moment(rang.end, "sleeps on: the voicemail picks up", Tone.TROUBLE)
        case "declined":
            yield _moment(rang.end, "declines", Tone.TROUBLE)
        case _:
            how = RINGING_OUT.get(ends.get(rang.call_sid, ""), "stops ringing")
            yield _moment(rang.end, f"{how} after {_seconds(rang.start, rang.end)} s")


def _of_hearing(heard: HeardSound, call: PhoneCall | None) -> Iterator[StoryMoment]:
    match heard.kind:
        case "say" | "play" if call is not None and call.by_machine:
            yield _moment(heard.at, f"has «{heard.text}» said to the voicemail", Tone.SPOKEN)
        case "say" | "play":
            yield _moment(heard.at, f"hears «{heard.text}»", Tone.SPOKEN)
        case "ringing" if call is not None and call.outgoing:
            yield _moment(heard.at, HEARS_RINGING)
        case _:
            return  # tones, and what people say to each other


def _keys_pressed(night: Night, phone: Phone) -> Iterator[StoryMoment]:
    for event in night.carrier.events:
        if event.kind is EventKind.PRESSED and event.number == phone.number:
            yield _moment(event.at, f"presses {event.detail}", Tone.ACT)


def _unreached(night: Night, phone: Phone, ends: dict[str, str]) -> Iterator[StoryMoment]:
    """Yield the calls to a phone that did not make it ring."""
    rang = {each.call_sid for each in phone.rang}
    for event in night.carrier.events:
        if event.kind is EventKind.ENDED and event.number == phone.number and event.sid not in rang:
            yield _moment(event.at, UNREACHED.get(ends[event.sid], "is no longer called"), Tone.TROUBLE)


def _moment(at: datetime, what: str, tone: Tone = Tone.PLAIN) -> StoryMoment:
    return StoryMoment(at, Side.STAFF, "", what, tone)


def _join_repeated(moments: Iterable[StoryMoment]) -> list[StoryMoment]:
    """Return one person's moments, a sentence that they hear again and again told once."""
    told: list[StoryMoment] = []
    for moment in moments:
        last = told[-1] if told else None
        if last and last.what == moment.what and last.tone is Tone.SPOKEN:
            told[-1] = replace(last, times=last.times + 1, until=moment.at)
        elif last and moment.what == HEARS_RINGING and (moment.at - last.at) < AT_ONCE:
            continue  # as everybody does who has just dialled
        else:
            told.append(moment)
    return told
