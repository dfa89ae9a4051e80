"""Who sends from outside: clients with commands, a finance system with vouchers, the business clock; and a log of what they did."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg
from confluent_kafka import KafkaException

from backbone.record.events import Connection
from backbone.record.transact import RETRIED, Asked, Transact
from backbone.record.transaction import Outcome, Transaction
from contracts.clock import DayBegan
from contracts.decision import Actor as Person
from contracts.envelope import binary_headers, seal
from contracts.execution import ExecutionReported
from tests.simulation.database import Database
from tests.simulation.kafka import Broker
from tests.simulation.scenes import TOPICS
from tests.simulation.services import FIRST_DAY, GOALS, Clock, refuse

PERSON = Person("王芳", "finance", "finance")
LATER = Clock().now()
RUBBISH = b"{"
"""A message that is no voucher."""


@dataclass(frozen=True)
class ToBeSaid:
    """A service had read what a partition lost: after so many changes that it had written down of it, there must be another."""

    service: str
    topic: str
    partition: int
    changes: int


@dataclass
class Log:
    """What was done from outside, and what came of it."""

    acknowledged: set[str] = field(default_factory=set[str])
    unknown: set[str] = field(default_factory=set[str])
    sent: list[tuple[int, int, ExecutionReported | None]] = field(
        default_factory=list[tuple[int, int, ExecutionReported | None]]
    )
    """Vouchers by partition and offset; None where it was rubbish."""
    last_day: date = FIRST_DAY
    to_be_said: list[ToBeSaid] = field(default_factory=list[ToBeSaid])


class Clients:
    """Bodies of the actors that send."""

    def __init__(self, random: Random, broker: Broker, goals: Database) -> None:
        self.random, self.broker, self.goals = random, broker, goals
        self.log = Log()
        self.days = 0

    def commands(self, number: int, turns: int) -> Callable[[], None]:
        """A client with so many commands, each asked again until it is answered, or given up."""

        def body() -> None:
            database = self.goals
            for turn in range(turns):
                operation, project = f"{number}-{turn}", f"P-{self.random.randint(1, 2)}"
                while True:
                    try:
                        with database.connect() as conn:
                            transact = Transact(partial(_lent, conn), GOALS, Clock())
                            transact.command(
                                Asked("refuse", operation, {"p": project}), PERSON, partial(answer, project, operation)
                            )
                        self.log.acknowledged.add(operation)
                        self.log.unknown.discard(operation)
                        break
                    except (psycopg.OperationalError, *RETRIED):
                        self.log.unknown.add(operation)
                        if self.random.random() < 0.3:
                            break

        return body

    def finance(self, number: int) -> Callable[[], None]:
        """A finance system: new vouchers, some again at once or later, on any partition, some with other figures, some rubbish."""

        def body() -> None:
            made: list[ExecutionReported] = []
            while len(self.log.sent) < number:
                try:
                    self.broker.call("produce")
                except KafkaException:
                    continue
                for _ in range(self.random.randint(1, 5)):
                    self._send(made)

        return body

    def _send(self, made: list[ExecutionReported]) -> None:
        draw = self.random.random()
        if made and draw < 0.25:
            voucher = self.random.choice(made)
            if draw < 0.05:
                voucher = voucher.model_copy(update={"amount": voucher.amount + 1})
        else:
            voucher = ExecutionReported(
                source="s", number=str(len(made)), numbering_year=2026, date=FIRST_DAY - timedelta(days=self.random.randint(0, 200)),
                amount=self.random.randint(-5, 100), project=f"V-{self.random.randint(1, 3)}", sequence=len(made) + 1,
            )  # fmt: skip
            made.append(voucher)
        rubbish = self.random.random() < 0.03
        partition = self.random.randrange(TOPICS["execution.reported"])
        value = RUBBISH if rubbish else voucher.model_dump_json().encode()
        place = self.broker.append("execution.reported", b"k", value, [*binary_headers(voucher, time=LATER)], partition)
        self.log.sent.append((*place, None if rubbish else voucher))

    def calendar(self, number: int) -> Callable[[], None]:
        """The business clock: days begin, some told twice."""

        def body() -> None:
            for turn in range(number):
                for _ in range(self.random.choice((1, 1, 2))):
                    while True:
                        try:
                            self.broker.call("produce")
                            break
                        except KafkaException:
                            continue
                    self.begin(turn)
                self.days = turn + 1

        return body

    def begin(self, turn: int) -> None:
        """The clock's message of a day."""
        day = FIRST_DAY + timedelta(days=turn)
        envelope = seal(DayBegan(day=day), id=str(uuid5(NAMESPACE_URL, str(day))), time=LATER, number=turn + 1)
        self.broker.append("clock.days", b"clock", envelope.to_bytes(), [])
        self.log.last_day = day


def answer(project: str, operation: str, tx: Transaction) -> tuple[Outcome, dict[str, Any]]:
    """The command's work, and nothing more to say."""
    return refuse(tx, project, operation), {}


def _lent(conn: Connection) -> AbstractContextManager[Connection]:
    return nullcontext(conn)
