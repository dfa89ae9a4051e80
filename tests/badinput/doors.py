"""The five doors by name, each opened in a process of its own by who tries them all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import structlog

from tests.badinput import file_door, http_door, token_door, topic_door, voucher_door
from tests.badinput.door import Asked, Door, play
from tests.integration.servers import Fresh

DOORS: Mapping[str, Callable[[Any], AbstractContextManager[Door]]] = {
    "file": file_door.opened,
    "http": http_door.opened,
    "topic": topic_door.opened,
    "voucher": voucher_door.opened,
    "token": token_door.opened,
}
"""The longest first."""


@dataclass(frozen=True)
class Place:
    """Servers as a door knows them: Kafka, and a database of each service made beforehand."""

    kafka: str
    databases: Mapping[str, Fresh]

    def fresh(self, service: str) -> Fresh:
        """The database of a service, empty."""
        return self.databases[service]


def tried(name: str, asked: Asked, place: Place, told: Any) -> None:
    """Open a door and play; `told` is put pairs: ("said", line), ("begun", number), at the end ("done", what became of them)."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.ERROR)
    with DOORS[name](place) as door:
        tally = play(door, asked, lambda line: told.put(("said", line)), lambda number: told.put(("begun", number)))
    told.put(("said", f"{name}: {dict(tally.fates)} in {tally.seconds:.0f} s"))
    told.put(("done", dict(tally.fates)))
