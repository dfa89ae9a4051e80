"""The execution stream, in bulk: decode → fold → flush, one batch in one transaction with its offsets.

`decode` reads a message into a plain struct or says why it can't; `fold` tells first appearances from repetitions within a batch and
sums what is new; `flush` writes ledger, figures, conflicts, dead letters, touched projects and offsets; `intake` drives them step by step.
"""
