"""Carry out the jobs of the outbox."""
