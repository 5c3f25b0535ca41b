"""Webhooks: what the carrier asks while families call and text."""
