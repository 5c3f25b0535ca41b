"""Store teams, their settings and their staff."""
