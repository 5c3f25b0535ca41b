"""Is the team's journal as it was written, and when was that last looked at?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from oncall.alerts.wording import accounts as wording
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.journal.chains import Chain, list_chains
from oncall.store.journal.checks import Check, load_checks, save_check
from oncall.store.journal.verification import verify
from oncall.store.session import Database, reads_chain, team_chain
from oncall.store.team.teams import all_team_ids, read_team
from oncall.usecases.accounts.texts import queue_account_text

CHECK_CHAINS = "check_chains"
SPREAD = timedelta(seconds=2)  # between two teams, so that thousands are not looked through at once
MOST_FINDINGS = 50  # kept of one check: whoever sees one calls for help


@dataclass(frozen=True, slots=True)
class ChainPage:
    """One chain of the team's journal, with what was last found."""

    chain: Chain
    reads: bool  # who read what; else what happened
    check: Check | None  # None: never looked through


def read_chains(db: Database, team_id: int) -> tuple[ChainPage, ...]:
    """Return the team's chains as they are now, and how they were found."""
    with db.reading() as reading:
        checks = load_checks(reading, team_id)
        chains = list_chains(reading, team_id)
    return tuple(ChainPage(each, each.name == reads_chain(team_id), checks.get(each.name)) for each in chains)


def ask_for_check(db: Database, team_id: int, now: datetime) -> None:
    """The team's chains are about to be looked through; asked twice within a minute, once."""
    with db.transaction() as transaction:
        put(transaction, [_job(team_id, f"{now:%Y-%m-%dT%H:%M}", now)], now)


def report_damage(db: Database, team_id: int, contact_id: str, now: datetime) -> None:
    """The team's chains are looked through because of this contact, once a day: who must know is told."""
    with db.transaction() as transaction:
        put(transaction, [_job(team_id, f"{contact_id}:{now:%Y-%m-%d}", now)], now)


def plan_checks(db: Database, now: datetime) -> None:
    """Every team's chains will be looked through today; asked again on the same day, nothing is added."""
    with db.transaction() as transaction:
        teams = all_team_ids(transaction)
        jobs = [_job(team, f"{now:%Y-%m-%d}", now + nth * SPREAD) for nth, team in enumerate(teams)]
        put(transaction, jobs, now)


def check_chains(db: Database, team_id: int, now: datetime) -> bool:
    """The team's chains have been looked through from their first entry; return whether they are whole."""
    whole = True
    for name in (team_chain(team_id), reads_chain(team_id)):
        with db.reading(unhurried=True) as reading:
            (chain,) = (each for each in list_chains(reading, team_id) if each.name == name)
            found = [finding.what for finding in islice(verify(reading, name), MOST_FINDINGS)]
        with db.transaction() as transaction:
            check = Check(now, chain.length, chain.hash.hex() if chain.hash else "", tuple(found))
            save_check(transaction, team_id, name, check)
        whole = whole and not found
    if not whole:
        _queue_leader_texts(db, team_id, now)
    return whole


def _queue_leader_texts(db: Database, team_id: int, now: datetime) -> None:
    """Each leader of the team is told today that its journal is damaged, and where to look."""
    with db.transaction() as transaction:
        for leader in read_team(transaction, team_id).leaders:
            queue_account_text(transaction, team_id, leader.id, wording.JOURNAL, f"{now:%Y-%m-%d}", now)


def _job(team_id: int, which: str, due_at: datetime) -> NewJob:
    return NewJob(f"{CHECK_CHAINS}:{team_id}:{which}", CHECK_CHAINS, team_id, None, due_at)
