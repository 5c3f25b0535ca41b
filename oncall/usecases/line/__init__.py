"""Calls and texts while they happen: webhooks, alerts, follow-ups, agreed calls."""
