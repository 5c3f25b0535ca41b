"""How the service behaves in a night: the running code against the carrier's stand-in, in virtual time."""
