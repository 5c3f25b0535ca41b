"""People's phones: how they behave, and what they have been through."""
