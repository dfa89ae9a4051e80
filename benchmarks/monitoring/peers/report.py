"""What every peer in Python does alike: when it began, when its last offset is committed, and the line that it prints."""

from __future__ import annotations

import argparse
import json
import platform
import resource
import sys
import threading
import time
from dataclasses import dataclass, field
from importlib.metadata import version

from confluent_kafka import Consumer, TopicPartition


@dataclass
class Drained:
    """One drain: counted by the peer while it works, timed from its first record."""

    packages: tuple[str, ...]
    events: int = 0
    counted: int = 0
    duplicates: int = 0
    conflicts: int = 0
    amount: int = 0
    began: float = 0.0
    ended: float = 0.0
    versions: dict[str, str] = field(default_factory=dict[str, str])

    def line(self, **more: object) -> str:
        """The line of JSON. Memory is the highest that was resident."""
        seconds = self.ended - self.began
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return json.dumps(
            {
                "events": self.events,
                "seconds": round(seconds, 3),
                "events_per_s": round(self.events / seconds),
                "counted": self.counted,
                "duplicates": self.duplicates,
                "conflicts": self.conflicts,
                "amount": self.amount,
                "rss_mb": resident >> 20,
                "versions": {"python": platform.python_version(), **{name: version(name) for name in self.packages}},
                **more,
            }
        )


class Committed:
    """Watches a group's committed offsets beside the work, once `seen` is set, until the topic's last record is among them."""

    def __init__(self, bootstrap: str, topic: str, group: str, drained: Drained) -> None:
        self.seen = threading.Event()
        self._drained = drained
        self._watch = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False})
        partitions = self._watch.list_topics(topic, 30).topics[topic].partitions
        self._ends = {
            number: self._watch.get_watermark_offsets(TopicPartition(topic, number))[1] for number in partitions
        }
        self._places = [TopicPartition(topic, number) for number in partitions]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def events(self) -> int:
        """How many records the topic holds."""
        return sum(self._ends.values())

    def wait(self, seconds: float = 60) -> None:
        """Until the last record is committed (`drained.ended` says when); TimeoutError when it takes longer."""
        self._thread.join(seconds)
        if self._thread.is_alive():
            raise TimeoutError(f"the last record was not committed within {seconds:g} s")

    def _run(self) -> None:
        self.seen.wait()
        while any(place.offset < self._ends[place.partition] for place in self._watch.committed(self._places, 10)):
            time.sleep(0.01)
        self._drained.ended = time.perf_counter()
        self._watch.close()


def asked(about: str, *modes: str) -> argparse.Namespace:
    """The command line of a peer: where Kafka is, which topic, and in which mode where there are several."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--bootstrap", required=True, help="Kafka's address")
    parser.add_argument("--topic", required=True)
    if modes:
        parser.add_argument("--mode", choices=modes, default=modes[0])
    return parser.parse_args()
