"""Pages about families: the list, one family, the brief, edits, import."""
