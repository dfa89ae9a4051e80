"""A simulation that breaks the services: production code over real PostgreSQL and a model of Kafka, by a seeded scheduler.

Relay, inbox, intake, judging, deadlines and rebuild run as actors in greenlets of one thread. Before each statement to PostgreSQL and each
call to Kafka an actor stops, and the scheduler draws who goes on and whether something breaks. The same seed draws the same.

`scheduler` picks and breaks; `database` gives connections that stop before every statement; `kafka` is the model; `services` are two small
services that hear each other; `scenes` are what a run has on its stage; `actors` run production code; `clients` send from outside;
`breaking` does what breaks; `world` is one run from its first fault to its convergence; `invariants` says what must be true then; `mutants`
are faults planted into production code, each of which must be found.
"""
