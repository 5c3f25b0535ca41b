"""How many random nights are played, on as many processors as there are, and what came of each."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing.util import Finalize

from oncall.contacts.model import Kind
from standin.drill.cast import Cast, read_cast
from standin.drill.nights.night import Expectation
from standin.drill.nights.random_night import RandomNight
from standin.drill.nights.setting import Setting, choose_setting
from standin.drill.play import ScenarioResult, quiet_logs
from standin.drill.rules.discretion import find_unsafe
from standin.drill.rules.guarantee import (
    Faults,
    JudgedContact,
    find_forgotten,
    find_held_claims,
    find_lost,
    find_missed_waves,
    find_skipped,
    read_judged_contacts,
)
from standin.drill.rules.left_messages import find_mislaid_messages
from standin.drill.rules.rules import check_rules, judge_night
from standin.drill.show.moments import list_moments_of_night
from standin.drill.stage.chance import seeded
from standin.drill.stage.databases import Databases, ScenarioDatabase, open_databases
from standin.drill.stage.stage import Keys

AT_A_TIME = 10  # nights that a process is given at once
KEYS: Keys = (sha256(b"drill: wrapping").digest(), sha256(b"drill: index").digest())

GUARANTEE: dict[str, Callable[[RandomNight], Faults]] = {
    "Every call and text that came to the carrier is in the journal": find_lost,
    "Whoever reached nobody is alerted for by the ladder, until a named human has it": find_forgotten,
    "No step of the page ladder is left out": find_skipped,
    "Each wave comes while a caller waits": find_missed_waves,
    "A claim that leads to no talk is given up": find_held_claims,
    "What a caller leaves is agreed to by a key, and kept by us alone": find_mislaid_messages,
    "No family is reached against its rules of safe contact": find_unsafe,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How one contact of a night ended."""

    channel: str  # "voice" or "text"
    seconds: float | None  # until a human spoke or wrote; None: nobody did
    taken: float | None  # until a named human took it, where it waited for one; None: it still alerts
    closed: bool


@dataclass(frozen=True, slots=True)
class Played:
    """One night, and what of it must not be."""

    seed: str  # by which it is played again
    endings: tuple[Ending, ...]
    findings: tuple[str, ...]


@dataclass
class Theatre:
    """Where this process plays: databases, each setting of the team stored once and copied for its nights."""

    databases: Databases
    cast: Cast

    def __post_init__(self) -> None:
        """No setting is stored yet."""
        self._stored: dict[Setting, tuple[ScenarioDatabase, int]] = {}

    def play(self, seed: str) -> Played:
        """Return what came of the night of that seed."""
        with self._raise(seed) as night:
            broken = _play_out(night)
            endings = tuple(_ending(case) for case in read_judged_contacts(night).values())
            rules = (*broken, *_judge_promises(night), *check_rules(night))
            findings = tuple(f"{rule.sentence}: {rule.found}" for rule in rules if not rule.met)
        return Played(seed, endings, findings)

    def tell(self, seed: str) -> ScenarioResult:
        """Return the night of that seed moment by moment."""
        with self._raise(seed) as night:
            broken = _play_out(night)
            return ScenarioResult(
                name=seed,
                story="A random night: whatever people, the carrier and our own processes do.",
                began=night.began,
                moments=list_moments_of_night(night),
                contacts=night.list_contacts(),
                expectations=(*broken, *_judge_promises(night)),
                rules=check_rules(night),
                texts=sum(len(phone.texts) for phone in night.staff),
                names={person.id: person.name.split()[0] for person in night.team.people.values()},
            )

    @contextmanager
    def _raise(self, seed: str) -> Iterator[RandomNight]:
        """Yield the night of that seed, before anything has happened; at the end nothing of it is left."""
        with quiet_logs():
            with seeded(seed) as chance:
                setting = choose_setting(chance)
            template, team_id = self._store(setting)
            place = self.databases.copy(template)
            try:
                with seeded(seed) as chance:
                    choose_setting(chance)
                    night = RandomNight(place, self.cast, setting, chance, keys=KEYS, stored=team_id)
                    try:
                        yield night
                    finally:
                        night.close()
            finally:
                place.remove()

    def _store(self, setting: Setting) -> tuple[ScenarioDatabase, int]:
        if setting not in self._stored:
            place = self.databases.fresh()
            with seeded(f"team {setting}") as chance:
                first = RandomNight(place, self.cast, setting, chance, keys=KEYS)
                first.close()
            self._stored[setting] = (place, first.team_id)
        return self._stored[setting]


def _play_out(night: RandomNight) -> tuple[Expectation, ...]:
    """The night has been played; an exception in it is a finding, and the others are played all the same."""
    try:
        night.play()
    except Exception as error:  # noqa: BLE001 - whatever breaks the service
        return (Expectation("The night can be played to its end", met=False, found=repr(error)),)
    return ()


def play_nights(seeds: Sequence[str], database: str | None = None, processes: int = 1) -> Iterator[Played]:
    """Yield what came of each night, in the order of the seeds, however many processes play them."""
    if processes == 1 or len(seeds) <= AT_A_TIME:
        with open_databases(database) as databases:
            theatre = Theatre(databases, read_cast())
            for seed in seeds:
                yield theatre.play(seed)
        return
    spawn = multiprocessing.get_context("spawn")
    with (
        open_databases(database) as databases,  # first: what is wrong with them is told once, here
        spawn.Pool(processes, _open_theatre, (databases.fresh().url,)) as pool,
    ):
        yield from pool.imap(_play_here, seeds, chunksize=AT_A_TIME)
        pool.close()
        pool.join()


_THEATRES: list[Theatre] = []


def _open_theatre(database: str) -> None:
    """This process, which the pool has started, has a theatre of its own until its end."""
    databases = ExitStack()
    _THEATRES.append(Theatre(databases.enter_context(open_databases(database)), read_cast()))
    Finalize(None, databases.close, exitpriority=0)


def _play_here(seed: str) -> Played:
    return _THEATRES[0].play(seed)


def _judge_promises(night: RandomNight) -> tuple[Expectation, ...]:
    return tuple(judge_night(sentence, rule(night)) for sentence, rule in GUARANTEE.items())


def _ending(case: JudgedContact) -> Ending:
    contact = case.contact
    taken = [entry.at for entry in case.entries if entry.kind is Kind.ACKNOWLEDGED]
    return Ending(
        case.channel,
        contact.seconds_to_human,
        (min(taken) - contact.received_at).total_seconds() if taken else None,
        case.waiting.closed_at is not None,
    )
