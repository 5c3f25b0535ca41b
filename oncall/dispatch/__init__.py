"""What is done outside the database, or later: the outbox is carried out here."""
