"""Store what the line needs to know of the carrier's records."""
