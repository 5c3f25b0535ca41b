"""Real HTTP around an app in the tests' own process: for browsers, and for the carrier's own client."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from werkzeug.serving import BaseWSGIServer
from werkzeug.wsgi import ClosingIterator

# How often a server that runs looks whether it is to stop, in seconds.
LOOKS_EVERY = 0.02


@contextmanager
def serving(server: BaseWSGIServer) -> Iterator[None]:
    """Let a server answer in a thread of its own, and stop it afterwards."""
    server.app = _closing(server.app)
    thread = threading.Thread(target=server.serve_forever, args=(LOOKS_EVERY,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _closing(app: Any) -> Any:
    """The app, whose answers are closed as soon as they are read.

    Werkzeug's server forgets to close one whose browser hangs up just then, and the file behind it
    fails whichever test runs when Python notices.
    """

    def answer(environ: Any, start_response: Any) -> Iterator[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as body:
            yield from body

    return answer
