"""One random night: whatever people, the carrier and our own processes do, chosen by a seed."""

import random
from dataclasses import replace
from datetime import datetime

from oncall.alerts.pages import ladder_of
from oncall.contacts.waiting import Waiting, fold_waiting
from oncall.drill.cast import Cast
from oncall.drill.databases import Place
from oncall.drill.night import Happening, Night
from oncall.drill.people import People
from oncall.drill.setting import Setting
from oncall.drill.stage import Keys
from oncall.drill.troubles import Troubles
from oncall.rota.model import PersonId
from oncall.scheduler import DEAD_AFTER
from oncall.simulator import Phone
from oncall.simulator.events import ProtocolError
from oncall.simulator.legs import Direction

CALM = 270.0  # the second from which on nothing breaks any more
LOOKED_THROUGH = 300.0  # seconds, of calm and from a call's end, until the carrier's records were looked at
AGAIN = 330.0  # seconds from a ladder's last step until it has come once more
REMINDED_BY = 70 * 60.0  # ... from a taken contact until somebody was reminded that it is not closed
UNANSWERED = frozenset({11200, 11205})
NO_SUCH_QUEUE = 13200
COMES_BACK = (1.0, 45.0)  # seconds until a process that died is started again


class RandomNight(Night):
    """A night in which chance decides; nothing is expected of it but what must always hold."""

    def __init__(
        self,
        place: Place,
        cast: Cast,
        setting: Setting,
        chance: random.Random,
        *,
        keys: Keys,
        stored: int | None = None,
    ) -> None:
        """Everybody is there, and nothing has happened; `stored` is the team's id where the place has it."""
        self.calm = self.database_lost = False
        self._chance = chance
        self._clock_died_at: datetime | None = None
        super().__init__(
            place,
            replace(cast, cases=setting.ask(cast.cases)),
            setting.change(cast.team),
            began=setting.began,
            seed=chance.getrandbits(32),
            keys=keys,
            stored=stored,
        )
        self.troubles = Troubles(self, chance)
        self.people = People(self, chance, asleep=chance.random() < 0.15)

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

    def note_hung_up(self, phone: Phone) -> None:
        """Whoever holds the phone ends their call at this instant."""
        self.hung_up.add((phone.number, self.now))

    def tell_of(self, what: str) -> None:
        """Something has happened to the world."""
        self.happenings.append(Happening(self.now, what))

    # -- the whole night ------------------------------------------------------------------------------

    def play(self) -> None:
        """Everything has happened, has been carried on while all was well, and has come to rest."""
        self.come_up()
        self.people.arrive()
        self.troubles.arm()
        self.run_until(CALM)
        self._calm_down()
        self.run_for(LOOKED_THROUGH)
        while self.calm_for < max(self._long_enough(), self._looked_through()):
            self.run_for(60)
        if any(waiting.owner and waiting.open for waiting in self.waiting()) and self._chance.random() < 0.3:
            self.run_for(REMINDED_BY)
        self._let_go()

    @property
    def calm_for(self) -> float:
        """Seconds since anything broke."""
        return self.second(self.now) - CALM

    def _long_enough(self) -> float:
        """Seconds of calm after which, for all that waits, every step has come and the last one again."""
        if not any(waiting.asking_since for waiting in self.waiting()):
            return 0.0
        return ladder_of(self.team)[-1].after_minutes * 60 + AGAIN

    def _looked_through(self) -> float:
        """Seconds of calm after which the carrier's records of every call to us were looked at.

        But for our own alerts that a phone sends back to us: they go on as long as nobody takes the contact.
        """
        calls = [
            leg
            for leg in self.carrier.calls.legs.values()
            if leg.direction is Direction.INBOUND and leg.forwarded_from is None
        ]
        ends = [self.second(leg.ended_at) for leg in calls if leg.ended_at]
        return max(ends, default=0.0) - CALM + LOOKED_THROUGH

    def waiting(self) -> tuple[Waiting, ...]:
        """Return how each contact of the night waits, oldest first."""
        return tuple(fold_waiting(self.entries_of(self.team_id, contact.id)) for contact in self.told())

    def _calm_down(self) -> None:
        self.troubles.end()
        self.find_database()
        if not self.web_runs:
            self.restart_web()
        if not self.clock_runs:
            self.restart_clock()
        self.calm = True
        self.tell_of("from here on nothing breaks any more")

    def _let_go(self) -> None:
        """Whoever is still on the line hangs up, and what follows from that is done."""
        for _ in range(20):
            for call in [call for phone in self.carrier.phones.values() for call in phone.open_calls]:
                if call.bridges and call.bridges[-1].end is None:
                    self.note_hung_up(call.phone)
                    call.hang_up()
            if not (self.carrier.legs or self.carrier.queues):
                return
            self.run_for(20)

    def excuses(self, error: ProtocolError) -> bool:
        """Whether what was broken is why a webhook had no answer, or a caller never came to wait."""
        troubles = self.troubles
        dead = troubles.of_processes or troubles.of_database
        unanswered = error.code in UNANSWERED and "crash" not in error.message
        return (dead and unanswered) or ((dead or troubles.of_webhooks) and error.code == NO_SUCH_QUEUE)

    # -- a clock that is missed -------------------------------------------------------------

    def _tick(self) -> None:
        """As long as a clock that died may still be alive, nobody looks for it."""
        if self.clock_runs or self.now - (self._clock_died_at or self.now) > DEAD_AFTER:
            super()._tick()

    # -- what dies and comes back ---------------------------------------------------------------------

    def reach(self, point: str) -> None:
        """Any of these points may be a process's last."""
        super().reach(point)
        if self.acting and not self.calm:
            self.troubles.reach(point, self.acting)

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
