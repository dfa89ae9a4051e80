"""`jixiao reconcile` at work: `statement` reads a finance system's statement, `totals` one of sums by project and month; `comparing` lets
the database compare it with the ledger; `listing` writes down every difference."""
