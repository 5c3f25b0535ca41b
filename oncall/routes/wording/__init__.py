"""Sentences of the pages. Nothing here reads or writes."""
