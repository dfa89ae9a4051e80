"""Where Kafka's log ends is read from its files as Kafka itself would find it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.nemesis.losses import ends


def batch(first: int, last: int, filling: int = 100) -> bytes:
    """A batch of Kafka's log, as far as its header matters here."""
    rest = struct.pack(">ibihi", 0, 2, 0, 0, last - first) + bytes(filling)
    return struct.pack(">qi", first, len(rest)) + rest


@pytest.fixture
def partition(tmp_path: Path) -> Path:
    folder = tmp_path / "vouchers-2"
    folder.mkdir()
    (tmp_path / "vouchers-other-0").mkdir()
    return folder


def test_a_log_ends_behind_its_last_whole_batch(partition: Path) -> None:
    (partition / f"{0:020d}.log").write_bytes(batch(0, 4) + batch(5, 5) + batch(6, 9)[:-1])
    assert ends(partition.parent, "vouchers") == {2: 6}


def test_the_last_segment_counts_and_may_be_empty(partition: Path) -> None:
    (partition / f"{0:020d}.log").write_bytes(batch(0, 6))
    (partition / f"{7:020d}.log").write_bytes(b"")
    assert ends(partition.parent, "vouchers") == {2: 7}


def test_room_that_was_made_beforehand_is_no_batch(partition: Path) -> None:
    (partition / f"{0:020d}.log").write_bytes(batch(0, 6) + bytes(4096))
    assert ends(partition.parent, "vouchers") == {2: 7}
