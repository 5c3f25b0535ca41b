"""A caller who reached nobody may leave a message, where the team allows it and after a key: whole calls."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from oncall.alerts.wording.family import VOICEMAIL_OFFER
from oncall.contacts.contact import FollowUp
from oncall.contacts.model import Kind
from oncall.languages import LANGUAGES
from oncall.rota.model import PersonId
from oncall.store.contacts.contacts import load_contact
from oncall.store.contacts.voicemails import list_voicemails, read_sound
from oncall.store.jobs.outbox import PENDING
from oncall.store.privacy.erasure import erase_loose
from oncall.store.tables.contacts import VoicemailRow
from oncall.store.tables.jobs import JobRow
from oncall.telephony.documents import VOICEMAIL_KEY
from oncall.usecases.line import follow_ups
from standin.simulator import faults
from standin.simulator.phones.phone_calls import PhoneCall
from standin.simulator.phones.policies import Answer, Decline
from tests.scenes.night import TEAM, Night

pytestmark = pytest.mark.slow

WORDS = "hei, det er mor, vi trenger hjelp med Eirik i natt"


@pytest.fixture
def night(database_url: str) -> Iterator[Night]:
    """The team has turned voicemail on, and everybody declines."""
    night = Night(database_url, replace(TEAM, voicemail=True))
    for phone in (night.kari, night.ola, night.liv, night.nils, night.barnevernvakt):
        phone.policy = Decline(after=2)
    yield night
    night.close()


def offered(night: Night) -> PhoneCall:
    """Mother has called in vain, and hears that she may leave a message."""
    call = night.call(night.mother)
    while not call.is_over and not any("trykk 2" in said for said in night.mother.said_to):
        night.run_for(1)
    return call


def leave(night: Night, call: PhoneCall, hangs_up_after: float | None = None) -> None:
    """Mother presses the key and speaks; then she hangs up after so many seconds, or stays in silence."""
    call.press("2")
    night.run_for(6)
    call.speak(WORDS)
    if hangs_up_after is not None:
        night.run_for(hangs_up_after)
        call.hang_up()


def kept(night: Night) -> list[tuple[int, bytes]]:
    """The length and the sound of every message that we have of the first contact."""
    with night.service.db.reading() as reading:
        contact = load_contact(reading, night.contacts()[0].id, night.team_id)
        assert contact is not None
        assert contact.key is not None
        found = list_voicemails(reading, night.team_id, contact.id)
        sounds = [read_sound(reading, night.team_id, contact.id, contact.key, each.sid) for each in found]
    return [(each.seconds, sound or b"") for each, sound in zip(found, sounds, strict=True)]


def pending(night: Night, kind: str) -> int:
    """How many jobs of the kind are still to be done."""
    with night.service.db.reading() as reading:
        wanted = select(JobRow.key).where(JobRow.kind == kind, JobRow.state == PENDING)
        return len(reading.conn.execute(wanted).all())


def test_a_message_is_taken_sealed_and_deleted_at_the_carrier(night: Night) -> None:
    call = offered(night)
    leave(night, call, hangs_up_after=12)
    night.run_for(30)

    ((seconds, sound),) = kept(night)
    assert 5 <= seconds <= 15
    assert sound.startswith(b"RIFF")
    assert night.carrier.recordings == {}
    with night.service.db.reading() as reading:
        row = reading.conn.execute(select(VoicemailRow)).one()
    assert b"RIFF" not in row.sound
    assert row.off_carrier_at is not None
    night.carrier.assert_quiet()


def test_the_follow_up_is_open_and_alerting_all_the_same(night: Night) -> None:
    call = offered(night)
    opened = night.only_contact()
    leave(night, call)
    night.run_for(30)

    assert opened.follow_up is FollowUp.WAITING
    assert night.only_contact().follow_up is FollowUp.WAITING
    assert pending(night, "attend") == 1


def test_whoever_ends_with_silence_is_thanked(night: Night) -> None:
    call = offered(night)
    leave(night, call)
    night.run_for(25)

    assert "Teamet får beskjeden" in night.mother.said_to[-1]
    assert call.is_over
    assert len(kept(night)) == 1


def test_nobody_is_recorded_without_the_key(night: Night) -> None:
    call = offered(night)
    call.speak(WORDS)
    night.run_for(30)

    assert call.is_over
    assert night.carrier.recordings == {}
    assert kept(night) == []
    assert night.only_contact().follow_up is FollowUp.WAITING


def test_another_key_is_no_consent(night: Night) -> None:
    call = offered(night)
    call.press("5")
    call.speak(WORDS)
    night.run_for(30)

    assert night.carrier.recordings == {}


def test_silence_is_not_recorded(night: Night) -> None:
    call = offered(night)
    call.press("2")
    night.run_for(30)

    assert "ingenting er tatt opp" in night.mother.said_to[-1]
    assert night.carrier.recordings == {}
    assert kept(night) == []


def test_a_message_has_a_longest_length(night: Night) -> None:
    call = offered(night)
    call.press("2")
    night.run_for(6)
    for _ in range(40):
        call.speak(WORDS)
        night.run_for(4)
    night.run_for(30)

    ((seconds, _),) = kept(night)
    assert seconds == 120


def test_where_the_team_has_not_turned_it_on_nobody_is_asked(database_url: str) -> None:
    night = Night(database_url)
    for phone in (night.kari, night.ola, night.liv, night.nils, night.barnevernvakt):
        phone.policy = Decline(after=2)

    night.call(night.mother)
    night.run_for(300)

    assert not any("trykk 2" in said for said in night.mother.said_to)
    night.close()


def test_an_agreed_service_that_answers_leaves_no_message(night: Night) -> None:
    night.barnevernvakt.policy = Answer(after=3)

    call = night.call(night.mother)
    night.run_for(300)
    call.hang_up()

    assert not any("trykk 2" in said for said in night.mother.said_to)


@pytest.mark.parametrize("lost", ["voicemail/left", "voicemail/ready", r"voicemail/(left|ready)"])
def test_a_message_of_which_we_were_not_told_is_found_at_the_carrier(night: Night, lost: str) -> None:
    night.carrier.faults.on_webhook(lost, faults.drop())
    call = offered(night)
    leave(night, call, hangs_up_after=12)

    night.run_for(600)

    assert len(kept(night)) == 1
    assert night.carrier.recordings == {}


def test_what_the_carrier_refuses_is_tried_until_it_is_done(night: Night) -> None:
    night.carrier.faults.on_rest("Recordings/", faults.rest_error(503), nth=range(1, 15))
    call = offered(night)
    leave(night, call, hangs_up_after=12)

    night.run_for(3600)

    assert len(kept(night)) == 1
    assert night.carrier.recordings == {}


def test_a_sound_that_the_carrier_never_has_is_given_up_aloud(night: Night) -> None:
    call = offered(night)
    leave(night, call, hangs_up_after=8)
    night.run_for(1)
    night.carrier.recordings.clear()

    night.run_for(3600)

    assert Kind.VOICEMAIL_LOST in [entry.kind for entry in night.entries(night.only_contact())]
    assert pending(night, "fetch_recording") == 0


def test_an_erased_contact_keeps_no_message(night: Night) -> None:
    call = offered(night)
    leave(night, call)
    night.run_for(30)
    where = (night.service.context, night.team_id, night.only_contact().id, PersonId("kari"))
    follow_ups.close(*where, "snakket", night.carrier.now())

    with night.service.db.writing(night.team_id) as writing:
        erase_loose(writing, [night.only_contact().id], night.carrier.now(), None)

    with night.service.db.reading() as reading:
        assert reading.conn.execute(select(VoicemailRow.sid)).all() == []


def test_the_languages_say_the_same_key() -> None:
    for language in LANGUAGES:
        assert re.findall(r"\d", VOICEMAIL_OFFER.in_language(language)) == [VOICEMAIL_KEY]
