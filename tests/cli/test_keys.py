"""The wrapping keys are changed, and everything copied and brought back, while families call."""

import base64
import threading
from pathlib import Path

import pytest

from oncall.contacts.model import Entry, Kind
from oncall.store.contacts.contacts import load_contact
from oncall.store.contacts.rows import append
from oncall.store.keys import KeyRing
from oncall.store.rewrapping import count_wrapped, rewrap_all
from oncall.store.session import open_database
from oncall.store.team.teams import find_team
from tests.cli.conftest import ENVIRONMENT, Operator, Refusal
from tests.scenes.stored import INDEX_KEY, NOW, WRAPPING_KEY, a_keyring, store_call, store_team

pytestmark = pytest.mark.slow

NEW = base64.urlsafe_b64encode(b"n" * 32).decode()
OLD = ENVIRONMENT["ONCALL_KEYS"]


def test_the_old_key_is_needed_until_all_is_rotated_and_then_no_more(operator: Operator) -> None:
    operator.loads_a_team()
    operator.monkeypatch.setenv("ONCALL_KEYS", f"{NEW},{OLD}")

    before = operator.types("keys", "status")
    rotated = operator.types("keys", "rotate")
    after = operator.types("keys", "status")

    assert before.exit_code == 1
    assert "An older key of ONCALL_KEYS is still needed" in before.stdout
    assert rotated.exit_code == after.exit_code == 0
    assert rotated.stdout.endswith("Only the newest key of ONCALL_KEYS is needed.\n")
    operator.monkeypatch.setenv("ONCALL_KEYS", NEW)
    assert operator.types("now").exit_code == 0
    assert operator.types("journal", "verify").exit_code == 0


def test_keys_are_rotated_while_calls_come_in(database_url: str) -> None:
    old = open_database(database_url, a_keyring())
    team_id = store_team(old)
    first = [store_call(old, team_id, f"CA-{nth}").id for nth in range(30)]
    both = open_database(database_url, KeyRing([b"n" * 32, WRAPPING_KEY], INDEX_KEY))
    stopped = threading.Event()
    taken: list[str] = []

    def take_calls() -> None:
        while not stopped.is_set():
            call = store_call(both, team_id, f"CA-new-{len(taken)}")
            with both.writing(team_id) as writing:
                append(writing, call.id, [Entry(0, NOW, Kind.LEG_RINGING, leg="leg1")], call.key)
            taken.append(call.id)

    caller = threading.Thread(target=take_calls)
    caller.start()
    try:
        steps = list(rewrap_all(both))
    finally:
        stopped.set()
        caller.join()

    assert taken
    assert steps[-1].rewrapped == 1 + 3 + len(first)  # a team, three chains, the calls of before
    assert not any(each.older for each in count_wrapped(both))
    newest = open_database(database_url, KeyRing([b"n" * 32], INDEX_KEY))
    with newest.reading() as reading:
        found = [load_contact(reading, each, team_id) for each in (*first, *taken)]
    assert all(contact is not None and contact.number for contact in found)
    for db in (old, both, newest):
        db.close()


def test_a_rotation_that_was_stopped_goes_on_where_it_was(database_url: str) -> None:
    old = open_database(database_url, a_keyring())
    store_team(old)
    both = open_database(database_url, KeyRing([b"n" * 32, WRAPPING_KEY], INDEX_KEY))
    interrupted = rewrap_all(both)
    first = next(interrupted)
    interrupted.close()

    *_, last = rewrap_all(both)

    assert first.rewrapped + last.rewrapped == last.total
    assert not any(each.older for each in count_wrapped(both))
    old.close()
    both.close()


def test_a_backup_becomes_a_database_again(operator: Operator, tmp_path: Path) -> None:
    operator.loads_a_team()
    stale = tmp_path / "backups" / "oncall-20200101T000000Z.zip"
    stale.parent.mkdir()
    stale.touch()

    made = operator.types("backup", str(stale.parent), "--keep", "30")
    (path,) = stale.parent.iterdir()
    operator.monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite3")
    restored = operator.types("restore", str(path))

    assert made.exit_code == restored.exit_code == 0, restored.output
    assert "is deleted" in made.stdout
    assert restored.stdout.endswith("and the journal is whole.\n")
    with operator.database() as db, db.reading() as reading:
        assert find_team(reading, "vestfold") is not None


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"no archive"])
def test_what_is_no_backup_is_refused(
    operator: Operator, refuses: Refusal, tmp_path: Path, content: bytes
) -> None:
    operator.monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite3")
    (tmp_path / "file.zip").write_bytes(content)

    line = refuses("restore", str(tmp_path / "file.zip"))

    assert "no whole backup" in line
