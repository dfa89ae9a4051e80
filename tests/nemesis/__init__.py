"""The nemesis: the real Kafka, PostgreSQL and all eight processes under load, one fault after another, and proof that nothing was lost.

`make nemesis SEED=7 MINUTES=10` deals the faults of `faults.py` by the seed, each once before any comes again; `check.py` reads the log of
operations, the topics and the tables afterwards and says what does not hold.
"""
