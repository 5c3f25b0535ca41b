"""Store contacts and what belongs to them."""
