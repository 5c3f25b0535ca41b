"""Writers wait for each other in order of arrival, and a failing database is said to be so."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from oncall.store.engines import read_address
from oncall.store.session import Database
from oncall.store.write_queue import FairLock
from tests.cast import MOTHER
from tests.scenes.stored import store_call


def test_a_fair_lock_goes_to_whoever_has_waited_longest() -> None:
    lock = FairLock()
    lock.acquire(1)
    order: list[int] = []

    def wait(nth: int) -> None:
        lock.acquire(10)
        order.append(nth)
        lock.release()

    threads = []
    for nth in range(8):
        thread = threading.Thread(target=wait, args=(nth,))
        thread.start()
        threads.append(thread)
        while len(lock._waiting) <= nth:
            time.sleep(0.001)
    lock.release()
    for thread in threads:
        thread.join()

    assert order == list(range(8))


def test_a_fair_lock_that_is_not_had_in_time_goes_to_the_next() -> None:
    lock = FairLock()
    lock.acquire(1)
    had: list[bool] = []
    impatient = threading.Thread(target=lambda: had.append(lock.acquire(0.01)))
    impatient.start()
    impatient.join()

    lock.release()

    assert had == [False]
    assert lock.acquire(0)


def test_a_use_case_within_a_use_case_is_refused_at_once(db: Database, team_id: int) -> None:
    if db.writer.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL the lock's own time-out ends it")

    with pytest.raises(RuntimeError, match="one transaction"), db.writing(team_id):
        store_call(db, team_id)


def test_an_error_of_the_database_does_not_tell_what_was_to_be_stored(db: Database) -> None:
    with pytest.raises(SQLAlchemyError) as error, db.transaction() as transaction:
        transaction.conn.execute(text("INSERT INTO nowhere (number) VALUES (:number)"), {"number": MOTHER})

    assert MOTHER not in str(error.value)


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_every_spelling_of_a_postgresql_address_is_understood(url: str) -> None:
    assert read_address(url).render_as_string() == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://u@h/d"])
def test_any_other_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SQLite file or PostgreSQL"):
        read_address(url)


def test_a_connection_that_broke_while_idle_costs_nobody_the_call(db: Database, team_id: int) -> None:
    if db.writer.dialect.name != "postgresql":
        pytest.skip("SQLite has no server that could be restarted")
    store_call(db, team_id, "CA1")
    with db.reading() as reading:
        reading.conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
        )

    call = store_call(db, team_id, "CA2")

    assert call.sid == "CA2"
