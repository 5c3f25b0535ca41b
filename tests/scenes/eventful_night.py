"""One night in which most things happen once, to be played again with something going wrong in it."""

from standin.simulator.phones.phone_calls import PhoneCall
from standin.simulator.phones.policies import Answer, Voicemail
from tests.cast import LAST_RESORT, MOTHER, OLAS_PHONE, STATIC
from tests.scenes.night import ACCEPTS, Night

LENGTH = 100  # seconds until the mother hangs up, whatever has happened by then

# What the carrier asks and tells us in that night, in its order, when nothing goes wrong.
WEBHOOKS = (
    "incoming",
    "status",
    "status",
    "screen",
    "status",
    "dialled",
    "wait",
    "status",
    "status",
    "status",
    "wait",
    "status",
    "screen",
    "status",
    "status",
    "screen",
    "status",
    "answer",
    "status",
    "wait",
    "bridging",
    "done",
    "left",
    "status",
)
EACH = tuple(enumerate(WEBHOOKS, start=1))
NO_SUCH_QUEUE = 13200  # we sent the caller to a queue, and the carrier, unaware, to the static number
NAMES = tuple(f"{nth}-{kind}" for nth, kind in EACH)


def begin(night: Night) -> PhoneCall:
    """Kari's voicemail picks up, twice; Ola takes the call from the queue, and they talk for half a minute.

    Liv would take it if Ola did not, and somebody is at the static number.
    """
    night.kari.policy = Voicemail(after=8)
    night.ola.policy = ACCEPTS.hang_up(at=30)
    night.liv.policy = Answer(after=3).press("1", after_hearing="Trykk 1")
    night.static.policy = Answer(after=4)
    return night.call(night.mother)


def assert_as_ever(night: Night) -> None:
    """Everybody has heard what they hear in that night, at its seconds, whatever has happened to us."""
    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert [number for number, _ in night.spoke(night.ola)] == [MOTHER]
    assert 30 < night.spoke(night.mother)[0][1] < 45
    (danger,) = night.heard(night.mother, "danger")
    assert 15 < danger < 25
    assert len(night.heard(night.ola, "screen")) == len(night.heard(night.ola, "joining")) == 1
    assert not night.heard(night.ola, "taken")
    assert not night.heard(night.mother, "alerted_promise")
    assert night.liv.said_to == ()
    assert not night.nils.rang


def webhooks(night: Night) -> tuple[str, ...]:
    """What the carrier asked and told us, in its order: the addresses without their ids."""
    return tuple(kind_of(webhook.path) for webhook in night.carrier.webhooks)


def kind_of(path: str) -> str:
    """What an address of ours is about."""
    parts = path.strip("/").split("/")
    return next(part for part in reversed(parts) if part.replace("-", "").isalpha())


def spoke_with_a_human(night: Night) -> bool:
    """Whether the mother had anybody on the line: a therapist, the static number, the staffed service."""
    helpers = {phone.number for phone in night.staff} | {STATIC, LAST_RESORT}
    return any(number in helpers for number, _ in night.spoke(night.mother))
