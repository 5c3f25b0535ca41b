"""Families: pages, briefs, edits, import and safe contact."""
