"""Store what belongs to a rota beyond who is on duty."""
