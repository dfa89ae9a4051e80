"""`jixiao export` at work: `columns` which there are and how they are headed, `writing` the same rows as CSV, XLSX or JSON lines."""
