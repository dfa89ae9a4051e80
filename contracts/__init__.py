"""The published language: everything that two services both say.

One file an owner: `goals`, `monitoring`, `evaluation`, `publishing` and `execution` hold the public events,
`clock` the business clock's; `event` is what they all are, `envelope` how they travel (CloudEvents 1.0), `decision` what
every decider takes and returns, `authority` who may do what, `kinds` money, scores and periods, `workdays` the Chinese
working calendar, `dated` the header of every rule set, scheme and rate, `search` how a text is
found by two Chinese characters. `catalogue` lists every public event.
"""
