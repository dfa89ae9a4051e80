"""`jixiao` called as somebody at a terminal calls it, once a command; again where a service is just being started anew."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping

from deploy.demo.steps import Command

PATIENCE = 60.0
NOT_RUNNING = 1


def call(command: Command, environment: Mapping[str, str]) -> list[str]:
    """Call it, and give a sentence for each of its answers that isn't the expected one."""
    until = time.monotonic() + PATIENCE
    line = [sys.executable, "-m", "cli.main", *command.arguments]
    name = f"jixiao {' '.join(command.arguments[:3])}"
    while True:
        done = subprocess.run(line, env=dict(environment), capture_output=True, check=False)
        if done.returncode != NOT_RUNNING or time.monotonic() > until:
            break
        time.sleep(0.5)
    if done.returncode:
        return [f"{name}: {done.returncode} {done.stderr.decode(errors='replace').strip()[-300:]}"]
    said = json.loads(done.stdout.strip().splitlines()[-1])
    wrong = {key: said.get(key) for key, value in command.answers.items() if said.get(key) != value}
    return [f"{name}: {wrong} instead of {command.answers}"] if wrong else []
