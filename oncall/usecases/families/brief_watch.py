"""Text staff about a brief that has grown old: the own therapist of the family, then the leaders.

A text holds the case's label and a link, and comes by day: nobody is woken for it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from oncall.alerts.team import Team
from oncall.alerts.wording.staff import BRIEF_OUTDATED
from oncall.contacts.brief import LEADER_AFTER, STALE_AFTER
from oncall.contacts.case import Case, Phase
from oncall.rota.clock_hours import Hours
from oncall.rota.model import PersonId
from oncall.rota.wallclock import instant_of, next_at
from oncall.store.families.cases import load_case, load_cases
from oncall.store.families.history import current_brief, known_since, reviewed_at
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.session import Database, Reading
from oncall.store.team.teams import all_team_ids
from oncall.usecases.rota.gaps import SPREAD, alert_recipients

WATCH_BRIEFS, BRIEF_TEXT = "watch_briefs", "tell_brief"  # kinds of jobs that are stored already

TEXTED = Hours(time(9), time(18))  # by the team's wall clock: texts about briefs are sent then
REPEATED = timedelta(days=7)


def plan_brief_watch(db: Database, now: datetime) -> None:
    """Every team's briefs will be looked at today; asked again on the same day, nothing is added."""
    with db.transaction() as transaction:
        jobs = [
            NewJob(f"{WATCH_BRIEFS}:{team}:{now:%Y-%m-%d}", WATCH_BRIEFS, team, None, now + nth * SPREAD)
            for nth, team in enumerate(all_team_ids(transaction))
        ]
        put(transaction, jobs, now)


def warn_of_briefs(db: Database, team: Team, now: datetime) -> None:
    """Whoever is to look over a brief that has grown old will be told, once a week until they have."""
    with db.transaction() as transaction:
        reviewed, known = reviewed_at(transaction, team.id), known_since(transaction, team.id)
        for case in load_cases(transaction, team.id):
            since = _fresh_since(case, reviewed.get(case.id), known.get(case.id), team)
            for person, nth in _whom(team, case, since, now):
                key = f"{BRIEF_TEXT}:{case.id}:{person}:{since:%Y%m%d%H%M%S}:{nth}"
                job = NewJob(
                    key, BRIEF_TEXT, team.id, None, _by_day(team, now), _payload(case, person, since)
                )
                put(transaction, [job], now)


def _payload(case: Case, person: PersonId, since: datetime | None) -> dict[str, str]:
    return {"case": case.id, "person": person, "since": since.isoformat() if since else ""}


def _fresh_since(
    case: Case, reviewed: datetime | None, known: datetime | None, team: Team
) -> datetime | None:
    """Return from when on the brief counts as fresh: its last review, else the treatment's first day.

    Where that is not known either, the day on which the case itself became known.
    """
    if case.phase is not Phase.ACTIVE:
        return None
    if reviewed is None and case.started_on is not None:
        return instant_of(case.started_on, time(0), team.zone)
    return reviewed or known


def _whom(team: Team, case: Case, since: datetime | None, now: datetime) -> Iterator[tuple[PersonId, int]]:
    """Yield whom to tell, and how many weeks they have been told already."""
    if since is None:
        return
    own = case.own_therapist if case.own_therapist in team.people else None
    if own and now - since > STALE_AFTER:
        yield own, (now - since - STALE_AFTER) // REPEATED
    patience = LEADER_AFTER if own else STALE_AFTER
    if now - since > patience:
        for leader in alert_recipients(team):
            if leader != own:
                yield leader, (now - since - patience) // REPEATED


def _by_day(team: Team, now: datetime) -> datetime:
    return now if TEXTED.hold(now.astimezone(team.zone).time()) else next_at(TEXTED.opens, now, team.zone)


def write_brief_text(
    reading: Reading, team: Team, case_id: str, person: PersonId, since: str, url: str
) -> str | None:
    """Return the text in the reader's language; None where somebody has looked the brief over since."""
    case = load_case(reading, team.id, case_id)
    revision = current_brief(reading, team.id, case_id)
    known = known_since(reading, team.id).get(case_id)
    fresh = _fresh_since(case, revision.at if revision else None, known, team) if case else None
    if case is None or fresh is None or fresh.astimezone(UTC) != datetime.fromisoformat(since):
        return None
    language, link = team.people[person].language, f"{url}/cases/{case.id}/brief"
    return BRIEF_OUTDATED.in_language(language, label=case.label, link=link)
