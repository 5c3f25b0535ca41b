"""Store the hash-chained journal and verify it."""
