"""The log: what happened, notes, review, exports and statistics."""
