"""A family that waits, without a database or a carrier: what is alerted when, as the pure core decides it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from oncall.alerts.ladder import Situation
from oncall.alerts.paging import decide_pages, due_pages
from oncall.alerts.team import PageStep, Team
from oncall.contacts.fold import fold
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.waiting import Page, Waiting
from oncall.rota.model import PersonId
from tests.scenes.call import TEAM

BY_DAY = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)  # Tuesday, 12:00 in Oslo
AT_NIGHT = datetime(2026, 3, 3, 1, 40, tzinfo=UTC)

WROTE: Detail = {"caller": "known", "case": "V-014", "language": "nb", "body": "hei", "urgent": False}
CALLED: Detail = {"caller": "known", "case": "V-014", "language": "nb", "waves": [], "deadline": 150}


@dataclass
class FollowUp:
    """What waits, and a clock that a test may turn."""

    now: datetime = BY_DAY
    team: Team = TEAM
    why: str = "text"
    urgent: bool = False
    entries: list[Entry] = field(default_factory=list)
    decisions: list[tuple[Entry, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The family has written, or has called in vain; whatever follows at once has been decided."""
        self.began = self.now
        if self.why == "text":
            first = Entry(0, self.now, Kind.TEXT_RECEIVED, detail={**WROTE, "urgent": self.urgent})
        else:
            first = Entry(0, self.now, Kind.CALL_RECEIVED, detail=CALLED)
        self.tell(first, Entry(0, self.now, Kind.FOLLOW_UP_OPENED, detail={"why": self.why}))

    @property
    def waiting(self) -> Waiting:
        """How it stands."""
        return fold("c1", self.entries).waiting

    def tell(self, *news: Entry) -> tuple[Entry, ...]:
        """Something happens, and what is due is decided; return what was."""
        self._append(news)
        decided = self._decide()
        self._append(decided)
        self.decisions.append(decided)
        return decided

    def _decide(self) -> tuple[Entry, ...]:
        contact = fold("c1", self.entries)
        return decide_pages(contact, Situation(self.team), self.now)

    def wait(self, minutes: float) -> None:
        """Time passes, and every timer fires at its instant, a second after the last at the earliest."""
        end = self.now + timedelta(minutes=minutes)
        while (moment := due_pages(self.waiting, self.team, self.now)) is not None:
            moment = max(moment, self.now + timedelta(seconds=1))
            if moment > end:
                break
            self.now = moment
            self.tell()
        self.now = end

    def take(self, person: PersonId) -> None:
        """Somebody takes it."""
        self.tell(Entry(0, self.now, Kind.ACKNOWLEDGED, actor=person, detail={"by": "page"}))

    def hear(self, body: str = "hallo?", *, urgent: bool = False) -> None:
        """The family writes again."""
        self.tell(Entry(0, self.now, Kind.TEXT_RECEIVED, detail={"body": body, "urgent": urgent}))

    def call_again(self, *, soon: bool = True) -> None:
        """The family calls again, in vain."""
        said: Detail = {"contact": f"c{len(self.entries)}", "to_leader": soon}
        self.tell(Entry(0, self.now, Kind.CALL_JOINED, detail=said))

    def report(self, page: Page, status: str, code: str = "", sid: str = "") -> tuple[Entry, ...]:
        """The carrier tells how far an alert got; return what was decided upon it."""
        said: Detail = {"about": page.id, "status": status, "code": code, "sid": sid}
        return self.tell(Entry(0, self.now, Kind.MESSAGE_REPORTED, detail=said))

    def pages_to(self, person: PersonId, by: str | None = None) -> list[Page]:
        """The alerts to somebody so far."""
        return [page for page in self.waiting.pages if page.person == person and by in (None, page.by)]

    def alerts(self) -> list[tuple[float, str, str]]:
        """Every alert so far: after how many minutes, whom, how."""
        return [(self._minutes(page.at), page.person, page.by) for page in self.waiting.pages]

    def _minutes(self, at: datetime) -> float:
        return round((at - self.began).total_seconds() / 60, 2)

    def _append(self, news: Iterable[Entry]) -> None:
        for entry in news:
            seq = self.entries[-1].seq + 1 if self.entries else 1
            self.entries.append(replace(entry, seq=seq))


def with_steps(*steps: PageStep, team: Team = TEAM) -> Team:
    return replace(team, page_ladder=steps)


EVERYONE = ("kari", "ola", "liv", "nils")
