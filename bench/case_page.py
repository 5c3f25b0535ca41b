"""How fast are a family's page, its brief and the list, in a team that has had very many contacts?

python -m bench.case_page
"""

import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from sqlalchemy import text

from bench.history import add_contacts
from oncall.casework.accounts import add_account
from oncall.contacts.brief import FIELDS, Brief
from oncall.store.case_journal import add_revision
from oncall.store.cases import load_cases
from oncall.store.session import migrate
from tests.calls.night import LINE
from tests.web.evening import PASSWORD, Evening

CONTACTS, REQUESTS = 100_000, 40
MOST_MILLISECONDS = 100
LEADER = "liv@vestfold.example"
console = Console()


def main() -> None:
    """Print the aim beside what was found; the processor's time, which other programs do not lengthen."""
    with tempfile.TemporaryDirectory(prefix="oncall-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        migrate(url)
        evening = Evening(url)
        add_account(evening.service.db, "vestfold", "liv", LEADER, PASSWORD)
        case_id = _fill(evening)
        client = evening.signed_in(LEADER)
        for name, address in (
            ("a family's page", f"/cases/{case_id}"),
            ("its brief", f"/cases/{case_id}/brief"),
            ("the list", "/cases"),
        ):
            took = []
            for _ in range(REQUESTS):
                began = time.process_time()
                answer = client.get(address)
                took.append((time.process_time() - began) * 1000)
                if answer.status_code != 200:
                    raise SystemExit(f"{address} answered {answer.status_code}")
            aim = f"{name}, {CONTACTS:,} contacts of one team on SQLite, under {MOST_MILLISECONDS} ms"
            console.print(f"{aim:<80} {statistics.median(took):.0f} ms")
        evening.close()


def _fill(evening: Evening) -> str:
    """The contacts are stored, a third of them in each case; return the id of one that has a brief."""
    db = evening.service.db
    add_contacts(db, [(evening.team_id, LINE)], CONTACTS)
    with db.writing(evening.team_id) as writing:
        cases = load_cases(writing, evening.team_id)
        for nth, case in enumerate(cases):
            writing.conn.execute(
                text(
                    "UPDATE contact SET case_id = :case WHERE id IN"
                    " (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM contact)"
                    " WHERE n % :all = :nth)"
                ),
                {"case": case.id, "all": len(cases), "nth": nth},
            )
        brief = Brief(**dict.fromkeys(FIELDS, "Noe som er godt å vite om natten."))
        for _ in range(50):
            add_revision(writing, cases[0].id, brief, "liv", evening.carrier.now())
    return cases[0].id


if __name__ == "__main__":
    main()
