"""Where a night is played: the service's processes, the carrier and the database."""
