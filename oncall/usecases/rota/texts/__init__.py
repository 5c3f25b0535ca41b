"""Texts to staff about their shifts, and whether they arrived."""
