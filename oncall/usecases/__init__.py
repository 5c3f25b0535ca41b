"""Use-cases: load, decide, save. One function is one transaction."""
