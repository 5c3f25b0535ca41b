"""Where a form may lead on to: to pages of our own alone."""

from urllib.parse import urlsplit


def own_path(path: str) -> str:
    """Return the path where it is one of this site's own, else the start page."""
    parts = urlsplit(path)
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if own and path.isprintable() else "/"
