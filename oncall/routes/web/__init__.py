"""Tools that every page and webhook works with."""
