"""What is remembered of a runtime, in its folder: `runtime.json` (mode 600) and who runs; and whom a dead supervisor left behind.

Every process that the runtime starts carries `JIXIAO_SUPERVISED=HOME` in its environment: that, its user and its start time tell
it from anyone else's.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from deploy.local.refusal import Refused

MARK = "JIXIAO_SUPERVISED"


def read(home: Path) -> dict[str, Any]:
    """The content of runtime.json; empty where there is none yet."""
    file = home / "runtime.json"
    if not file.is_file():
        return {}
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise Refused(f"{file} is not valid JSON ({error}): remove it, and `jixiao up` writes it anew") from error


def write(home: Path, values: dict[str, Any]) -> None:
    """Replace runtime.json in one step, readable by its owner alone."""
    half = home / f".runtime.json.{os.getpid()}"
    with open(half, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump(values, file, indent=1, ensure_ascii=False, sort_keys=True)
        file.write("\n")
    half.replace(home / "runtime.json")


@contextmanager
def only_one(home: Path) -> Generator[None]:
    """Nobody else starts or stops this home's runtime meanwhile; Refused when somebody does."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(
                f"another `jixiao` is starting or stopping the runtime in {home} just now: try again in a moment"
            ) from error
        yield


def supervisor(home: Path) -> psutil.Process | None:
    """The living supervisor that runtime.json names: its number, start time and mark must agree."""
    known: dict[str, Any] = read(home).get("supervisor") or {}
    try:
        process = psutil.Process(known["pid"])
        if (
            abs(process.create_time() - known["started"]) < 0.05
            and _marked(process, home)
            and process.status() != psutil.STATUS_ZOMBIE
        ):
            return process
    except (KeyError, psutil.Error):
        pass
    return None


def left_behind(home: Path) -> list[psutil.Process]:
    """This home's processes while no supervisor lives."""
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and _marked(process, home)]


def end(processes: list[psutil.Process], progress: Callable[[str], None], *, seconds: float = 20) -> None:
    """End them as each wants it (PostgreSQL fast, the others by TERM); by KILL whoever is still there after `seconds`."""
    for process in processes:
        try:
            name = process.name()
            process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
            progress(f"ended {name} (process {process.pid}), which a dead supervisor had left behind")
        except psutil.NoSuchProcess:
            continue
    _, stubborn = psutil.wait_procs(processes, timeout=seconds)
    for process in stubborn:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(stubborn, timeout=5)


def ended(process: psutil.Process, *, within: float) -> bool:
    """Whether it ends in so many seconds. A zombie has ended: its parent has only not asked yet."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def _marked(process: psutil.Process, home: Path) -> bool:
    try:
        return process.environ().get(MARK) == str(home)
    except (psutil.Error, OSError):
        return False
