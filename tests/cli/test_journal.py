import re

from sqlalchemy import text

from oncall.store.session import Database
from tests.cli.conftest import Operator, lines


def test_a_whole_journal_shows_each_chain_with_its_length_and_head(operator: Operator) -> None:
    operator.loads_a_team()

    done = operator.types("journal", "verify")

    assert done.exit_code == 0
    operators, teams, reads = lines(done.stdout)
    assert re.fullmatch(r"operator +0 entries  0{64}  OK", operators)
    assert re.fullmatch(r"vestfold +[1-9][0-9]* entries  [0-9a-f]{64}  OK", teams)
    assert re.fullmatch(r"vestfold, who read what +0 entries  0{64}  OK", reads)


def test_a_changed_entry_is_named(operator: Operator) -> None:
    operator.loads_a_team()
    with operator.database() as db:
        _tamper(db, "UPDATE entry SET actor = 'mallory' WHERE seq = 1")

    done = operator.types("journal", "verify")

    assert done.exit_code == 1
    assert "vestfold" in done.stdout
    assert "DAMAGED" in done.stdout
    assert "  changed: entry 1 is not what was written" in done.stdout


def test_a_missing_entry_is_named(operator: Operator) -> None:
    operator.loads_a_team()
    with operator.database() as db:
        _tamper(db, "DELETE FROM entry WHERE seq = 1")

    done = operator.types("journal", "verify", "--team", "vestfold")

    assert done.exit_code == 1
    assert "  missing: entry 1 is missing" in done.stdout


def test_a_missing_chain_is_named(operator: Operator) -> None:
    operator.loads_a_team()
    with operator.database() as db, db.writer.begin() as connection:
        connection.execute(text("DELETE FROM chain_head WHERE chain LIKE 'reads:%'"))

    done = operator.types("journal", "verify")

    assert done.exit_code == 1
    assert "the whole chain is missing" in done.stdout


def _tamper(db: Database, statement: str) -> None:
    """Somebody with the database's own password takes its guard away first."""
    with db.writer.begin() as connection:
        if connection.dialect.name == "sqlite":
            for trigger in ("entry_stays", "entry_remains"):
                connection.execute(text(f"DROP TRIGGER {trigger}"))
        else:
            connection.execute(text("ALTER TABLE entry DISABLE TRIGGER ALL"))
        connection.execute(text(statement))
