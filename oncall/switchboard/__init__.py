"""What to do with a call at each of its moments: load, decide, save."""
