"""Goals for machines, by subject: declarations and adjustments are commands, projects and uses of results are queries."""
