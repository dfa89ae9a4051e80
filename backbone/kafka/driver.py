"""Faust's aiokafka driver with its offsets taken from us.

Faust 0.15.3 goes back to Kafka's committed offset after every assignment and commits past messages in flight; in
PostgreSQL at 5 and Kafka at 8, messages 5–7 were skipped. Here `seek_to_committed` claims the partitions in PostgreSQL and
seeks there, and `_commit` does nothing: an acknowledgement means nothing, COMMIT does.

Faust waits `broker_request_timeout` for that seek, and takes one that lasts longer for the end of the service: the task that resumes the
streams after every assignment returns without a word, and nothing is read any more. A claim waits for Kafka and PostgreSQL as long
as they are away, so here the seek may last.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set
from typing import Any, ClassVar, cast

import faust
from aiokafka.structs import TopicPartition
from faust.tables import TableManager
from faust.tables.recovery import Recovery
from faust.transport.drivers import aiokafka as kafka
from faust.types import TP

from backbone.kafka.fence import Partition

ClaimPartitions = Callable[[Set[Partition]], Awaitable[Mapping[Partition, int]]]
"""Claims partitions in PostgreSQL; the next offset of each."""
METADATA_MILLISECONDS = 5_000
"""A broker that has just come back says that it knows none of the topics, and a member that joined then is given no partition until it
asks again."""


class PostgresOffsetsThread(kafka.AIOKafkaConsumerThread):
    """The thread that owns the aiokafka consumer."""

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seek every assigned partition to where PostgreSQL says that its effect ends."""
        return await self.call_thread(self._seek_to_postgres)

    async def _seek_to_postgres(self) -> Mapping[TP, int]:
        consumer = self._ensure_consumer()
        app = cast("ServiceApp", self.app)
        assigned = {(tp.topic, tp.partition) for tp in consumer.assignment()}
        offsets = await app.claim_partitions(assigned)
        for (topic, partition), offset in offsets.items():
            consumer.seek(TopicPartition(topic, partition), offset)
        return {TP(topic, partition): offset for (topic, partition), offset in offsets.items()}

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        return True


class PostgresOffsetsConsumer(kafka.Consumer):
    """Faust's consumer over the thread above."""

    def _new_consumer_thread(self) -> PostgresOffsetsThread:
        return PostgresOffsetsThread(self, loop=self.loop, beacon=self.beacon)


class PostgresOffsetsTransport(kafka.Transport):
    """Faust's transport with our consumer."""

    Consumer: ClassVar[Any] = PostgresOffsetsConsumer


class PatientRecovery(Recovery):
    """What resumes the streams after an assignment."""

    async def _wait(self, coro: Any, *_: Any, **__: Any) -> None:
        """Wait as long as it takes, whatever Faust allows: until the service stops, or another assignment comes."""
        await super()._wait(coro)


class PatientTables(TableManager):
    """Faust's manager of no table at all: to it belongs what resumes the streams."""

    @property
    def recovery(self) -> Recovery:
        if self._recovery is None:
            self._recovery = PatientRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery


class ServiceApp(faust.App):
    """A Faust app whose offsets live in PostgreSQL, and which keeps nothing on disk."""

    claim_partitions: ClaimPartitions

    def _new_transport(self) -> PostgresOffsetsTransport:
        return PostgresOffsetsTransport(self.conf.broker_consumer, self)

    def _create_directories(self) -> None:
        """Faust makes folders for its tables where the process was started; without tables there is nothing to keep."""


def faust_app(name: str, bootstrap: str, claim: ClaimPartitions) -> ServiceApp:
    """A Faust app without tables and without a web server, that declares no topic and commits nothing to Kafka."""
    app = ServiceApp(
        f"jixiao-{name}",
        broker=[f"kafka://{server.strip()}" for server in bootstrap.split(",")],
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        TableManager=PatientTables,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=METADATA_MILLISECONDS,
        broker_commit_every=1_000_000,
        broker_commit_interval=3600.0,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=1.5,
        broker_request_timeout=15.0,
        broker_rebalance_timeout=10.0,
        broker_max_poll_records=500,
        stream_buffer_maxsize=256,
        stream_wait_empty=False,
        stream_recovery_delay=0.0,
        stream_processing_timeout=86_400.0,
        broker_commit_livelock_soft_timeout=86_400.0,
        key_serializer="raw",
        value_serializer="raw",
    )
    app.claim_partitions = claim
    return app
