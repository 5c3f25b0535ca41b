"""Start processes whose machine's clock a test sets."""

import os
from pathlib import Path

from tests.packages import find_libfaketime

ROOT = Path(__file__).resolve().parents[1]


def clock_settings(file: Path) -> dict[str, str]:
    """Return the environment in which a process's clock is off by what `file` says, such as "-3600".

    Elapsed time stays as it is, as on a machine whose clock is set. A change shows within a second.
    """
    return {
        "LD_PRELOAD": str(find_libfaketime()),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "tests" / "faketime"), str(ROOT))),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
