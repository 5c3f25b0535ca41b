"""What must be true of every night: the rules of the drill, and that nothing of it is left to be done."""

from sqlalchemy import select

from oncall.contacts.model import State
from oncall.store.jobs.outbox import DONE
from oncall.store.tables.jobs import JobRow
from standin.drill.rules.judged import Judged
from standin.drill.rules.rules import check_rules
from standin.drill.stage.stage import Stage

# While a follow-up is open, for the next day, and about shifts, which wait for the day too.
OF_LATER = ("attend", "next_day", "note_due", "tell_staff")
ENDS = (State.ENDED, State.WAITING, State.HANDED_OVER, State.ACKNOWLEDGED)


def assert_rules_are_kept(night: Judged) -> None:
    """The night has broken no rule, and every contact of it has come to an end."""
    broken = [f"{rule.sentence}: {rule.found}" for rule in check_rules(night) if not rule.met]
    assert not broken, "\n".join(broken)
    for contact in night.list_contacts():
        assert contact.state in ENDS, f"a contact is still {contact.state}"


def assert_all_is_done(stage: Stage) -> None:
    """Nothing is left to be done, and nothing was given up."""
    left = jobs_left(stage)
    assert not left, "\n".join(left)


def jobs_left(stage: Stage) -> list[str]:
    """What is still to be done tonight, or was given up."""
    with stage.service.db.reading() as reading:
        rows = reading.conn.execute(select(JobRow.key, JobRow.kind, JobRow.state, JobRow.last_error)).all()
    left = [row for row in rows if row.state != DONE and row.kind not in OF_LATER]
    return [f"{row.key} is {row.state}: {row.last_error}" for row in left]
