"""The record: a service's event table, how commands and heard events get into it, how its public part leaves it.

`events` what stands in the table; `transaction` loads, appends and applies; `transact` runs a command in one transaction;
`relay` sends public events to Kafka in commit order; `rebuild` applies all events again; `migrate` makes the tables;
`clock` whose day counts.
"""
