"""The carrier's words for how a call or a text has ended."""

CALL_ENDED = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
CALL_UNANSWERED = CALL_ENDED - {"completed"}
TEXT_LOST = frozenset({"undelivered", "failed"})
TEXT_ENDED = TEXT_LOST | {"delivered"}
