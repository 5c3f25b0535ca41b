"""One random night: whatever people, the carrier and our own processes do, chosen by a seed."""

import random
from dataclasses import replace

from oncall.alerts.paging import ladder_of
from oncall.contacts.waiting import Waiting
from standin.drill.cast import Cast
from standin.drill.nights.fragile_night import FragileNight
from standin.drill.nights.people import People
from standin.drill.nights.setting import Setting
from standin.drill.nights.troubles import Troubles
from standin.drill.stage.databases import ScenarioDatabase
from standin.drill.stage.stage import Keys
from standin.simulator.calls.legs import Direction
from standin.simulator.events import ProtocolError

CALM = 270.0  # the second from which on nothing breaks any more
LOOKED_THROUGH = 300.0  # seconds, of calm and from a call's end, until the carrier's records were looked at
AGAIN = 330.0  # seconds from a ladder's last step until it has come once more
REMINDED_BY = 70 * 60.0  # ... from a taken contact until somebody was reminded that it is not closed
UNANSWERED = frozenset({11200, 11205})
NO_SUCH_QUEUE = 13200


class RandomNight(FragileNight):
    """A night in which chance decides; nothing is expected of it but what must always hold."""

    def __init__(
        self,
        place: ScenarioDatabase,
        cast: Cast,
        setting: Setting,
        chance: random.Random,
        *,
        keys: Keys,
        stored: int | None = None,
    ) -> None:
        """Everybody is there, and nothing has happened; `stored` is the team's id where the place has it."""
        super().__init__(
            place,
            replace(cast, cases=setting.ask(cast.cases)),
            setting.change(cast.team),
            chance,
            began=setting.began,
            keys=keys,
            stored=stored,
        )
        self.troubles = Troubles(self, chance)
        self.people = People(self, chance, asleep=chance.random() < 0.15)

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
        return tuple(contact.waiting for contact in self.list_contacts())

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
                    self.note_hung_up(call.phone.number)
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

    def reach(self, point: str) -> None:
        """Any of these points may be a process's last."""
        super().reach(point)
        if self.acting and not self.calm:
            self.troubles.reach(point, self.acting)
