"""What must a leader look at on Monday, and which contact comes next?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.contacts.case import Case
from oncall.contacts.model import State
from oncall.contacts.patterns import Cluster, Repeat, find_clusters, find_repeats
from oncall.contacts.search import Cursor, Filters
from oncall.rota.model import PersonId
from oncall.rota.working_time import Breach, check_working_time
from oncall.store.contacts.contacts import ContactLine
from oncall.store.contacts.log import count_contacts, list_contacts, list_sightings
from oncall.store.families.cases import load_cases
from oncall.store.families.history import reviewed_at
from oncall.store.rota.agreements import load_limits
from oncall.store.rota.phone_tests import PhoneCheck, load_phone_checks
from oncall.store.session import Database
from oncall.store.team.history import load_call_outs
from oncall.store.team.teams import load_staff
from oncall.usecases.contacts.board import LIVE
from oncall.usecases.families.cases import lacks_brief
from oncall.usecases.people import Names, short_names
from oncall.usecases.privacy.access_log import Read, find_unusual_reads
from oncall.usecases.rota.daily_check import RotaFinding, Shortcoming, check_rota
from oncall.usecases.rota.edits import complete_rotas

WEEK = timedelta(days=7)
PATTERNS_OVER = timedelta(days=28)
MOST = 500  # contacts of a week, or of four, that are looked at: many times what a team has
SHOWN = 12  # of each list, with a link to all of it
SETTLED = tuple(state for state in State if state not in LIVE)  # a call that goes on is not signed off
TO_SIGN = Filters(unreviewed=True, states=SETTLED)


@dataclass(frozen=True, slots=True)
class Monday:
    """Everything that the leader looks at, as it is now."""

    since: datetime  # a week ago
    to_sign: int  # contacts that are not signed off, of whatever age; COUNTED at most
    contacts: int  # of the week
    unanswered: tuple[ContactLine, ...]
    escalated: tuple[ContactLine, ...]
    unknown: tuple[ContactLine, ...]  # linked to no case
    incidents: tuple[ContactLine, ...]
    unwritten: tuple[ContactLine, ...]  # answered, and without a note
    follow_ups: tuple[ContactLine, ...]  # a human is still to be found for them, or to close them
    agreed: tuple[ContactLine, ...]  # something was agreed and is not done
    repeats: tuple[Repeat, ...]
    clusters: tuple[Cluster, ...]
    lines: Mapping[str, ContactLine]  # of the week, in which each pattern has its latest contact
    briefs: tuple[Case, ...]  # of families in treatment, missing or not looked over for more than a week
    reviewed: Mapping[str, datetime]  # when each brief was looked over, by the case's id
    gaps: tuple[RotaFinding, ...]
    breaches: tuple[Breach, ...]  # of the week that has passed
    readings: tuple[Read, ...]  # of the week, that are unusual; the gravest first
    phones: tuple[tuple[PersonId, PhoneCheck | None], ...]  # of all on call, the unproven first
    names: Names

    @property
    def phones_to_try(self) -> int:
        """How many phones of staff are not proven to work."""
        return sum(check is None or not check.is_proven for _, check in self.phones)


def read_monday(db: Database, team: Team, now: datetime) -> Monday:
    """Return what the leader of the team looks at."""
    since = now - WEEK
    readings = find_unusual_reads(db, team.id, team.zone, now)
    with db.reading() as reading:
        week = list_contacts(reading, team.id, Filters(since=since), limit=MOST)
        seen = list_sightings(reading, team.id, now - PATTERNS_OVER, MOST)
        to_sign = count_contacts(reading, team.id, TO_SIGN)
        follow_ups = list_contacts(reading, team.id, Filters(follow_up=True), limit=MOST)
        agreed = list_contacts(reading, team.id, Filters(next_due=True), limit=MOST)
        limits = load_limits(reading, team.id)
        calls = load_call_outs(reading, team.id, now - PATTERNS_OVER, now)
        staff = [person for person, _ in load_staff(reading, team.id)]
        cases, reviewed = load_cases(reading, team.id), reviewed_at(reading, team.id)
        checks = load_phone_checks(reading, team)
    over = [line for line in week if line.projection.state in SETTLED]
    settled = [line for line in over if not line.ours]
    lines = {line.id: line for line in week}
    repeats = tuple(repeat for repeat in find_repeats(seen) if repeat.contacts[-1] in lines)
    clusters = find_clusters((one for one in seen if one.id in lines), team.zone)
    lead = [leader.id for leader in team.leaders]
    breaches = check_working_time(complete_rotas(team), since, now, calls, limits, lead)
    return Monday(
        since=since,
        to_sign=to_sign,
        contacts=len(week),
        unanswered=tuple(line for line in settled if line.projection.seconds_to_human is None),
        escalated=tuple(line for line in settled if line.projection.escalated),
        unknown=tuple(line for line in settled if line.case is None),
        incidents=tuple(line for line in week if line.projection.incident),
        unwritten=tuple(line for line in over if line.projection.answered_by and not line.projection.noted),
        follow_ups=tuple(reversed(follow_ups)),
        agreed=tuple(sorted(agreed, key=lambda line: str(line.projection.next_due))),
        repeats=repeats,
        clusters=clusters,
        lines=lines,
        briefs=tuple(case for case in cases if lacks_brief(case, reviewed.get(case.id), now)),
        reviewed=reviewed,
        gaps=tuple(_ahead(check_rota(team, now, limits.gap_days))),
        breaches=breaches,
        readings=tuple(read for read in readings if read.at >= since),
        phones=tuple(_unproven_first(team, checks)),
        names=short_names(staff),
    )


def next_to_sign(db: Database, team_id: int, after: Cursor | None = None) -> str | None:
    """Return the contact that the leader reads next: those that reached nobody first; None: all are done.

    `after` is where they are; what lies before it and was passed over is not asked for again.
    """
    with db.reading() as reading:
        found = list_contacts(reading, team_id, TO_SIGN, after, limit=1, urgent_first=True)
    return found[0].id if found else None


def _unproven_first(
    team: Team, checks: Mapping[PersonId, PhoneCheck]
) -> Iterable[tuple[PersonId, PhoneCheck | None]]:
    phones = [(person.id, checks.get(person.id)) for person in team.people.values() if person.on_call]
    return sorted(phones, key=lambda phone: (phone[1] is not None and phone[1].is_proven, phone[0]))


def _ahead(findings: Iterable[RotaFinding]) -> Iterable[RotaFinding]:
    wanted = (Shortcoming.NOBODY_ON_CALL, Shortcoming.EMPTY_TIER, Shortcoming.GAP)
    return (finding for finding in findings if finding.what in wanted)
