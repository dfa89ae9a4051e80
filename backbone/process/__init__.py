"""What every process needs, whatever it serves: settings, logs, traces, metrics, dated files, life cycle."""
