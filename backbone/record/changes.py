"""Changes of topics that were noticed: what was expected, what was found, where reading went on; and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backbone.process import metrics
from backbone.process.logs import log
from backbone.record.events import Connection
from backbone.record.reading import Ends

Found = Literal["made-anew", "tail-lost", "expired"]
SAID = {
    "made-anew": "主题 {topic} 的分区 {partition} 已重建：从 {goes_on_at} 起重新读取，重复的不再计"
    " · {topic}[{partition}] was made anew: it is read again from {goes_on_at}, and nothing counts twice",
    "tail-lost": "主题 {topic} 的分区 {partition} 丢失了末尾的消息：从 {expected_offset} 退回到 {goes_on_at}，重复的不再计"
    " · {topic}[{partition}] lost its last messages: reading goes back from {expected_offset} to {goes_on_at}, and nothing counts twice",
    "expired": "主题 {topic} 的分区 {partition} 中 {expected_offset} 至 {goes_on_at} 的消息未读已过期：请发送方重发"
    " · {topic}[{partition}] let go of the messages from {expected_offset} to {goes_on_at} before they were read: their sender has to"
    " send them again",
}
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a partition: what was expected before which offset, what stands there instead, and where reading goes on."""

    topic: str
    partition: int
    found: Found
    expected_offset: int
    expected_id: str | None
    found_id: str | None
    ends: Ends
    goes_on_at: int

    def __str__(self) -> str:
        return _sentence(self.found, self.topic, self.partition, self.expected_offset, self.goes_on_at)


def note(conn: Connection, change: Change) -> None:
    """Write a change down inside the open transaction, and say it."""
    conn.execute(
        "insert into record.topic_change"
        " (topic, partition, found, expected_offset, expected_id, found_id, first_offset, end_offset, goes_on_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            change.topic, change.partition, change.found, change.expected_offset, change.expected_id, change.found_id,
            change.ends.first, change.ends.behind, change.goes_on_at,
        ),
    )  # fmt: skip
    metrics.TOPIC_CHANGES.labels(change.topic, change.found).inc()
    log.error(
        "topic changed",
        topic=change.topic,
        partition=change.partition,
        found=change.found,
        expected=change.expected_offset,
        goes_on_at=change.goes_on_at,
        said=str(change),
    )


def told(conn: Connection) -> list[str]:
    """The latest changes, each in a sentence with its moment, the newest first."""
    rows = conn.execute(
        "select at, found, topic, partition, expected_offset, goes_on_at from record.topic_change order by id desc limit %s",
        (SHOWN,),
    )
    return [f"{at:%Y-%m-%d %H:%M} {_sentence(*rest)}" for at, *rest in rows]


def _sentence(found: Found, topic: str, partition: int, expected_offset: int, goes_on_at: int) -> str:
    return SAID[found].format(topic=topic, partition=partition, expected_offset=expected_offset, goes_on_at=goes_on_at)
