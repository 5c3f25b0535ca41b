"""The words with which a number is muted: the carrier's own, and those of the partners below it.

The carrier's stand-in reads the same list: see import-linter's contract.
"""

from oncall.same_words import normalize

CARRIER = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
BELOW = frozenset({"stopp"})  # muted by who lends the number to the carrier, which may never hear of it


def mutes(body: str, opt_out_type: str = "") -> bool:
    """Tell whether a text may have muted its number; `opt_out_type` is what the carrier says of it."""
    word = normalize(body).strip(" .,!?\"'")
    return opt_out_type.upper() == "STOP" or word in CARRIER | BELOW
