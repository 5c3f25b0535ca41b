"""How a phone, and whoever holds it, behaves when it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Act:
    """One thing done during a call: at so many seconds, or after hearing something."""

    what: str  # "press", "hang up", "lose signal", "speak"
    at: float = 0.0  # after answering (for a caller: after dialling), or after the words were heard
    heard: re.Pattern[str] | None = None  # None: the time alone decides
    value: str = ""
    seconds: float = 0.0  # how long a speaker speaks


@dataclass(frozen=True)
class Script:
    """What somebody does during a call, each step added to the ones before.

    Script().press("1", at=3).press("2", after_hearing="press 2").hang_up(at=60)
    """

    acts: tuple[Act, ...] = ()

    def press(
        self, digits: str, *, at: float | None = None, after_hearing: str | None = None, delay: float = 1.0
    ) -> Script:
        """Press the digits `at` s into the call, or `delay` s after the words were spoken to their end."""
        return self._and("press", at, after_hearing, delay, digits)

    def hang_up(
        self, *, at: float | None = None, after_hearing: str | None = None, delay: float = 1.0
    ) -> Script:
        return self._and("hang up", at, after_hearing, delay)

    def lose_signal(self, *, at: float) -> Script:
        return self._and("lose signal", at, None, 0.0)

    def speak(
        self, text: str, *, at: float | None = None, after_hearing: str | None = None, delay: float = 0.0
    ) -> Script:
        """Say something, at about 14 characters a second."""
        return self._and("speak", at, after_hearing, delay, text)

    def _and(self, what: str, at: float | None, heard: str | None, delay: float, value: str = "") -> Script:
        if (at is None) == (heard is None):
            raise ValueError("say either when (at=) or after what (after_hearing=)")
        pattern = re.compile(heard, re.IGNORECASE) if heard is not None else None
        act = Act(what, delay if at is None else at, pattern, value)
        return replace(self, acts=(*self.acts, act))


@dataclass(frozen=True)
class Policy:
    """What a phone does when it rings, described by the subclasses below."""


@dataclass(frozen=True)
class Ring(Policy):
    """It rings, and nobody touches it (unless a person or test does, with the phone's own methods)."""


@dataclass(frozen=True)
class Answer(Policy):
    """Somebody answers after `after` seconds of ringing and stays until the other side is gone."""

    after: float = 4.0
    script: Script = field(default_factory=Script)

    def press(
        self, digits: str, *, at: float | None = None, after_hearing: str | None = None, delay: float = 1.0
    ) -> Answer:
        return replace(
            self, script=self.script.press(digits, at=at, after_hearing=after_hearing, delay=delay)
        )

    def hang_up(
        self, *, at: float | None = None, after_hearing: str | None = None, delay: float = 1.0
    ) -> Answer:
        return replace(self, script=self.script.hang_up(at=at, after_hearing=after_hearing, delay=delay))

    def lose_signal(self, *, at: float) -> Answer:
        return replace(self, script=self.script.lose_signal(at=at))

    def speak(
        self, text: str, *, at: float | None = None, after_hearing: str | None = None, delay: float = 0.0
    ) -> Answer:
        return replace(self, script=self.script.speak(text, at=at, after_hearing=after_hearing, delay=delay))


@dataclass(frozen=True)
class Voicemail(Policy):
    """The operator's voicemail picks up, greets, records for a while, hangs up; it presses nothing."""

    after: float = 20.0
    greeting: str = "You have reached the voicemail. Please leave a message after the tone."
    records: float = 30.0
    also_when_busy: bool = True  # an engaged phone goes to voicemail at once


@dataclass(frozen=True)
class Decline(Policy):
    """Somebody presses decline after so many seconds, which the network reports as busy."""

    after: float = 3.0


@dataclass(frozen=True)
class Busy(Policy):
    """Engaged: the network says so at once."""


@dataclass(frozen=True)
class Off(Policy):
    """Switched off or out of coverage; `status` is what the network makes of it."""

    status: str = "no-answer"  # or "failed"


@dataclass(frozen=True)
class NoSuchNumber(Policy):
    """The number is not in use."""


@dataclass(frozen=True)
class Forward(Policy):
    """Calls go on to another number, at once or after `after` seconds without an answer."""

    to: str = ""
    after: float = 0.0


@dataclass(frozen=True)
class InTurn(Policy):
    """One policy for each call, the last one for all that follow: `in_turn(Ring(), Answer(3))`."""

    policies: tuple[Policy, ...] = ()


def in_turn(*policies: Policy) -> InTurn:
    return InTurn(policies)
