"""Two services that hear each other, small enough to be broken often: `goals` takes commands and announces, `monitoring` answers.

    command → goals: Refused n (public) and a note (private) → relay → monitoring hears it, answers Resumed n → relay → goals hears it

Their records, read models and deadlines stand on the backbone's tables alone. Monitoring's ledger is the real one beside them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import psycopg

from backbone.kafka.inbox import Hear
from backbone.record.events import Connection, Record, Recorded, record_of
from backbone.record.transact import Transact
from backbone.record.transaction import Outcome, Transaction
from contracts.decision import Refusal
from contracts.envelope import Envelope
from contracts.event import Event, PrivateEvent, PublicEvent
from contracts.goals import GoalRefused
from contracts.monitoring import ProjectResumed

FIRST_DAY = date(2026, 7, 1)
YEAR = 2026
READ = """
create table if not exists read.simulated (stream text primary key, events integer not null, versions bigint not null);
create table if not exists read.simulated_due (stream text primary key, due date not null, fired integer not null);
"""


class Noted(PrivateEvent):
    """A private fact."""

    owner: ClassVar[str] = "goals"
    project: str
    operation: str

    def stream(self) -> str:
        return stream_of(self.project)


class Fired(PrivateEvent):
    """A deadline fired."""

    owner: ClassVar[str] = "goals"
    project: str
    on: date

    def stream(self) -> str:
        return stream_of(self.project)


class Clock:
    """A clock that shows the service's business day; its moments are all the same."""

    follows_topic = True

    def now(self) -> datetime:
        return datetime(2026, 7, 1, 1, tzinfo=UTC)

    def day(self, conn: Connection) -> date:
        row = conn.execute("select day from record.business_day").fetchone()
        return row[0] if row else FIRST_DAY


def stream_of(project: str) -> str:
    """The stream of a project."""
    return f"project/{project}/{YEAR}"


def apply(conn: Connection, recorded: Recorded) -> None:
    """Count what a stream has, and note when its deadline is: a day after each own public event."""
    conn.execute(
        "insert into simulated (stream, events, versions) values (%s, 1, %s) on conflict (stream) do update"
        " set events = simulated.events + 1, versions = simulated.versions + excluded.versions",
        (recorded.stream, recorded.version),
    )
    match recorded.event:
        case GoalRefused():
            conn.execute(
                "insert into simulated_due (stream, due, fired) values (%s, %s, 0) on conflict (stream) do nothing",
                (recorded.stream, FIRST_DAY + timedelta(days=1)),
            )
        case Fired():
            conn.execute("update simulated_due set fired = fired + 1 where stream = %s", (recorded.stream,))
        case _:
            pass


GOALS: Record = record_of("goals", (GoalRefused, ProjectResumed, Noted, Fired), apply)
MONITORING: Record = record_of("monitoring", (GoalRefused, ProjectResumed), apply)


def refuse(tx: Transaction, project: str, operation: str) -> Outcome:
    """The command: one public event that says which operation it is of, and a note."""
    stream = stream_of(project)
    version = tx.conn.execute(
        "select coalesce(max(version), 0) from record.event where stream = %s", (stream,)
    ).fetchone()
    assert version is not None
    event = GoalRefused(
        project=project, year=YEAR, submission=1, rules="r", findings=(), reason=operation, refused_by="王芳"
    )
    events: tuple[Event, ...] = (event, Noted(project=project, operation=operation))
    return Outcome(stream, version[0] + len(events), tx.append(stream, version[0], events))


def monitoring_hears(tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
    """Monitoring writes down what it heard and answers it."""
    assert isinstance(event, GoalRefused)
    stream = stream_of(event.project)
    recorded = tx.hear(stream, event, envelope)
    answer = ProjectResumed(
        project=event.project, year=YEAR, reason=event.reason, document="文号", ordered_by="赵强", ordered_on=FIRST_DAY
    )
    tx.append(stream, recorded.version, (answer,))
    return None


def goals_hears(tx: Transaction, event: PublicEvent, envelope: Envelope) -> Refusal | None:
    """Goals writes down what it heard."""
    assert isinstance(event, ProjectResumed)
    tx.hear(stream_of(event.project), event, envelope)
    return None


def due(transact: Transact, day: date) -> int:
    """Fire what is due up to a day, each once, in a transaction of its own."""
    with transact.connect() as conn:
        streams = [
            row[0]
            for row in conn.execute(
                "select stream from read.simulated_due where due <= %s and fired = 0 order by stream", (day,)
            )
        ]
    for stream in streams:
        transact(lambda tx, stream=stream: fire(tx, stream))
    return len(streams)


def fire(tx: Transaction, stream: str) -> None:
    """Fire one deadline where it has not fired; who comes second finds that it has."""
    recorded = tx.load(stream)
    if not any(isinstance(each.event, Fired) for each in recorded):
        tx.append(stream, recorded[-1].version, (Fired(project=stream.split("/")[1], on=tx.context.day),))


def hears_of(service: str) -> tuple[type[PublicEvent], Hear]:
    """Whom a service hears, and how."""
    return (GoalRefused, monitoring_hears) if service == "monitoring" else (ProjectResumed, goals_hears)


def prepare(owner_url: str) -> None:
    """The read models of a service's database."""
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute(READ)
