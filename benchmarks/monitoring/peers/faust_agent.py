"""A plain Faust agent: batches by `take`, sums by project and month in memory, offsets committed as Faust does by itself.

It counts nothing once and keeps nothing: what it holds is gone with its process.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from uuid import uuid4

import faust
import msgspec

from benchmarks.monitoring.peers.report import Committed, Drained, asked


class Voucher(msgspec.Struct):
    """The fields that the fold reads."""

    project: str
    date: str
    amount: int


async def drain(bootstrap: str, topic: str) -> Drained:
    """Every message once; returns when Faust has committed the last."""
    group = f"faust-{uuid4()}"
    drained = Drained(("faust-streaming", "aiokafka", "msgspec"))
    committed = Committed(bootstrap, topic, group, drained)
    app = faust.App(
        group, broker=f"kafka://{bootstrap}", store="memory://", web_enabled=False, topic_disable_leader=True,
        consumer_auto_offset_reset="earliest", stream_buffer_maxsize=32_768, broker_max_poll_records=10_000,
        consumer_max_fetch_size=8 << 20, broker_commit_every=10_000, broker_commit_interval=1.0,
    )  # fmt: skip
    decode = msgspec.json.Decoder(Voucher).decode
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    stream = app.topic(topic, value_type=bytes, value_serializer="raw", key_type=bytes, key_serializer="raw")

    @app.agent(stream)
    async def fold(vouchers: faust.Stream[bytes]) -> None:
        async for batch in vouchers.take(5000, within=0.2):
            drained.began = drained.began or time.perf_counter()
            for value in batch:
                voucher = decode(value)
                sums[voucher.project, voucher.date[:7]] += voucher.amount
            drained.events += len(batch)
            if drained.events >= committed.events:
                committed.seen.set()

    await app.start()
    await asyncio.to_thread(committed.wait, 600)
    await app.stop()
    drained.counted, drained.amount = drained.events, sum(sums.values())
    return drained


if __name__ == "__main__":
    arguments = asked(__doc__)
    print(asyncio.run(drain(arguments.bootstrap, arguments.topic)).line())
