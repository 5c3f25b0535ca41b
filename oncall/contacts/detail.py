"""What the entries of a contact say beyond their kind, key by key: mypy finds a misspelled one."""

from collections.abc import Mapping, Sequence
from typing import TypedDict


class WaveDetail(TypedDict):
    """A wave of the ladder, as the first entry of a call keeps it."""

    after: int  # seconds after the call came in
    targets: Sequence[str]


_WITH = TypedDict("_WITH", {"with": str}, total=False)  # the colleague consulted; a reserved word of Python


class Detail(_WITH, total=False):
    """JSON values only, and never a phone number. Which kind of entry has which keys is said at `Kind`."""

    # the first entry of a contact: whom it is with, and the ladder of a call
    caller: str  # known, unknown, ...
    case: str | None  # its label
    cases: Sequence[str]  # all that the number stands in
    municipality: str | None
    own_therapist: str | None
    language: str
    may_call: bool
    waves: Sequence[WaveDetail]
    deadline: int  # seconds after the call came in
    reconciled: bool  # found at the carrier afterwards
    check_in: str
    agreed_for: str  # an instant in ISO 8601

    # waves, legs and the caller's own way
    wave: int
    ring: Sequence[str]  # targets
    busy: Sequence[str]  # targets
    round: int
    target: str
    via: str
    timeout: int  # seconds
    sid: str
    sids: Sequence[str]
    status: str | None
    code: int | str
    permanent: bool
    bridged: bool
    queue: str
    stay: int  # seq of the entry that began this stay in the queue
    result: str | None
    promise: bool  # whether the caller was promised a call back
    voicemail: bool  # whether one may be left
    seconds: int | None

    # alerts, follow-ups and texts
    by: str
    step: int
    sentence: str  # its key in the catalogue
    body: str  # word for word
    media: Sequence[str]
    urgent: bool
    why: str
    how: str
    to: str
    about: int | str | None  # seq of the entry that ordered it
    contact: str
    to_leader: bool
    offer: bool
    warned: bool
    reason: str
    words: str

    # what staff write down
    note: Mapping[str, str]
    replaces: int | None
    outcome: str | None
    severity: str | None
    what: str
    due: str  # a day in ISO 8601
    case_id: str | None
    children: Sequence[str]
    was: str | None
    comment: str
