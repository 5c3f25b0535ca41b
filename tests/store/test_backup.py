"""A backup is everything of one instant, as unreadable as the database, and becomes a database again."""

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

from oncall.store.backup import MANIFEST, NotRestored, restore_backup, write_backup
from oncall.store.keys import KeyRing, UnreadableSecret
from oncall.store.session import Database, open_database
from oncall.store.team.teams import load_team
from tests.scenes.demo_night import DemoNight, secrets_of
from tests.scenes.stored import NOW, a_case, a_keyring, a_team, store_call, store_team

pytestmark = pytest.mark.slow


def rows_of(db: Database) -> dict[str, list[tuple[object, ...]]]:
    with db.reader.connect() as conn:
        schema = MetaData()
        schema.reflect(conn)
        return {
            table.name: sorted((tuple(row) for row in conn.execute(select(table))), key=repr)
            for table in schema.sorted_tables
        }


def test_a_restored_database_holds_every_row_and_goes_on_counting(
    database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    night = DemoNight(database_url)
    night.play()
    keyring = night.service.db.keyring
    path = tmp_path / "night.zip"
    write_backup(night.service.db, path, night.carrier.now())
    before = rows_of(night.service.db)
    sought = secrets_of(night)
    night.close()

    restore_backup(path, empty_database_url, keyring)

    restored = open_database(empty_database_url, keyring)
    after = rows_of(restored)
    added = store_team(restored, a_team("ny", "+4733988888"))
    restored.close()
    assert after == before
    assert added == 1 + len(before["team"])
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist() if name != MANIFEST).lower()
    assert not [word for word in sought if len(word) > 6 and word.encode() in told]


def test_a_backup_of_one_kind_of_database_becomes_the_other(db: Database, tmp_path: Path) -> None:
    team_id = store_team(db, cases=[a_case()])
    store_call(db, team_id)
    write_backup(db, tmp_path / "b.zip", NOW)

    restore_backup(tmp_path / "b.zip", f"sqlite:///{tmp_path}/other.sqlite3", a_keyring())

    other = open_database(f"sqlite:///{tmp_path}/other.sqlite3", a_keyring())
    with db.reading() as reading, other.reading() as restored:
        assert load_team(restored, team_id) == load_team(reading, team_id)
    other.close()


def test_a_backup_that_was_cut_or_changed_is_refused(db: Database, team_id: int, tmp_path: Path) -> None:
    whole, short, cut = (tmp_path / name for name in ("whole.zip", "short.zip", "cut.zip"))
    write_backup(db, whole, NOW)
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(short, "w") as fewer:
        for name in archive.namelist():
            fewer.writestr(name, b"" if name == "entry.jsonl" else archive.read(name))
    cut.write_bytes(whole.read_bytes()[:-100])

    for nth, path in enumerate((short, cut)):
        with pytest.raises(NotRestored):
            restore_backup(path, f"sqlite:///{tmp_path}/{nth}.sqlite3", a_keyring())


def test_a_backup_whose_entries_were_changed_is_refused(db: Database, team_id: int, tmp_path: Path) -> None:
    whole, forged = tmp_path / "whole.zip", tmp_path / "forged.zip"
    write_backup(db, whole, NOW)
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(forged, "w") as changed:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "entry.jsonl":
                entry = json.loads(content)
                content = json.dumps({**entry, "kind": "closed"}).encode()
            changed.writestr(name, content)

    with pytest.raises(NotRestored, match="journal"):
        restore_backup(forged, f"sqlite:///{tmp_path}/forged.sqlite3", a_keyring())


def test_nothing_is_restored_over_what_is_there(db: Database, team_id: int, tmp_path: Path) -> None:
    write_backup(db, tmp_path / "b.zip", NOW)
    url = db.writer.url.render_as_string(hide_password=False)

    with pytest.raises(NotRestored, match="not empty"):
        restore_backup(tmp_path / "b.zip", url, a_keyring())


def test_a_backup_is_refused_without_its_keys(db: Database, team_id: int, tmp_path: Path) -> None:
    write_backup(db, tmp_path / "b.zip", NOW)

    with pytest.raises(UnreadableSecret):
        restore_backup(
            tmp_path / "b.zip", f"sqlite:///{tmp_path}/keyless.sqlite3", KeyRing([b"w" * 32], b"x" * 32)
        )
