"""What the local runtime can't do, said in one sentence: `jixiao` prints it and ends with 1."""

from __future__ import annotations


class Refused(RuntimeError):
    """The sentence is the message: what is the matter, and what to do."""
