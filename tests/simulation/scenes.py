"""What a run has on its stage: which processes, which topics, and how often what breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from backbone.record.events import Record
from tests.simulation.services import GOALS, MONITORING

READ = {"goals": ("monitoring.events", "clock.days"), "monitoring": ("goals.events", "clock.days")}
TOPICS = {"goals.events": 2, "monitoring.events": 2, "clock.days": 1, "execution.reported": 3}
LARGE = 0.05
"""Of all runs, those with more clients and vouchers."""
TORN = 0.25
"""Of all runs, those in which topics lose their tails or are made anew."""


@dataclass(frozen=True)
class Scene:
    """Which of the services' processes a run has. Few at once, so that what they do meets often, and runs are short enough to be many."""

    relays: tuple[Record, ...] = ()
    ears: tuple[Record, ...] = ()
    dated: bool = False
    """Days begin, and deadlines fall due in goals."""
    draining: bool = False

    def topics(self) -> list[str]:
        """The topics that this run writes to, without the business clock's."""
        return [f"{record.service}.events" for record in self.relays] + ["execution.reported"] * self.draining

    def readers(self, topic: str) -> list[str]:
        """Which services read a topic."""
        if topic == "execution.reported":
            return ["monitoring"] * self.draining
        return [record.service for record in self.ears if topic in READ[record.service]]


SCENES = {
    "relaying": Scene(relays=(GOALS,)),
    "hearing": Scene(relays=(GOALS,), ears=(MONITORING,)),
    "dated": Scene(ears=(GOALS,), dated=True),
    "draining": Scene(draining=True),
    "conversing": Scene(relays=(GOALS, MONITORING), ears=(GOALS, MONITORING), dated=True),
    "everything": Scene(relays=(GOALS, MONITORING), ears=(GOALS, MONITORING), dated=True, draining=True),
}
SHARES = {"relaying": 0.25, "hearing": 0.3, "dated": 0.16, "draining": 0.22, "conversing": 0.05, "everything": 0.02}
"""How often each comes."""


@dataclass
class Mix:
    """How often what breaks, drawn anew for each run; chances at a step."""

    kill: float
    cut: float
    kafka: float
    rebalance: float
    outage: float
    topic: float

    @classmethod
    def draw(cls, luck: Random) -> Mix:
        """The mix of a run: most have some of each, a few have topics that change."""
        draw = luck.random
        usual = (draw() * most * (draw() < 0.7) for most in (0.03, 0.04, 0.2, 0.03, 0.02))
        return cls(*usual, topic=0.03 * draw() * (draw() < TORN))

    def drawn(self, luck: Random, label: str) -> str | None:
        """What breaks at a step."""
        draw, which = luck.random(), luck.random()
        if draw < self.kill:
            return "kill"
        if label.startswith("kafka"):
            words = ("no answer", "part", "no acknowledgement")
            return _choice(words, which) if draw < self.kill + self.kafka else None
        if draw < self.kill + self.cut and ":" in label:
            return _choice(("cut before", "cut after", "cut after" if "commit" in label else "no answer"), which)
        if draw > (rest := 1 - self.rebalance):
            return "rebalance"
        if draw > (rest := rest - self.outage):
            return "outage"
        if draw > rest - self.topic:
            return "tail lost" if which < 0.6 else "made anew"
        return None


def _choice(of: Sequence[str], draw: float) -> str:
    return of[int(draw * len(of))]
