"""What breaks in a random night: the carrier, the ways to it and from it, the database, our processes."""

import random
from collections.abc import Callable
from functools import partial

from standin.drill.nights.fragile_night import FragileNight
from standin.drill.stage.mortal import POINTS, Died
from standin.simulator import faults
from standin.simulator.faults import RestFault, WebhookFault

OURS = r"^https://line\.example/"
ORDERS = r"/(Calls|Messages)(\.json|/)"
WEBHOOKS = (OURS, OURS, "/voice/incoming", "/text/incoming", "/status", "/screen", "/answer", "/dialled/")
WEBHOOKS_TOO = ("/wait/", "/left/", "/bridging", "/done", "/pages/")
MOST_TROUBLES = 4
LATEST = 240.0  # second of the night at which the last one begins


class Troubles:
    """What is armed to go wrong tonight, and who is to die at which of their points."""

    def __init__(self, night: FragileNight, chance: random.Random) -> None:
        self._night, self._chance = night, chance
        self._deaths: list[tuple[str, int]] = []  # at which kind of point, and how many are still passed
        self.of_processes = False  # whether one has died
        self.of_database = False  # whether it was lost
        self.of_webhooks = False  # whether one of them was not as it must be

    def arm(self) -> None:
        """Four nights in ten have none, the others one or more; each begins at a moment of its own."""
        chance = self._chance
        if chance.random() < 0.4:
            return
        kinds: tuple[Callable[[], None], ...] = (
            self._refuse_orders,
            self._spoil_webhooks,
            self._spoil_webhooks,
            self._doom,
            self._doom,
            self._kill_web,
            self._kill_clock,
            self._lose_database,
        )
        for _ in range(chance.randint(1, MOST_TROUBLES)):
            begin = chance.uniform(0, LATEST)
            self._night.carrier.after(begin, self._unless_calm(chance.choice(kinds)))

    def reach(self, point: str, process: str) -> None:
        """A process is at one of its points: raise Died if it was to come to its end there."""
        for nth, (where, left) in enumerate(self._deaths):
            if where == point:
                self._deaths[nth] = (where, left - 1)
                if left == 0:
                    del self._deaths[nth]
                    self.of_processes = True
                    self._log(f"the {process} process dies {point}")
                    raise Died
                return

    def end(self) -> None:
        """Nothing more breaks, and what was broken is whole again."""
        self._deaths.clear()
        self._night.carrier.faults.clear()

    def _unless_calm(self, trouble: Callable[[], None]) -> Callable[[], None]:
        def begin() -> None:
            if not self._night.calm:
                trouble()

        return begin

    def _refuse_orders(self) -> None:
        chance = self._chance
        kinds: tuple[tuple[str, RestFault], ...] = (
            ("answers 429", faults.too_many_requests()),
            ("answers 503", faults.rest_error(503)),
            ("answers 500", faults.rest_error(500, 20500)),
            ("is not reached", faults.time_out()),
            ("does as asked, and its answer is lost", faults.accept_and_time_out()),
        )
        what, fault = chance.choice(kinds)
        times = chance.choice((1, 2, 3, 8, None))
        nth = None if times is None else range(1, times + 1)
        rule = self._night.carrier.faults.on_rest(chance.choice((ORDERS, "/")), fault, nth=nth)
        self._log(f"the carrier {what}, {'for a while' if times is None else f'{times} times'}")
        if times is None:
            self._night.carrier.after(chance.uniform(5, 90), partial(self._disarm, rule))

    def _disarm(self, rule: faults.FaultRule) -> None:
        if not self._night.calm:
            self._night.carrier.faults.disarm(rule)

    def _spoil_webhooks(self) -> None:
        chance = self._chance
        kinds: tuple[tuple[str, WebhookFault], ...] = (
            ("comes twice", faults.duplicate(chance.uniform(0, 5))),
            ("comes again much later", faults.duplicate(chance.uniform(20, 200))),
            ("comes late", faults.delay_request(chance.uniform(1, 13))),
            ("is answered late", faults.delay_answer(chance.uniform(1, 20))),
            ("is lost", faults.drop()),
            ("is overtaken", faults.reorder()),
            ("meets a 503", faults.server_error(503)),
            ("is answered, and a 502 hides it", faults.server_error(502, after=True)),
            ("breaks off", faults.reset()),
            ("is answered, and the answer breaks off", faults.reset(after=True)),
        )
        what, fault = chance.choice(kinds)
        pattern = chance.choice((*WEBHOOKS, *WEBHOOKS_TOO))
        times = chance.choice((1, 1, 2, 5))
        self.of_webhooks = True
        self._night.carrier.faults.on_webhook(pattern, fault, nth=range(1, times + 1))
        where = "any address of ours" if pattern == OURS else pattern
        self._log(f"a webhook to {where} {what}" + (f", {times} times" if times > 1 else ""))

    def _doom(self) -> None:
        chance = self._chance
        self._deaths.append((chance.choice(POINTS), chance.randrange(25)))

    def _kill_web(self) -> None:
        self._log("the web process is killed")
        self.of_processes = True
        self._night.stop_web()

    def _kill_clock(self) -> None:
        self._log("the clock process is killed")
        self.of_processes = True
        self._night.stop_clock()

    def _lose_database(self) -> None:
        if not self._night.database_lost:
            self.of_database = True
            self._log("the database is gone")
            self._night.lose_database()
            self._night.carrier.after(self._chance.uniform(1, 40), self._night.find_database)

    def _log(self, what: str) -> None:
        self._night.tell_of(what)
