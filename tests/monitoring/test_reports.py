import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, request

from oncall import monitoring
from tests.scenes.mailbox import Mailbox, reporting

NUMBER = "+4790000101"
WORDS = "Mor er borte"
NAME = "Kari"
SIGNATURE = "value-of-the-signature"
COOKIE = "value-of-the-cookie"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the process logs, while it also reports to the mailbox."""
    with reporting() as stream:
        yield stream


def logged(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def sent() -> str:
    return b"\n".join(Mailbox.sent).decode()


def relay(body: str) -> None:
    caller = NUMBER
    raise ValueError(f"cannot relay {body!r} to {caller}")


def test_an_exception_is_reported_with_its_place_and_without_what_a_family_said(lines: io.StringIO) -> None:
    try:
        relay(WORDS)
    except ValueError as error:
        monitoring.report(error, "text/incoming", contact="c-17")

    line = logged(lines)[-1]
    assert line["exception"] == "ValueError"
    assert line["place"] == "text/incoming"
    assert line["contact"] == "c-17"
    assert line["process"] == "web"
    assert line["stack"][-1].endswith("relay")
    assert '"place": "text/incoming"' in sent() or '"place":"text/incoming"' in sent()
    for text in (lines.getvalue(), sent()):
        assert "ValueError" in text
        assert NUMBER.lstrip("+") not in text
        assert WORDS not in text


def test_the_cause_of_an_exception_is_scrubbed_too(lines: io.StringIO) -> None:
    try:
        try:
            relay(WORDS)
        except ValueError as error:
            raise RuntimeError("the relay failed") from error
    except RuntimeError as error:
        monitoring.report(error, "outbox")

    assert "ValueError" in logged(lines)[-1]["cause"]
    for text in (lines.getvalue(), sent()):
        assert WORDS not in text
        assert NUMBER not in text


def test_a_failing_request_is_reported_without_its_form_query_cookies_or_headers(lines: io.StringIO) -> None:
    app = Flask("line")

    @app.post("/text/incoming")
    def incoming() -> str:
        body = request.form["Body"]
        raise RuntimeError(len(body))

    app.test_client().post(
        f"/text/incoming?From={NUMBER}&name={NAME}",
        data={"Body": WORDS, "From": NUMBER},
        headers={"X-Twilio-Signature": SIGNATURE, "Cookie": f"session={COOKIE}"},
    )

    assert "/text/incoming" in sent()
    for secret in (NUMBER.lstrip("+"), WORDS, NAME, SIGNATURE, COOKIE):
        assert secret not in sent()
        assert secret not in lines.getvalue()


def test_breadcrumbs_of_other_packages_are_scrubbed(lines: io.StringIO) -> None:
    logging.getLogger("some.package").info("sending to %s?name=Kari", NUMBER)
    logging.getLogger("twilio.http_client").info("Data: %s", {"Body": WORDS})

    monitoring.alert_operator("line unknown")

    assert "some.package" in sent()
    for text in (lines.getvalue(), sent()):
        assert NUMBER not in text
        assert "Kari" not in text
        assert WORDS not in text


def test_an_operator_alert_carries_its_key_and_ids(lines: io.StringIO) -> None:
    monitoring.alert_operator("a call came to an unknown line", call="CA" + "0123456789abcdef" * 2)

    line = logged(lines)[-1]
    assert line["message_key"] == "a call came to an unknown line"
    assert line["call"] == "CA" + "0123456789abcdef" * 2
    assert line["level"] == "error"
    assert "CA" + "0123456789abcdef" * 2 in sent()


def test_lines_of_other_packages_are_json_with_their_exception(lines: io.StringIO) -> None:
    try:
        relay(WORDS)
    except ValueError:
        logging.getLogger("some.package").exception("could not relay to %s", NUMBER)

    (line,) = logged(lines)
    assert line["exception"] == "ValueError"
    assert line["event"] == "could not relay to [number]"
    assert line["at"].endswith("Z")
    assert WORDS not in lines.getvalue()


def test_without_a_dsn_a_report_is_a_log_line_alone(lines: io.StringIO) -> None:
    stream = io.StringIO()
    monitoring.start("clock", stream=stream)

    monitoring.alert_operator("the clock stood still")

    assert logged(stream)[-1]["process"] == "clock"
    assert Mailbox.sent == []
