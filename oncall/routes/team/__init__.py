"""Pages about the team: its settings, line, ladder and staff."""
