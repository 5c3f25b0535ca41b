"""Which number has somebody written into a form or an address?"""

LARGEST = 2**31 - 1  # what a column of ids holds


def read_number(written: str) -> int | None:
    """Return the number; None for what is none, or is greater than any that there is."""
    if not written.isdecimal() or len(written) > len(str(LARGEST)) or int(written) > LARGEST:
        return None
    return int(written)
