"""How a night can be played again to the letter: the machine's own chance gives way to a seed's."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_RANDOM: Any = random  # where `secrets` gets its bytes from


@contextmanager
def seeded(seed: str) -> Iterator[random.Random]:
    """Yield the seed's own chance; until the end, all that the service makes up by chance follows the seed.

    Codes, ids and keys are then the same each time, and with them the order of what is due at one instant.
    For a process that does nothing else: whatever is made up meanwhile can be guessed.
    """
    ours = random.Random(f"machine {seed}")  # noqa: S311 - repeatable on purpose
    whole = os.urandom, _RANDOM._urandom  # noqa: SLF001 - `secrets` offers no other door
    os.urandom = _RANDOM._urandom = ours.randbytes  # noqa: SLF001
    try:
        yield random.Random(f"people {seed}")  # noqa: S311
    finally:
        os.urandom, _RANDOM._urandom = whole  # noqa: SLF001
