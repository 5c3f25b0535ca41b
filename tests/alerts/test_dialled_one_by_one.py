"""Where our own calls fail, phones are dialled one by one until the deadline."""

from oncall.alerts.steps import (
    TellAlerted,
    for_caller,
)
from tests.scenes.call import (
    Line,
    talked,
)


def dialled_one_by_one() -> Line:
    """Of our calls nothing was heard, and the caller hears one phone after another."""
    line = Line()
    line.end_dial(status="busy")
    line.wait(6)
    line.ask()
    return line


def test_trouble_with_our_calls_is_forgotten_when_the_caller_waits_anew() -> None:
    line = dialled_one_by_one()
    talked(line)
    line.wait(3)

    line.resume()

    assert line.contact.one_by_one_since is None


def test_the_last_phone_that_is_dialled_rings_until_the_deadline() -> None:
    line = dialled_one_by_one()

    line.now = line.contact.instant(142)
    line.end_dial()

    assert line.dialled.timeout == 8


def test_dialling_one_by_one_ends_at_the_deadline() -> None:
    line = dialled_one_by_one()

    line.now = line.contact.instant(150)
    line.end_dial()

    assert for_caller(line.contact) == TellAlerted(promise=True)
