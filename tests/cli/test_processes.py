import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from oncall import monitoring, serving
from oncall.clock import utc_now
from oncall.store.schema import newest_revision
from tests.cli.conftest import Operator
from tests.scenes.heartbeats import newest_beat

ROOT = Path(__file__).resolve().parents[2]


def test_release_makes_the_database_and_may_be_run_again(newcomer: Operator) -> None:
    first, second = newcomer.types("release"), newcomer.types("release")

    assert (first.exit_code, second.exit_code) == (0, 0)
    revision = f"The database is at revision {newest_revision()}."
    assert [done.stdout.splitlines()[0] for done in (first, second)] == [revision, revision]


def test_release_says_how_the_first_leader_gets_in_until_somebody_can(operator: Operator) -> None:
    operator.loads_a_team()
    before = operator.types("release").stdout
    words = ("user", "add", "kari@vestfold.example", "--team", "vestfold", "--staff", "kari")

    operator.types(*words, "--password-stdin", keys="correct horse battery\n")

    assert re.search(
        r"Nobody can sign in yet\. (\d{4}-){3}\d{4} lets the first leader in at \S+/set-up", before
    )
    assert "Nobody can sign in" not in operator.types("release").stdout


def test_release_works_on_each_engine(
    newcomer: Operator, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)

    assert newcomer.types("release").exit_code == 0
    assert newcomer.types("journal", "verify").exit_code == 0


@pytest.mark.http
def test_the_clock_beats_and_stops_at_once_when_told_to(operator: Operator) -> None:
    clock = subprocess.Popen([sys.executable, "-m", "oncall", "clock"], cwd=ROOT, env=dict(os.environ))
    try:
        with operator.database() as db:
            for _ in range(300):
                with db.reading() as reading:
                    beat = newest_beat(reading, "clock")
                if beat is not None:
                    break
                time.sleep(0.1)
        assert beat is not None
        assert (utc_now() - beat).total_seconds() < 30
        clock.send_signal(signal.SIGTERM)
        assert clock.wait(10) == 0
    finally:
        clock.kill()


def test_clock_and_web_do_not_start_without_tables_and_make_no_file(
    newcomer: Operator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(monitoring, "start", lambda *_, **__: None)

    def said() -> tuple[str, str]:
        clock = newcomer.types("clock")
        with pytest.raises(SystemExit) as web:
            serving.build()
        assert (clock.exit_code, web.value.code) == (2, 2)
        return clock.stderr, capsys.readouterr().err

    for each in said():
        assert re.fullmatch(r"oncall.*: there is no database file \S+: run `oncall release`\n", each)
    (tmp_path / "empty.sqlite3").touch()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/empty.sqlite3")
    for each in said():
        assert re.fullmatch(r"oncall.*: the database has no tables, .*: run `oncall release`\n", each)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(SystemExit):
        serving.build()
    assert capsys.readouterr().err.endswith("does not answer: check DATABASE_URL, and that it runs\n")


@pytest.mark.http
def test_the_clock_does_not_start_without_settings(newcomer: Operator) -> None:
    newcomer.monkeypatch.delenv("SECRET_KEY")

    done = subprocess.run(
        [sys.executable, "-m", "oncall", "clock"],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == "oncall: SECRET_KEY is missing\n"
