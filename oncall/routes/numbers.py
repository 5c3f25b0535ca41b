"""Which number has somebody written into a form or an address?"""

LONGEST = 9  # digits: no page gives out a number with more, and no column of ids holds one


def read_number(written: str) -> int | None:
    """Return the number; None for what is none, or has more digits than any that there is."""
    return int(written) if written.isdecimal() and len(written) <= LONGEST else None
