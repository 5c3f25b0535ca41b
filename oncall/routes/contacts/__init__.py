"""Pages about contacts: Now, the log, one contact, review, exports, statistics."""
