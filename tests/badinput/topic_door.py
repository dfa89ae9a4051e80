"""The door of the topics: what each of the four services hears, and units' own systems send, taken by its inbox."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from backbone.identity import Identity
from backbone.kafka.dead import Message
from backbone.kafka.fence import Claim, claim
from backbone.kafka.inbox import Defect, Inbox
from backbone.kafka.service import Service
from backbone.process.settings import Settings
from backbone.record.clock import begin_day
from backbone.record.events import Connection
from contracts.event import PublicEvent
from contracts.reporting import ProgressSubmitted
from deploy.local import tokens
from services.evaluation.app import service as evaluation
from services.goals.app import service as goals
from services.monitoring.app import service as monitoring
from services.publishing.app import service as publishing
from tests.badinput import corpora
from tests.badinput.door import Fate, Input, Wrong
from tests.badinput.mutations import HURTFUL, mutated
from tests.badinput.trees import Raw, bad_json, dumps, replaced, texts_in
from tests.integration.monitored import PRIVATE, PUBLIC
from tests.integration.recording import StandingClock
from tests.integration.servers import Servers

SAMPLES = Path(__file__).parents[2] / "contracts/samples"
SERVICES = (goals, monitoring, evaluation, publishing)
TODAY = date(2026, 5, 11)


@dataclass(frozen=True)
class Heard:
    """A good message: to which service, of which event, with which data."""

    service: str
    event: type[PublicEvent]
    data: dict[str, Any]

    def envelope(self, project: str, id_: str) -> dict[str, Any]:
        """The first event of a project of its own, as its service would send it."""
        data = {**self.data, **({"project": project} if "project" in self.data else {})}
        return {
            "specversion": "1.0", "id": id_, "source": f"/jixiao/{self.event.owner}", "type": self.event.type_name(), "subject": "s",
            "time": "2026-05-11T01:00:00Z", "datacontenttype": "application/json", "streamnumber": 1, "actor": "赵强",
            "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01", "businessday": "2026-05-11", "data": data,
        }  # fmt: skip


@dataclass
class Ear:
    """A service's inbox on its database."""

    service: Service
    conn: Connection
    held: dict[str, Claim] = field(default_factory=dict)

    def receive(self, message: Message) -> tuple[Fate, str] | Wrong:
        """What became of a message at the next offset of its topic."""
        held = self.held.get(message.topic) or claim(self.conn, {(message.topic, 0)})[message.topic, 0]
        message = Message(
            message.topic, 0, held.next_offset, message.key, message.value, message.headers, 1_780_000_000_000
        )
        inbox = Inbox(
            self.conn,
            self.service.record,
            StandingClock(TODAY),
            self.service.hear,
            self.service.interest,
            Identity(PUBLIC),
        )
        try:
            self.held[message.topic] = inbox.receive(held, message)
        except Defect as defect:
            self.held[message.topic] = defect.claim
            return Wrong(f"a defect: {self._letter(message)}")
        except Exception as error:
            self.held.pop(message.topic, None)
            return Wrong(f"the consumer stands: {type(error).__name__}: {str(error)[:300]}")
        letter = self._letter(message)
        if letter is None:
            return "accepted", ""
        kind, reason, detail = letter
        if kind == "defect" or not reason or not detail:
            return Wrong(f"{kind} {reason!r} {detail!r}")
        return "dead_lettered", f"{kind} {reason}"

    def _letter(self, message: Message) -> Any:
        return self.conn.execute(
            "select kind, reason, left(detail, 500) from record.dead_letter where topic = %s and partition = 0 and log_offset = %s",
            (message.topic, message.offset),
        ).fetchone()


@dataclass
class Topic:
    """The inboxes of all services."""

    ears: dict[str, Ear]
    name: str = "topic"
    batch: int = 1
    rest: int = 20
    _good: int = 0

    @cached_property
    def _heard(self) -> list[Heard]:
        return [
            Heard(name, event, json.loads((SAMPLES / f"{event.__name__}.v{event.version}.json").read_text("utf-8")))
            for name, ear in self.ears.items()
            for event in ear.service.hears
        ]

    @cached_property
    def _texts(self) -> list[tuple[Heard, tuple[Any, ...]]]:
        """A text of each field once, whoever hears it."""
        first = {each.event: each for each in reversed(self._heard)}
        return [(each, path) for each in first.values() for path in texts_in(each.envelope("CS-1", "x"))]

    @cached_property
    def _values(self) -> list[bytes]:
        return [json.dumps(each.envelope("CS-1", _id(0))).encode() for each in self._heard]

    def fixed(self) -> int:
        """Every case of the suite as a value and as a text; naughty strings over all texts, each text with every twentieth."""
        return 2 * len(corpora.json_suite()) + len(self._texts) * (len(corpora.naughty()) // 20)

    def make(self, number: int, chance: Random) -> Input:
        suite, strings = corpora.json_suite(), corpora.naughty()
        if number < len(suite):
            name, text = suite[number]
            heard = self._heard[number % len(self._heard)]
            return self._input(number, f"value {name}", heard, text.encode("utf-8", "surrogatepass"))
        if number < self.fixed():
            at = number - len(suite)
            heard, path = self._texts[at % len(self._texts)]
            word: Any = Raw(suite[at][1]) if at < len(suite) else strings[(at * 7) % len(strings)]
            value = dumps(
                replaced(heard.envelope(f"CS-{number}", _id(number)), path, word), ascii_only=bool(number % 2)
            )
            what = f"{heard.event.__name__} {'.'.join(map(str, path))}"
            return self._input(number, what, heard, value.encode("utf-8", "surrogatepass"))
        return self._mutation(number, chance)

    def take(self, inputs: Sequence[Input]) -> list[Fate | Wrong]:
        fates: list[Fate | Wrong] = []
        for each in inputs:
            service, message = each.sent
            fate = self.ears[service].receive(message)
            fates.append(fate if isinstance(fate, Wrong) else fate[0])
        return fates

    def good(self) -> None:
        """Each service hears the first event of a new project."""
        self._good += 1
        for name, ear in self.ears.items():
            heard = next(each for each in self._heard if each.service == name and "project" in each.data)
            value = json.dumps(heard.envelope(f"GOOD-{self._good}", _id(10**9 + self._good))).encode()
            fate = ear.receive(Message(heard.event.topic, 0, 0, b"k", value))
            if isinstance(fate, Wrong) or fate[0] != "accepted":
                raise Wrong(f"{name} {heard.event.__name__}: {fate}")

    def _mutation(self, number: int, chance: Random) -> Input:
        heard = chance.choice(self._heard)
        good = heard.envelope(f"CS-{number}", _id(number))
        way = chance.choices(("data", "envelope", "bytes", "headers"), (45, 20, 25, 10))[0]
        match way:
            case "data":
                value = dumps({**good, "data": Raw(bad_json(heard.data, chance).decode("utf-8", "surrogateescape"))})
                data = value.encode("utf-8", "surrogateescape")
            case "envelope":
                data = bad_json(good, chance)
            case "bytes":
                data = mutated(json.dumps(good, ensure_ascii=False).encode(), chance, self._values)
            case _:
                data = json.dumps(good).encode()
        made = self._input(number, f"{way} {heard.service} {heard.event.__name__}", heard, data)
        return replace(made, sent=(heard.service, _headers(made.sent[1], chance))) if way == "headers" else made

    def _input(self, number: int, what: str, heard: Heard, value: bytes) -> Input:
        headers = [("authorization", f"Bearer {_TOKEN}".encode())] if heard.event.signed else []
        return Input(number, what, (heard.service, Message(heard.event.topic, 0, 0, b"k", value, headers)))


_TOKEN = tokens.sign(
    PRIVATE, name="李明", role="unit", org="department-03", seconds=3600, purpose=ProgressSubmitted.topic
)


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _headers(message: Message, chance: Random) -> Message:
    """Key and headers of any bytes; no value at all."""
    words = (
        b"",
        None,
        chance.choice(HURTFUL) * 5,
        b"Bearer " + mutated(_TOKEN.encode(), chance, (b"x",)),
        chance.randbytes(50),
    )
    names = ("authorization", "Authorization", "traceparent", "", "x\x00", "\ud800", "content-type")
    headers = [(chance.choice(names), chance.choice(words)) for _ in range(chance.choice((0, 1, 2, 30)))]
    value = message.value if chance.random() < 0.7 else chance.choice((None, b"", b"\x00", b"null"))
    return Message(message.topic, 0, 0, chance.choice((None, b"", b"\xff\x00", b"k" * 5000)), value, headers)


@contextmanager
def opened(servers: Servers) -> Iterator[Topic]:
    """The door on a database of each service."""
    with ExitStack() as held:
        ears: dict[str, Ear] = {}
        for wired in (each(Settings()) for each in SERVICES):
            conn = held.enter_context(psycopg.connect(servers.fresh(wired.name).url, autocommit=True))
            begin_day(conn, TODAY)
            ears[wired.name] = Ear(wired, conn)
        yield Topic(ears)
