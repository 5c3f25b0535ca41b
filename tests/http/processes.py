"""How the service's processes are started, killed and stopped, as a supervisor would."""

import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECONDS_TO_END = 20


@dataclass
class Process:
    """One process of ours with its children; what it writes is in its log, through every restart."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """The process runs; whether it is ready is for the caller to find out."""
        with self.log.open("ab") as log:
            # A group of its own, so that its children can be killed with it, and nothing else.
            self._running = subprocess.Popen(
                self.command, env=dict(self.environment), stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """The process and its children are gone at once, as in a power cut."""
        if self._running is not None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()
            self._running = None

    def kill_a_worker(self) -> None:
        """The first of the process's children is gone at once; whether it is replaced is up to its parent."""
        os.kill(self._workers()[0], signal.SIGKILL)

    def end(self) -> None:
        """The process has been asked to end, as a supervisor asks."""
        if self._running is not None:
            self._running.send_signal(signal.SIGTERM)

    def until_ended(self) -> None:
        """The process has ended as it was asked to. Raises TimeoutExpired where it had to be killed."""
        if self._running is None:
            return
        try:
            self._running.wait(SECONDS_TO_END)
        finally:
            if self._running.poll() is None:
                self.kill()

    def _workers(self) -> list[int]:
        """The ids of the process's children, the eldest first."""
        assert self._running is not None
        pid = self._running.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
