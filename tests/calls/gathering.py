"""One night in which everything happens once, to be played again with something going wrong in it."""

from oncall.simulator.phones import PhoneCall
from oncall.simulator.policies import Answer, Voicemail
from tests.calls.night import ACCEPTS, Night

LENGTH = 100  # seconds until the mother hangs up, whatever has happened


def begin(night: Night) -> PhoneCall:
    """Kari's voicemail picks up, then Ola takes the call from the queue; Liv is a little late."""
    night.kari.policy = Voicemail(after=8)
    night.ola.policy = ACCEPTS.hang_up(at=30)
    night.liv.policy = Answer(after=3).press("1", after_hearing="Trykk 1")
    night.static.policy = Answer(after=4)
    return night.call(night.mother)


def kinds_of_webhooks(night: Night) -> list[str]:
    """What the carrier asked and told us, in its order: the addresses without their ids."""
    return [kind_of(webhook.path) for webhook in night.carrier.webhooks]


def kind_of(path: str) -> str:
    """What an address of ours is about."""
    parts = path.split("/")
    return next(part for part in reversed(parts) if part.isalpha() or "-" in part)
