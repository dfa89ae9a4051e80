"""Kafka: the Faust app that services converse through, offsets in PostgreSQL behind our own fence, dead letters with a brake.

`fence` claims partitions and moves offsets; `inbox` takes one message in one transaction; `dead` sets messages aside and replays
them; `driver` is Faust's driver with its offsets taken from us; `worker` wires a service's worker process; `clients` makes producers
and asks Kafka for watermarks.
"""
