"""A webhook asks the database few questions."""

from collections import defaultdict
from dataclasses import replace
from functools import partial

from sqlalchemy import event

from oncall.contacts.model import Kind
from oncall.store import prepared
from oncall.store.team.teams import read_team
from standin.simulator.phones.policies import Decline
from tests.scenes import eventful_night
from tests.scenes.knocking import Knocker
from tests.scenes.night import TEAM, Night

AT_MOST = 8


class Counter:
    """Counts statements, by the request in which they were made."""

    def __init__(self, night: Night) -> None:
        """Begin to listen."""
        self.made: dict[int, list[str]] = defaultdict(list)  # 0: in none
        self._request = 0
        for engine in {night.service.db.writer, night.service.db.reader}:
            event.listen(engine, "before_cursor_execute", self._count)
        prepared.watchers.append(self._note)

    def stop(self) -> None:
        """Listen no longer."""
        prepared.watchers.remove(self._note)

    def _note(self, statement: str, _: object) -> None:
        self.made[self._request].append(statement)

    def begin(self, request: int) -> None:
        """What is asked from now on is asked in this request."""
        self._request = request

    def _count(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._note(statement, None)


def test_no_webhook_of_a_night_takes_more_than_eight_statements(night: Night) -> None:
    with night.service.db.reading() as reading:
        read_team(reading, night.team_id)  # a process reads the team once, and remembers it
    counter = Counter(night)
    for nth, _ in eventful_night.EACH:
        night.before_request(nth, partial(counter.begin, nth))
        night.after_request(nth, partial(counter.begin, 0))

    call = eventful_night.begin(night)
    night.play(eventful_night.LENGTH, call)
    counter.stop()

    most = {
        f"{nth}-{kind}": len(counter.made[nth])
        for nth, kind in eventful_night.EACH
        if not 0 < len(counter.made[nth]) <= AT_MOST
    }
    assert most == {}


def test_a_repeated_webhook_takes_no_more_than_the_first(night: Night, knock: Knocker) -> None:
    night.call(night.mother)
    night.run_for(3)
    webhook = night.carrier.webhooks[0]
    counter = Counter(night)

    answer = knock.post(form=webhook.params)
    counter.stop()

    assert answer.body.decode() == webhook.body
    assert len(counter.made[0]) <= AT_MOST


def test_no_webhook_of_a_message_takes_more_than_eight_statements(database_url: str) -> None:
    night = Night(database_url, replace(TEAM, voicemail=True))
    for phone in (night.kari, night.ola, night.liv, night.nils, night.barnevernvakt):
        phone.policy = Decline(after=2)
    call = night.call(night.mother)
    while not call.is_over and not any("trykk 2" in said for said in night.mother.said_to):
        night.run_for(1)
    counter = Counter(night)
    coming = range(night.requests + 1, night.requests + 4)  # agreed, left, ready
    for nth in coming:
        night.before_request(nth, partial(counter.begin, nth))
        night.after_request(nth, partial(counter.begin, 0))

    call.press("2")
    night.run_for(6)
    call.speak("hei, det er mor")
    night.run_for(20)
    counter.stop()

    assert {Kind.VOICEMAIL_AGREED, Kind.VOICEMAIL_LEFT, Kind.VOICEMAIL_READY} <= set(night.kinds())
    assert [nth for nth in coming if not 0 < len(counter.made[nth]) <= AT_MOST] == []
    night.close()
