"""Where a form may lead on to: to pages of our own alone."""


def own_path(path: str) -> str:
    """Return the path where it is one of this site's own, else the start page."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if own else "/"
