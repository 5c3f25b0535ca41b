"""The stand-in as a server of its own: a simulation that people watch and direct."""
