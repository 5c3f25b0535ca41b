from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from standin.drill.stage.databases import ScenarioDatabase, SqliteFile, open_databases
from tests.engines import Postgres


def test_each_scenario_has_a_migrated_database_of_its_own() -> None:
    with open_databases() as databases:
        one, other = databases.fresh(), databases.fresh()

        assert one.url != other.url
        assert _count_teams(one) == 0


def test_a_lost_database_refuses_and_comes_back_with_all_it_had() -> None:
    with open_databases() as databases:
        place = databases.fresh()
        _keep_a_word(place)

        _lose_and_bring_back(place)

        assert _kept(place) == ["a word"]


@pytest.mark.postgres
def test_a_lost_postgresql_refuses_and_comes_back_with_all_it_had(postgres: Postgres) -> None:
    with open_databases(postgres.url("postgres")) as databases:
        place = databases.fresh()
        _keep_a_word(place)

        _lose_and_bring_back(place)

        assert _kept(place) == ["a word"]


def test_no_file_is_left_behind(tmp_path: Path) -> None:
    beside = tmp_path / "oncall.sqlite3"
    beside.write_bytes(b"an operator's own")

    with open_databases(f"sqlite:///{beside}") as databases:
        databases.fresh()
        assert len(list(tmp_path.iterdir())) == 2

    assert list(tmp_path.iterdir()) == [beside]
    assert beside.read_bytes() == b"an operator's own"


@pytest.mark.postgres
def test_no_database_is_left_behind(postgres: Postgres) -> None:
    with open_databases(postgres.url("postgres")) as databases:
        name = make_url(databases.fresh().url).database
        assert name in _databases(postgres)

    assert name not in _databases(postgres)


def test_a_lost_file_is_not_made_anew(tmp_path: Path) -> None:
    place = SqliteFile(tmp_path / "night.sqlite3")
    (tmp_path / "night.sqlite3").write_bytes(b"")

    place.lose()

    with pytest.raises(OperationalError):
        _count_teams(place)


def _lose_and_bring_back(place: ScenarioDatabase) -> None:
    place.lose()
    with pytest.raises(OperationalError):
        _count_teams(place)
    place.bring_back()


def _count_teams(place: ScenarioDatabase) -> int:
    (count,) = _run(place, "SELECT count(*) FROM team")
    return int(count)


def _keep_a_word(place: ScenarioDatabase) -> None:
    _run(place, "CREATE TABLE kept AS SELECT 'a word' AS word")


def _kept(place: ScenarioDatabase) -> list[str]:
    return [str(word) for word in _run(place, "SELECT word FROM kept")]


def _run(place: ScenarioDatabase, statement: str) -> list[Any]:
    engine = create_engine(place.url)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return [row[0] for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def _databases(postgres: Postgres) -> set[str]:
    address = postgres.url("postgres").replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address) as connection:
        return {str(name) for (name,) in connection.execute("SELECT datname FROM pg_database")}
