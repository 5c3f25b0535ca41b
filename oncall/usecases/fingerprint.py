"""Fingerprint what a form shows, so that a later save sees whether it has changed."""

import hashlib
import json


def fingerprint(part: object) -> str:
    """Return a short digest by which a form notices that what it shows has changed."""
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:24]
