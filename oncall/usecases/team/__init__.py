"""A team's settings, staff and team file."""
