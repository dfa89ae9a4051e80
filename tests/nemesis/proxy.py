"""A TCP proxy on loopback between the services and the servers, in a process of its own; it ends when its standard input does.

    python -m tests.nemesis.proxy postgres=15432 kafka=9092

It says on a line `postgres=PORT kafka=PORT` where it listens. Orders come as lines `NAME ORDER [NUMBER]`: `reset` closes every connection
hard; `freeze` forwards nothing more of those that are open and leaves them open; `delay 500` holds every piece so many milliseconds;
`rate 1000` lets so many bytes a second through each connection; `heal` ends all of it and resets those that were frozen. Each is answered
by a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

PIECE = 65_536


@dataclass(eq=False)
class Pair:
    """One connection through the proxy: both its ends."""

    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    flows: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared where it is frozen."""

    def reset(self) -> None:
        """Close both ends without a farewell."""
        for end in self.ends:
            if (transport := end.transport) is not None:
                transport.abort()


@dataclass(eq=False)
class Door:
    """One server behind the proxy, and what is done to its connections now."""

    target: int
    delay: float = 0.0
    rate: float = 0.0
    pairs: set[Pair] = field(default_factory=set[Pair])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward a connection both ways until either end closes."""
        try:
            behind_reader, behind = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        pair = Pair((writer, behind))
        pair.flows.set()
        self.pairs.add(pair)
        try:
            ways = [self._forward(pair, reader, behind), self._forward(pair, behind_reader, writer)]
            tasks = [asyncio.create_task(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self.pairs.discard(pair)
            for end in pair.ends:
                with contextlib.suppress(OSError):
                    end.close()

    async def _forward(self, pair: Pair, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(int(self.rate) or PIECE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self.rate:
                    await asyncio.sleep(len(piece) / self.rate)
                await pair.flows.wait()
                writer.write(piece)
                await writer.drain()

    def order(self, words: list[str]) -> None:
        """Do what a line says."""
        match words:
            case ["reset"]:
                self._reset(set(self.pairs))
            case ["freeze"]:
                for pair in self.pairs:
                    pair.flows.clear()
            case ["delay", milliseconds]:
                self.delay = float(milliseconds) / 1000
            case ["rate", bytes_a_second]:
                self.rate = float(bytes_a_second)
            case ["heal"]:
                self.delay = self.rate = 0.0
                self._reset({pair for pair in self.pairs if not pair.flows.is_set()})
            case _:
                raise ValueError(f"no such order: {words}")

    @staticmethod
    def _reset(pairs: set[Pair]) -> None:
        for pair in pairs:
            pair.reset()


class Proxies:
    """The proxy's process, seen from whoever started it; `ports` are where it listens, by name."""

    def __init__(self, targets: Mapping[str, int]) -> None:
        command = [sys.executable, "-m", "tests.nemesis.proxy", *(f"{name}={port}" for name, port in targets.items())]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lock = threading.Lock()
        said = dict(each.split("=") for each in self._answer().split())
        self.ports = {name: int(port) for name, port in said.items()}

    def order(self, name: str, *words: object) -> None:
        """Give an order about one server's connections, and wait until it is carried out."""
        with self._lock:
            assert self._process.stdin
            print(name, *words, file=self._process.stdin, flush=True)
            self._answer()

    def close(self) -> None:
        """End the proxy with all its connections."""
        with self._lock:
            assert self._process.stdin
            self._process.stdin.close()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _answer(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the proxy has ended")
        return line


async def main(targets: Mapping[str, int]) -> None:
    """Listen for each target on a port of its own, and take orders until there are no more."""
    doors = {name: Door(port) for name, port in targets.items()}
    servers = {name: await asyncio.start_server(door.serve, "127.0.0.1", 0) for name, door in doors.items()}
    ports = {name: server.sockets[0].getsockname()[1] for name, server in servers.items()}
    print(*(f"{name}={port}" for name, port in ports.items()), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        name, *words = line.split()
        doors[name].order(words)
        print("done", flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main({name: int(port) for name, port in (each.split("=") for each in sys.argv[1:])}))
