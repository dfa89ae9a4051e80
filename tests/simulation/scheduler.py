"""Who goes on: actors in greenlets, one step at a time, in an order that a seed draws."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

MOMENT = "a moment passes"
ENDED = "a transaction ended"


class Killed(GreenletExit):
    """The actor's process was killed where it stood. No `except Exception` of production code sees it."""


class Stuck(Exception):
    """Nobody can go on, or the run takes more steps than any that converges."""


@dataclass(eq=False)
class Actor:
    """One process or thread. `blocked` says whether what it waits for still holds it; `label` where it stands."""

    name: str
    body: Callable[[], None]
    run: greenlet = field(repr=False)
    label: str = "begins"
    blocked: Callable[[], bool] | None = None
    idle: bool = False
    killed: bool = False
    ended: bool = False
    owns: list[Any] = field(default_factory=list[Any])


Fault = Callable[["Actor", str], str | None]
"""Draws what breaks at a step: None for nothing, `kill`, or a word that the call itself understands."""


class Scheduler:
    """Runs actors until told. Every draw of a run comes from `random`, and every step goes into `trace`."""

    def __init__(self, seed: int, most: int = 20_000) -> None:
        self.random = Random(seed)
        self.actors: list[Actor] = []
        self.fault: Fault = lambda actor, label: None
        self.ended: Callable[[Actor], None] = lambda actor: None
        self.rested: Callable[[], None] = lambda: None
        self.steps = 0
        self.changes: Counter[str] = Counter()
        self.doomed: list[Actor] = []
        """Actors that another one ends: they do not come to their next step."""
        self.told: list[str] = []
        self._most = most
        self._trace = hashlib.blake2b(digest_size=8)
        self._hub = getcurrent()

    @property
    def hash(self) -> str:
        """What happened in this run, in one number."""
        return self._trace.hexdigest()

    def tell(self, line: str) -> None:
        """Add a line to what happened."""
        self._trace.update(line.encode() + b"\n")
        self.told.append(line)

    def spawn(self, name: str, body: Callable[[], None]) -> Actor:
        """A new actor; it begins when it is first picked."""
        actor = Actor(name, body, greenlet(body, self._hub))
        self.actors.append(actor)
        return actor

    @property
    def current(self) -> Actor | None:
        """The actor whose code runs; None in the hub."""
        here = getcurrent()
        return next((actor for actor in self.actors if actor.run is here), None)

    def pause(self, label: str) -> str | None:
        """Stop before a call named `label` until picked; what breaks at it, as the call understands it."""
        if getcurrent() is self._hub:
            return None
        self._living()
        return self._hub.switch(label)

    def wait(self, blocked: Callable[[], bool]) -> None:
        """Stop until `blocked` is false. It is asked after every step of another."""
        actor = self._living()
        actor.blocked = blocked
        self._hub.switch(actor.label)

    def idle(self, label: str, *interest: str) -> None:
        """Stop until something of interest has changed (a topic, a channel), or a moment passes in which nobody has anything to do."""
        actor, interest = self._living(), (*interest, MOMENT)
        seen = [self.changes[what] for what in interest]
        actor.label, actor.idle = label, True
        self.wait(lambda: [self.changes[what] for what in interest] == seen)
        actor.idle = False

    def changed(self, what: str) -> None:
        """Wake who is idle and interested."""
        self.changes[what] += 1

    def _living(self) -> Actor:
        actor = self.current
        if actor is None or actor.killed:
            raise Killed
        return actor

    def run(self, until: Callable[[], bool]) -> None:
        """Pick and step until `until` is true, which is asked before every step. Where nobody has anything to do `rested` is called, and
        a moment passes."""
        while not until():
            while self.doomed:
                self.kill(self.doomed.pop())
            able = [actor for actor in self.actors if actor.blocked is None]
            if able:
                self.step(self.random.choice(able))
            elif any(actor.blocked is not None and not actor.idle for actor in self.actors):
                self.untangle()
            else:
                self.rested()
                self.changed(MOMENT)
                self._free()

    def step(self, actor: Actor) -> None:
        """One step of an actor, and whatever it frees."""
        self.steps += 1
        if self.steps > self._most:
            raise Stuck(f"{self._most} steps, and still not done: {[(each.name, each.label) for each in self.actors]}")
        fault = self.fault(actor, actor.label)
        self.tell(f"{actor.name} {actor.label}" + (f" ! {fault}" if fault else ""))
        if fault == "kill":
            self.kill(actor)
        else:
            self._switch(actor, fault)
        self._free()

    def kill(self, actor: Actor) -> None:
        """End an actor where it stands; what it owns falls with it, and nothing that it would do on its way out is done."""
        actor.killed = True
        for owned in actor.owns:
            owned.fall()
        if actor.run:
            actor.run.throw(Killed)
        self._gone(actor)

    def untangle(self) -> None:
        """Everybody waits for somebody: end the deadlock as PostgreSQL does, by failing one who waits for a lock, the one that came last.
        The sessions of those who are gone may have held it: then it is free by now."""
        self.changed(ENDED)
        self._free()
        if all(actor.blocked is not None for actor in self.actors) and not any(
            owned.fail_as_deadlocked() for actor in reversed(self.actors) for owned in actor.owns
        ):
            raise Stuck(f"nobody can go on: {[(actor.name, actor.label) for actor in self.actors]}")
        self._free()

    def _switch(self, actor: Actor, fault: str | None) -> None:
        label = actor.run.switch(*(() if not actor.run else (fault,)))
        if actor.run.dead:
            self._gone(actor)
        else:
            actor.label = label

    def _gone(self, actor: Actor) -> None:
        actor.ended = True
        for owned in actor.owns:
            owned.fall()
        if actor in self.actors:
            self.actors.remove(actor)
            self.ended(actor)

    def _free(self) -> None:
        """Let those go on whom nothing holds any more: what they waited for has come before anybody takes another step."""
        for actor in [actor for actor in self.actors if actor.blocked is not None]:
            if actor.blocked is not None and not actor.blocked():
                actor.blocked = None
