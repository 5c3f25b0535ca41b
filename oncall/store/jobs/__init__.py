"""Store jobs, leases and heartbeats."""
