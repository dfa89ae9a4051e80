"""The supervisor (the library `supervisor`): its configuration, its start, and talking to it over a port of its own on 127.0.0.1.

It restarts what dies. Programs are started one after another by the runtime, so that none starts before what it needs; at the end
the supervisor ends them in the opposite order, each with the signal that it wants.
"""

from __future__ import annotations

import os
import secrets
import shlex
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import psutil

from deploy.local import state
from deploy.local.refusal import Refused


@dataclass(frozen=True)
class Program:
    """One supervised process: how it is started and ended."""

    name: str
    command: list[str]
    priority: int  # started low to high, ended high to low; those of one number together
    end: str = "TERM"
    patience: int = 15  # seconds until KILL
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


def start(home: Path, programs: list[Program], port: int, *, environment: Mapping[str, str]) -> dict[str, Any]:
    """Start a supervisor that knows these programs and runs none yet; its number, start time, port and password."""
    (home / "logs").mkdir(exist_ok=True, mode=0o700)
    configuration, password = home / "supervisord.conf", secrets.token_hex(24)
    text = _configuration(home, programs, port, password)
    with open(configuration, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(text)
    with (home / "logs" / "supervisor.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-n", "-s", "-c", str(configuration)],
            env={**environment, state.MARK: str(home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Refused(f"the supervisor ended at once: see {home / 'logs' / 'supervisor.log'}")
        try:
            known = {
                "pid": process.pid,
                "started": psutil.Process(process.pid).create_time(),
                "port": port,
                "password": password,
            }
            remote(known).getState()
            return known
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise Refused(f"the supervisor did not answer: see {home / 'logs' / 'supervisor.log'}")


def remote(known: Mapping[str, Any]) -> Any:
    """The calls (startProcess, getAllProcessInfo, shutdown, …) of the supervisor that runtime.json names."""
    return cast(
        Any, xmlrpc.client.ServerProxy(f"http://jixiao:{known['password']}@127.0.0.1:{known['port']}/RPC2")
    ).supervisor


def processes(known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """name, state, pid and uptime in seconds of each process, as the supervisor of runtime.json (`supervisor`) says."""
    found = remote(known).getAllProcessInfo()
    return [
        {
            "process": entry["name"],
            "state": entry["statename"].lower(),
            "pid": entry["pid"] or None,
            "seconds": max(0, entry["now"] - entry["start"]) if entry["pid"] else None,
        }
        for entry in sorted(found, key=lambda entry: entry["name"])
    ]


SERVICES = 30
"""Priority of the services' processes: all end together, before Kafka and PostgreSQL do."""


def _configuration(home: Path, programs: list[Program], port: int, password: str) -> str:
    top = f"""\
[supervisord]
logfile = {_quoted(home / "logs" / "supervisor.log")}
logfile_maxbytes = 5MB
logfile_backups = 1
pidfile = {_quoted(home / "supervisor.pid")}
childlogdir = {_quoted(home / "logs")}
{"user = root" if os.geteuid() == 0 else ""}

[inet_http_server]
port = 127.0.0.1:{port}
username = jixiao
password = {password}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
    services = [program for program in programs if program.priority == SERVICES]
    groups = (
        f"\n[group:services]\nprograms = {','.join(program.name for program in services)}\npriority = {SERVICES}\n"
        if services
        else ""
    )
    return top + "".join(_section(home, program) for program in programs) + groups


def _section(home: Path, program: Program) -> str:
    environment = ",".join(f'{name}="{_quoted(value)}"' for name, value in program.environment.items())
    return f"""
[program:{program.name}]
command = {" ".join(_argument(part) for part in program.command)}
directory = {_quoted(Path.cwd())}
environment = {environment}
priority = {program.priority}
autostart = false
autorestart = true
startsecs = 1
startretries = 1000
stopsignal = {program.end}
stopwaitsecs = {program.patience}
redirect_stderr = true
stdout_logfile = {_quoted(home / "logs" / f"{program.name}.log")}
stdout_logfile_maxbytes = 20MB
stdout_logfile_backups = 2
"""


def _quoted(value: object) -> str:
    return str(value).replace("%", "%%")


def _argument(value: str) -> str:
    """One word of a command line as the supervisor reads it: like a shell's."""
    return _quoted(shlex.quote(value))
