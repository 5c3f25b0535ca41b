"""Pages about access to families, its log, and retention."""
