"""A disk of PostgreSQL's own, which can be full while the machine's is not: a file system in memory, in a mount namespace of the nemesis's.

if not within():
    enter()  # begins this command once more, in a namespace of its own; returns where the machine forbids that
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SIZE = 6 << 30
"""Bytes at the most; only what is written takes memory."""
SPARE = 64 << 10
TRIES = 50
_WITHIN = "JIXIAO_NEMESIS_NAMESPACE"
_UNSHARE = ("unshare", "-Urm")


def within() -> bool:
    """Whether this process is in a namespace in which it may mount."""
    return _WITHIN in os.environ


def enter() -> None:
    """Begin this command once more in a namespace of its own; returns where that is forbidden."""
    if (
        shutil.which("unshare")
        and subprocess.run([*_UNSHARE, "true"], capture_output=True, check=False).returncode == 0
    ):
        os.environ[_WITHIN] = "1"
        os.execvp(_UNSHARE[0], [*_UNSHARE, sys.executable, *sys.orig_argv[1:]])


class Disk:
    """The disk mounted at a folder. It is gone with its namespace: `keep` writes what it holds into the folder beneath it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._beneath = folder.with_name(f"{folder.name}.beneath")
        for each in (folder, self._beneath):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        _mount("--bind", str(folder), str(self._beneath))
        _mount("-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder))

    def fill(self) -> None:
        """Leave no more room than what is used, and a little."""
        for last in (*[False] * (TRIES - 1), True):
            held = os.statvfs(self.folder)
            try:
                self._resize((held.f_blocks - held.f_bfree) * held.f_frsize + SPARE)
            except subprocess.CalledProcessError:  # more has been written in between
                if last:
                    raise
            else:
                return

    def free(self) -> None:
        """Give back the room."""
        self._resize(SIZE)

    def keep(self) -> None:
        """Write what it holds into the folder that it is mounted at."""
        shutil.copytree(self.folder, self._beneath, symlinks=True, dirs_exist_ok=True)

    def close(self) -> None:
        """Take it away, with all that it holds."""
        for each in (self.folder, self._beneath):
            subprocess.run(["umount", str(each)], check=True)
        self._beneath.rmdir()

    def _resize(self, size: int) -> None:
        _mount("-o", f"remount,size={size}", str(self.folder))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
