"""`make bench-monitoring`: the execution stream drained by Jixiao and by its peers, on one machine in one run."""
