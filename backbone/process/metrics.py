"""Every metric there is, with its meaning. Names end in their unit; labels never hold a project, a person or an id."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

COMMANDS = Counter(
    "jixiao_commands_total", "Commands by their outcome: done, nothing, refused, failed", ["command", "outcome"]
)
COMMAND_SECONDS = Histogram(
    "jixiao_command_seconds",
    "From a command's arrival to its commit",
    ["command"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
APPENDED = Counter("jixiao_events_appended_total", "Events appended to the service's event table", ["type"])
RELAYED = Counter("jixiao_events_relayed_total", "Public events acknowledged by Kafka")
RELAY_BACKLOG = Gauge(
    "jixiao_relay_backlog_events", "Public events committed and not yet acknowledged by Kafka, counted once a second"
)
RELAY_FAILURES = Counter("jixiao_relay_failures_total", "Times the relay made a new producer after an error")
RELAY_TAILS_LOST = Counter(
    "jixiao_relay_tails_lost_total",
    "Partitions whose acknowledged tail Kafka had lost, so that it was sent again",
    ["topic"],
)
HEARD = Counter("jixiao_messages_heard_total", "Messages consumed, by what became of them", ["topic", "outcome"])
DEAD_LETTERS = Counter("jixiao_dead_letters_total", "Messages set aside with a reason", ["topic", "kind"])
OUTAGES = Counter(
    "jixiao_outages_total", "Times a worker waited for a database or broker that did not answer", ["part"]
)
TOPIC_CHANGES = Counter(
    "jixiao_topic_changes_total",
    "Times that a partition did not hold what was taken of it: made-anew, tail-lost, expired",
    ["topic", "found"],
)
LAG_EVENTS = Gauge(
    "jixiao_consumer_lag_events",
    "Messages in Kafka not yet consumed, as last counted for /status",
    ["topic", "partition"],
)
VOUCHERS = Counter(
    "jixiao_vouchers_total", "Vouchers by what became of them: counted, duplicate, conflict, dead", ["outcome"]
)
FLUSH_SECONDS = Histogram(
    "jixiao_flush_seconds",
    "One intake transaction: ledger, figures, offsets",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
JUDGED = Counter("jixiao_months_judged_total", "Judgements appended, by their recommendation", ["recommendation"])
LEDGER_GAPS = Gauge(
    "jixiao_ledger_gaps", "Gaps in the finance systems' own numbering that have lasted longer than is waited for"
)
LEDGER_MISSING = Gauge("jixiao_ledger_missing_vouchers", "Numbers that are missing in those gaps")
