"""`python -m standin.demo.again COMMAND`: whether a process that dies is started once more."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

SETTLED_SECONDS = 5.0  # what ends sooner cannot start, and would only end again


def keep(command: Sequence[str], settled: float = SETTLED_SECONDS) -> int:
    """The exit status of the command's last run, after SIGTERM to their group or when it ended at once.

    In life the processes are looked after by what runs them, so here one that was killed comes back too.
    """
    stopping = False

    def stop(_signum: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True  # the command has been told the same, and must not be told twice

    before = signal.signal(signal.SIGTERM, stop)
    try:
        while True:
            began = time.monotonic()
            status = subprocess.Popen(command).wait()
            if stopping or time.monotonic() - began < settled:
                return status if status >= 0 else 128 - status
            print(f"It has ended ({_log(status)}), and is started again.", flush=True)
    finally:
        signal.signal(signal.SIGTERM, before)


def _log(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:]))
