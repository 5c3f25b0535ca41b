import json
import re
import tracemalloc
from datetime import timedelta
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.contacts.fold import fold
from oncall.contacts.model import Detail, Entry, Kind
from oncall.store.journal.entries import read_notes
from oncall.store.privacy.erasure import erase_loose
from oncall.store.session import OPERATOR
from oncall.usecases.contacts.export_formats import follow_up_of
from standin.drill.cast import NIGHT
from standin.drill.nights.night import Night
from standin.simulator.phones.policies import Decline
from tests.cli.conftest import Operator, lines
from tests.scenes.crowd import add_contacts

FIELDS = {
    "contact",
    "team",
    "case",
    "channel",
    "direction",
    "caller",
    "started_at",
    "state",
    "answered_by",
    "seconds_to_human",
    "follow_up",
    "entries",
}
ENTRY_FIELDS = {"seq", "at", "kind", "leg", "actor", "detail"}


def test_a_line_of_the_log_tells_the_whole_call(operator: Operator) -> None:
    with operator.a_night() as night:
        _backup_takes_it(night)

        (line,) = _log(operator)

        assert set(line) == FIELDS
        assert line["team"] == "vestfold"
        assert line["case"] == night.cast.parent.case
        assert (line["channel"], line["caller"], line["state"]) == ("voice", "known", "ended")
        assert line["answered_by"] == night.cast.backup.id
        assert 10 < line["seconds_to_human"] < 40
        assert line["follow_up"] is None
        assert line["started_at"] == "2026-02-28T01:40:00.000000+00:00"


def test_entries_come_in_their_order_with_every_field(operator: Operator) -> None:
    with operator.a_night() as night:
        _backup_takes_it(night)

        (line,) = _log(operator)

        assert all(set(entry) == ENTRY_FIELDS for entry in line["entries"])
        numbers = [entry["seq"] for entry in line["entries"]]
        assert numbers == sorted(numbers)
        assert line["entries"][0]["kind"] == "call_received"


def test_what_a_leg_does_is_done_by_whoever_owns_the_phone(operator: Operator) -> None:
    with operator.a_night() as night:
        _backup_takes_it(night)

        (line,) = _log(operator)

        pressed = [entry["actor"] for entry in line["entries"] if entry["kind"] == "one_pressed"]
        about_legs = [entry["actor"] for entry in line["entries"] if entry["leg"]]
        assert pressed == [night.cast.backup.id]
        assert None not in about_legs


def test_no_number_is_ever_in_the_log(operator: Operator) -> None:
    with operator.a_night() as night:
        _backup_takes_it(night)
        night.calls(night.stranger, withheld=True)
        night.run_for(20)
        night.settle()

        for form in ("jsonl", "text"):
            done = operator.types("log", "--team", "vestfold", "--format", form)

            assert done.exit_code == 0
            assert len(lines(done.stdout)) >= 2
            without_ids = re.sub(r"[0-9a-f]{32}", "", done.stdout)  # one may look like a number
            assert not re.search(r"\+?47\d{8}", without_ids)


def test_a_missed_call_shows_its_follow_up(operator: Operator) -> None:
    with operator.a_night() as night:
        night.calls(night.parent)
        night.hangs_up(night.parent, at=8)
        night.run_for(60)

        (line,) = _log(operator)

        assert (line["state"], line["follow_up"], line["answered_by"]) == ("waiting", "waiting", None)


def test_a_period_is_half_open(operator: Operator) -> None:
    with operator.a_night() as night:
        night.calls(night.parent)
        night.hangs_up(night.parent, at=5)
        night.run_for(60)
        (line,) = _log(operator)
        start = line["started_at"]

        assert len(_log(operator, "--since", start)) == 1
        assert _log(operator, "--until", start) == []
        assert len(_log(operator, "--since", "2026-02-28T02:40", "--until", "2026-02-28T02:41")) == 1
        assert _log(operator, "--since", "2026-03-01") == []


def test_an_erased_contact_still_has_its_line(operator: Operator) -> None:
    with operator.a_night() as night:
        _backup_takes_it(night)
        (contact,) = night.list_contacts()
        with night.service.db.writing(night.team_id) as writing:
            erase_loose(writing, [contact.id], NIGHT + timedelta(hours=1), None)

        (line,) = _log(operator)

        assert line["contact"] == contact.id
        assert all(entry["detail"] == {"erased": True} for entry in line["entries"])
        assert line["answered_by"] == night.cast.backup.id


def test_who_has_read_the_log_is_noted_before_it_is_given_out(operator: Operator, monkeypatch: Any) -> None:
    monkeypatch.setenv("LOGNAME", "siri")
    operator.loads_a_team()

    done = operator.types("log", "--team", "vestfold", "--since", "2026-02-28")

    assert done.exit_code == 0
    with operator.database() as db, db.reading() as reading:
        note = read_notes(reading, OPERATOR)[-1]
    assert (note.kind, note.actor) == ("log_read", "os:siri")
    assert note.detail["team"] == "vestfold"
    assert note.detail["since"] == "2026-02-27T23:00:00+00:00"


def test_the_text_names_states_people_and_seconds(operator: Operator) -> None:
    with operator.a_night() as night:
        _backup_takes_it(night)

        done = operator.types("log", "--team", "vestfold", "--format", "text")

        assert re.search(r"Sat 2026-02-28 02:40:00  voice  V-014  ended  liv after \d\d\.\d s", done.stdout)
        assert re.search(r"\d\d\.\d  leg \d   liv +one pressed", done.stdout)


@pytest.mark.slow
def test_a_long_log_does_not_fill_the_memory(operator: Operator) -> None:
    operator.loads_a_team()
    with operator.database() as db:
        add_contacts(db, 300)
    peak_of_few = _peak_while_reading(operator)
    with operator.database() as db:
        add_contacts(db, 1500)

    peak_of_many = _peak_while_reading(operator)

    assert peak_of_many < 2 * peak_of_few


def _peak_while_reading(operator: Operator) -> int:
    """Return the bytes that were in use at most; what the runner itself collects is left out."""
    tracemalloc.start()
    with operator.monkeypatch.context() as patch:
        patch.setattr(click, "echo", lambda _line: None)
        assert operator.types("log", "--team", "vestfold").exit_code == 0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


FOLLOWED = st.lists(st.sampled_from([Kind.FOLLOW_UP_OPENED, Kind.ACKNOWLEDGED, Kind.CLOSED]), max_size=6)


@given(FOLLOWED)
def test_the_follow_up_is_the_one_that_the_fold_sees(kinds: list[Kind]) -> None:
    received: Detail = {"caller": "unknown", "language": "nb", "waves": [], "deadline": 150}
    entries = [Entry(1, NIGHT, Kind.CALL_RECEIVED, detail=received)]
    for seq, kind in enumerate(kinds, start=2):
        entries.append(Entry(seq, NIGHT, kind, detail={"why": "hung_up"}))

    assert follow_up_of(entries) == fold("c", entries).follow_up


def _backup_takes_it(night: Night) -> None:
    night.duty.policy = Decline(after=4)
    night.accepts(night.backup, after=6)
    night.calls(night.parent)
    night.run_for(90)
    night.settle()


def _log(operator: Operator, *options: str) -> list[dict[str, Any]]:
    done = operator.types("log", "--team", "vestfold", *options)
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_reader_may_take_their_time(operator: Operator) -> None:
    if not operator.database_url.startswith("postgresql"):
        return  # SQLite ends no transaction by itself
    with operator.database() as db:
        with db.reading() as hurried:
            limit = hurried.conn.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
        with db.reading(unhurried=True) as reading:
            without = reading.conn.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()

    assert (limit, without) == ("1min", "0")


def test_an_empty_log_that_is_to_be_read_says_so(operator: Operator) -> None:
    operator.loads_a_team()

    read = operator.types("log", "--team", "vestfold", "--format", "text")
    processed = operator.types("log", "--team", "vestfold")

    assert read.stdout == "MST-CAN Vestfold: no contact yet\n"
    assert processed.stdout == ""
