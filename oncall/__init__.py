"""A 24/7 crisis line: a family calls, the therapist on duty answers."""

__version__ = "0.1.0"
