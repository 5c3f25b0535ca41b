"""A night whose processes and database can fail, and come back after a while."""

import random
from datetime import datetime

from oncall.alerts.team import Team
from oncall.rota.model import PersonId
from oncall.scheduler import DEAD_AFTER
from standin.drill.cast import Cast
from standin.drill.nights.night import Happening, Night
from standin.drill.stage.databases import ScenarioDatabase
from standin.drill.stage.stage import Keys
from standin.simulator import Phone

COMES_BACK = (1.0, 45.0)  # seconds until a process that died is started again


class FragileNight(Night):
    """A night as its people and troubles know it: what dies is started again after a time by chance."""

    def __init__(
        self,
        place: ScenarioDatabase,
        cast: Cast,
        team: Team,
        chance: random.Random,
        *,
        began: datetime,
        keys: Keys,
        stored: int | None,
    ) -> None:
        """Bring everybody; `stored` is the team's id where the place has it."""
        self.calm = self.database_lost = False
        self._chance = chance
        self._clock_died_at: datetime | None = None
        super().__init__(
            place, cast, team, began=began, seed=chance.getrandbits(32), keys=keys, stored=stored
        )

    @property
    def now(self) -> datetime:
        """The instant of the night."""
        return self.carrier.now()

    @property
    def text_line(self) -> str:
        """The number that families write to."""
        return self.team.text_line

    @property
    def callers(self) -> tuple[Phone, ...]:
        """Every phone of a family, and a stranger's; withheld is any of them now and then."""
        numbers = [p.number for case in self.cases for m in case.members for p in m.phones]
        return (*(self.carrier.phones[number] for number in dict.fromkeys(numbers)), self.stranger)

    @property
    def answers_pages(self) -> bool:
        """Whether somebody can open a page now."""
        return self.web_runs and not self.database_lost

    def person_with(self, number: str) -> PersonId | None:
        """Return whose phone it is."""
        return next((p.id for p in self.team.people.values() if p.phone == number), None)

    def note_hung_up(self, number: str) -> None:
        """Record that the holder of this number ends their call at this instant."""
        self.hung_up.add((number, self.now))

    def tell_of(self, what: str) -> None:
        """Something has happened to the world."""
        self.happenings.append(Happening(self.now, what))

    # -- a clock that is missed -------------------------------------------------------------

    def _tick(self) -> None:
        """As long as a clock that died may still be alive, nobody looks for it."""
        if self.clock_runs or self.now - (self._clock_died_at or self.now) > DEAD_AFTER:
            super()._tick()

    # -- what dies and comes back ---------------------------------------------------------------------

    def stop_web(self) -> None:
        """It is started again after a while."""
        super().stop_web()
        self.carrier.after(self._chance.uniform(*COMES_BACK), self._start_web)

    def stop_clock(self) -> None:
        """It is started again after a while."""
        super().stop_clock()
        self._clock_died_at = self.now
        self.carrier.after(self._chance.uniform(*COMES_BACK), self._start_clock)

    def _start_web(self) -> None:
        if self.web_runs:
            return
        if self.database_lost:  # it does not come up without
            self.carrier.after(3, self._start_web)
            return
        self.restart_web()
        self.come_up()
        self.tell_of("a new web process is there")

    def _start_clock(self) -> None:
        if not self.clock_runs:
            self.restart_clock()
            self.tell_of("a new clock process is there")

    def lose_database(self) -> None:
        """Nobody gets to it."""
        self.database_lost = True
        super().lose_database()

    def find_database(self) -> None:
        """It is back."""
        if self.database_lost:
            self.database_lost, self._next_due = False, None
            self.place.bring_back()
            self.tell_of("the database is back")
