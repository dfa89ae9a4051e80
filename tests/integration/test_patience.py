"""What Faust does when an assignment takes long: partitions are claimed for as long as Kafka or PostgreSQL are away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Set
from concurrent.futures import ThreadPoolExecutor

from backbone.kafka.driver import faust_app
from backbone.kafka.fence import Partition


def test_streams_are_resumed_however_long_the_claim_took() -> None:
    """Faust's own wait takes its time limit for the end of the service, and resumes nothing ever after."""

    async def claimed_late() -> bool:
        app = faust_app("patient", "localhost:1", _nothing)
        late = asyncio.create_task(asyncio.sleep(0.1, "claimed"))
        await app.tables.recovery._wait(late, timeout=0.01)
        return late.done()

    with ThreadPoolExecutor(1) as thread:  # a browser's tests leave a loop running in this one
        assert thread.submit(asyncio.run, claimed_late()).result()


async def _nothing(_: Set[Partition]) -> Mapping[Partition, int]:
    return {}
