"""An operator gives out what is kept about a family, and erases it."""

import json
import tomllib
from pathlib import Path

from tests.cli.conftest import Operator, Refusal

CLOSED = "V-009"


def test_a_case_is_exported_and_erased_with_a_receipt(operator: Operator, tmp_path: Path) -> None:
    operator.loads_a_team()
    file = tmp_path / "export.json"

    tried = operator.types("erase", "case", CLOSED, "--team", "vestfold", "--export", str(file), "--dry-run")
    done = operator.types("erase", "case", CLOSED, "--team", "vestfold", "--export", str(file), keys="y\n")

    assert "Nothing was changed" in tried.stdout
    assert done.exit_code == 0, done.stderr
    receipt = json.loads(done.stdout)
    assert (receipt["case"], receipt["municipality"]) == (CLOSED, "Horten")
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text())
    assert kept["case"]["members"][0]["name"] == "Wenche, mor"
    assert operator.types("journal", "verify").exit_code == 0


def test_a_case_is_not_erased_unless_exported_and_closed(operator: Operator, refuses: Refusal) -> None:
    operator.loads_a_team()

    assert "not been exported" in refuses("erase", "case", CLOSED, "--team", "vestfold")
    assert "not a closed case" in refuses("erase", "case", "V-014", "--team", "vestfold")


def test_a_file_that_is_there_is_not_written_over(
    operator: Operator, refuses: Refusal, tmp_path: Path
) -> None:
    operator.loads_a_team()
    file = tmp_path / "export.json"
    file.write_text("another case")

    line = refuses("erase", "case", CLOSED, "--team", "vestfold", "--export", str(file), "--yes")

    assert "cannot be written" in line
    assert file.read_text() == "another case"


def test_without_rules_nothing_is_due(operator: Operator) -> None:
    operator.loads_a_team()

    done = operator.types("erase", "due")

    assert (done.exit_code, done.stdout) == (0, "")
    assert operator.types("erase", "loose", "--team", "vestfold").stdout.startswith("0 contacts")


def test_a_subject_is_told_all_that_is_kept(operator: Operator, refuses: Refusal) -> None:
    file = operator.loads_a_team()
    (team,) = tomllib.loads(file.read_text())["team"]
    person = team["staff"][0]

    family = operator.types("record", "--team", "vestfold", "--case", "V-014", "--reason", "asked")
    staff = operator.types("record", "--team", "vestfold", "--staff", person["key"], "--reason", "asked")

    assert "Sander" in family.stdout
    assert json.loads(staff.stdout)["person"]["phone"] == person["phone"]
    assert "nothing is kept" in refuses(
        "record", "--team", "vestfold", "--case", "V-999", "--reason", "asked"
    )


def test_who_has_left_is_erased_with_a_receipt(operator: Operator, refuses: Refusal, tmp_path: Path) -> None:
    file = operator.loads_a_team()
    told = file.read_text().replace(', "nils"', "").replace('"nils", ', "").replace('= "nils"', '= "ola"')
    start = told.index('[[team.staff]]\nkey = "ola"', told.index('[[team.staff]]\nkey = "ola"') + 1)
    without = tmp_path / "without.toml"
    without.write_text(told[:start] + told[told.index("[[team.", start + 1) :])
    assert "nobody of the key nils has left" in refuses("erase", "staff", "nils", "--team", "vestfold")
    assert operator.types("load", str(without)).exit_code == 0

    done = operator.types("erase", "staff", "nils", "--team", "vestfold", keys="y\n")

    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["called"].startswith("Tidligere")
    assert "erased already" in refuses("erase", "staff", "nils", "--team", "vestfold")
    assert operator.types("journal", "verify").exit_code == 0
