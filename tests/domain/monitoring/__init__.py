"""The policy of monitoring, tested without a server."""
