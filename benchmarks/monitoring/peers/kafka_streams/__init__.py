"""The peer in Java: Kafka Streams, exactly_once_v2, two threads. `build.py` compiles it."""
