"""Ends what the nemesis started when the nemesis itself is gone, however it went: `python -m tests.nemesis.guard HOME`.

It waits for the end of its standard input, which the nemesis alone holds open.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from deploy.local.refusal import Refused
from tests.nemesis.installation import stop_all

TRIES = 30


class Guard:
    """The guard's process, seen from the nemesis."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "tests.nemesis.guard", str(home)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def dismiss(self) -> None:
        """Let it see that nothing is left, and end."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def main(home: Path) -> None:
    """Wait for the nemesis's end, then end all that is left of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdin.read()
    for _ in range(TRIES):
        try:
            stop_all(home)
        except Refused:  # somebody starts or stops it just now
            time.sleep(1)
        else:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
