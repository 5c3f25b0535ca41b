"""A night with its people and troubles, by a scenario or by chance."""
