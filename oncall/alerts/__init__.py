"""Whom to reach next: the ladder, its timing and its words. Pure."""
