"""What the least durable webhook costs: the signature, one row committed, a fixed answer.

Run by gunicorn with the same settings, database and drivers as the service itself.
"""

import os
import sqlite3

from flask import Flask, Response, abort, request
from sqlalchemy import Engine, create_engine, event, text

from oncall.settings import load_settings
from oncall.store.keys import KeyRing
from oncall.store.session import open_database
from oncall.telephony.signature import is_signed

ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Dial timeout="20"><Number>+4790000001</Number></Dial>'
    "</Response>"
)
INSERT = text("INSERT INTO bench_floor (sid, number) VALUES (:sid, :number)")


def build() -> Flask:
    """Return the floor's application; BENCH_PLAIN=1 leaves its writers to the database's own lock."""
    settings = load_settings()
    db = open_database(settings.database_url, KeyRing(settings.oncall_keys, settings.oncall_index_key))
    plain = _plain_engine(settings.database_url) if os.environ.get("BENCH_PLAIN") else None
    app = Flask(__name__)

    @app.post("/voice/incoming")
    def incoming() -> Response:
        url = settings.public_url + request.path
        if not is_signed(
            url, request.form, request.headers.get("X-Twilio-Signature", ""), settings.twilio_auth_token
        ):
            abort(403)
        row = {"sid": request.form["CallSid"], "number": request.form["From"]}
        if plain is None:
            with db.transaction() as transaction:
                transaction.conn.execute(INSERT, row)
        else:
            with plain.begin() as connection:
                connection.execute(INSERT, row)
        return Response(ANSWER, content_type="text/xml")

    return app


def _plain_engine(url: str) -> Engine:
    """A threaded server as one would first write it: many connections, and SQLite's own patience."""
    engine = create_engine(url, pool_size=64, connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    return engine
