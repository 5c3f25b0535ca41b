"""Let Python sleep under libfaketime: its version 0.9.10 refuses the system call that `time.sleep` makes."""

import select
import time


def sleep(seconds: float) -> None:
    """Wait by another system call, which libfaketime leaves alone."""
    select.select([], [], [], seconds)


time.sleep = sleep  # type: ignore[assignment]
