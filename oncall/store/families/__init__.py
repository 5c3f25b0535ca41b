"""Store families, their members, numbers, briefs and agreed calls."""
