"""What people do with their phones in a random night: how they answer, and what they say to alerts."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from standin.simulator.phones.policies import (
    Answer,
    Busy,
    Decline,
    Forward,
    Off,
    Policy,
    Ring,
    Script,
    Voicemail,
    in_turn,
)

PRESS_1 = "Trykk 1|Press 1"  # in whatever we say to staff, and to a caller who was cut off
PRESS_2 = "trykk 2|press 2"  # of whom we ask whether they want to leave a message
THE_TONE = "^beep$"
PRESS_9 = "Trykk 9|Press 9"
WORDS = "hei, vi trenger hjelp, kan noen ringe oss"
SCREENED = 2.8  # seconds that it takes to say so
NOT_DELIVERED = (30003, 30005, 30008)  # why a text does not arrive: unreachable, unknown, no reason given

Habit = Callable[[random.Random], Policy]


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody treats texts that alert them."""

    reacts: float  # how likely to an alert
    writes_back: float  # how likely words for the family follow the code
    closes: float  # how likely they go to the page in the end


def _accepts(chance: random.Random, hesitates: float) -> Answer:
    return Answer(chance.uniform(2, 11)).press("1", after_hearing=PRESS_1, delay=hesitates)


def _awake(chance: random.Random) -> Answer:
    return _accepts(chance, chance.uniform(0.2, 3))


def _late(chance: random.Random) -> Answer:
    """Presses 1 when the screening is about to end, or has ended."""
    return Answer(chance.uniform(3, 14)).press("1", at=chance.uniform(6, 16))


def _loses_signal(chance: random.Random) -> Policy:
    """At any moment, or just when 1 was pressed and the two are about to be connected."""
    hesitates = chance.uniform(0.2, 3)
    accepting = _accepts(chance, hesitates)
    lost = chance.choice((chance.uniform(1, 20), SCREENED + hesitates + chance.uniform(0, 1.6)))
    return in_turn(accepting.lose_signal(at=lost), chance.choice((accepting, Off())))


def _listens_only(chance: random.Random) -> Answer:
    return Answer(chance.uniform(3, 12)).hang_up(at=chance.uniform(1, 12))


def _wrong_key(chance: random.Random) -> Answer:
    return Answer(chance.uniform(3, 12)).press(chance.choice("0245#"), after_hearing=PRESS_1)


def _wakes_up(chance: random.Random) -> Policy:
    return in_turn(*[Ring()] * chance.randint(1, 3), _awake(chance))


_HABITS: tuple[tuple[float, Habit], ...] = (
    (30, _awake),
    (8, _late),
    (10, lambda _: Ring()),
    (14, lambda chance: Voicemail(chance.uniform(3, 25), records=chance.uniform(3, 20))),
    (6, lambda chance: Decline(chance.uniform(1, 8))),
    (5, lambda _: Busy()),
    (8, lambda chance: Off(chance.choice(("no-answer", "failed")))),
    (7, _loses_signal),
    (3, _listens_only),
    (3, _wrong_key),
    (6, _wakes_up),
)
_ASLEEP: tuple[tuple[float, Habit], ...] = (
    (50, lambda _: Ring()),
    (25, lambda chance: Voicemail(chance.uniform(3, 25), records=chance.uniform(3, 20))),
    (15, lambda _: Off()),
    (10, _loses_signal),
)


def choose_policy(chance: random.Random, *, asleep: bool) -> Policy:
    """Return what somebody's phone does when it rings; a team that is asleep hears nothing of it."""
    habits = _ASLEEP if asleep else _HABITS
    (habit,) = chance.choices([habit for _, habit in habits], [weight for weight, _ in habits])
    return habit(chance)


def choose_forward(to: str, chance: random.Random) -> Policy:
    """Return a phone that passes its calls on, at once or when nobody picks up."""
    return Forward(to, chance.choice((0.0, chance.uniform(5, 15))))


def choose_reader(chance: random.Random, *, asleep: bool) -> Reader:
    """Return how somebody treats alerts by text."""
    if asleep:
        return Reader(0.0, 0.0, 0.5)
    return Reader(chance.choice((0.0, 0.4, 0.9)), chance.random(), chance.choice((0.0, 0.5, 0.9)))


def choose_caller(chance: random.Random) -> Script:
    """Return what a caller presses, if they hear that they may."""
    script = Script()
    if chance.random() < 0.6:
        script = script.press("1", after_hearing=PRESS_1)
    if chance.random() < 0.3:
        script = script.press("9", after_hearing=PRESS_9)
    if chance.random() < 0.6:
        script = script.press(chance.choice("2221"), after_hearing=PRESS_2)
        if chance.random() < 0.8:  # others say nothing after all
            script = script.speak(WORDS, after_hearing=THE_TONE, delay=chance.uniform(0.5, 4))
    if chance.random() < 0.2:
        script = script.hang_up(after_hearing=THE_TONE, delay=chance.uniform(0, 9))
    return script


def choose_patience(chance: random.Random) -> float:
    """Return for how many seconds a caller waits for a human."""
    return chance.choice((chance.uniform(0.05, 20), chance.uniform(20, 90), chance.uniform(90, 260)))
