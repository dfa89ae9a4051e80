"""Who Jixiao is compared with, each a process of its own, written and tuned as its own documentation advises for speed.

Each drains a topic from its first record until its last one is committed, and prints one line of JSON: events, seconds, events_per_s,
counted, amount (fen), rss_mb, versions. `report.py` says what is common to them.
"""
