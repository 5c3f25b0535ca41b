"""The moments of a contact's timeline: what can happen, and one line that tells of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """What a moment tells."""

    CALLED = "called"
    RINGS = "rings"
    NOBODY_TO_RING = "nobody_to_ring"
    BUSY_ELSEWHERE = "busy_elsewhere"
    WAITS_IN_QUEUE = "waits_in_queue"
    ONE_BY_ONE = "one_by_one"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    CARRIER_REFUSED = "carrier_refused"
    PICKED_UP = "picked_up"
    NOT_ACCEPTED = "not_accepted"
    DECLINED = "declined"
    PRESSED_ONE = "pressed_one"
    CONNECTED = "connected"
    TOO_LATE = "too_late"
    CALLER_WAS_GONE = "caller_was_gone"
    CONNECTION_LOST = "connection_lost"
    STOPPED_RINGING = "stopped_ringing"
    TALK_ENDED = "talk_ended"
    SERVICE_OFFERED = "service_offered"
    SERVICE_DECLINED = "service_declined"
    SERVICE_RUNG = "service_rung"
    SERVICE_ANSWERED = "service_answered"
    SERVICE_SILENT = "service_silent"
    TEAM_ALERTED = "team_alerted"
    MAY_COME_BACK = "may_come_back"
    CAME_BACK = "came_back"
    HUNG_UP = "hung_up"
    AGREED_TO_RECORD = "agreed_to_record"
    LEFT_MESSAGE = "left_message"
    DOUBTED = "doubted"
    TRUSTED = "trusted"
    MESSAGE_LOST = "message_lost"
    FOLLOW_UP = "follow_up"
    TAKEN = "taken"
    TAKEN_BY_TALK = "taken_by_talk"
    CLOSED = "closed"
    CALLED_AGAIN = "called_again"
    JOINED = "joined"
    WROTE = "wrote"
    AUTO_REPLIED = "auto_replied"
    ANSWERED_IN_WRITING = "answered_in_writing"
    TEXTED = "texted"
    PHONED = "phoned"
    REMINDED = "reminded"
    HANDED_ON = "handed_on"
    CALLS_BACK = "calls_back"
    CONSULTS = "consults"
    NOTED = "noted"
    OUTCOME_SET = "outcome_set"
    INCIDENT_SET = "incident_set"
    LINKED = "linked"
    NEXT_AGREED = "next_agreed"
    NEXT_DONE = "next_done"
    SIGNED_OFF = "signed_off"
    AGREED = "agreed"
    PLACED = "placed"
    PUT_THROUGH = "put_through"
    NOT_PUT_THROUGH = "not_put_through"
    OWN_PHONE_SILENT = "own_phone_silent"
    MARKED_DONE = "marked_done"
    MARKED_NO_ANSWER = "marked_no_answer"
    MARKED_MOVED = "marked_moved"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    what: What
    people: tuple[str, ...] = ()  # staff keys, or number:<id> for a fixed number
    again: tuple[str, ...] = ()  # those of `people` whose phones had been rung before
    seconds: float | None = None  # to the first human, or of a conversation
    detail: str = ""  # a tier, a municipality, a colleague, a reason, a kind that this version does not know
    promised: bool = False  # whether the caller was promised a call back
