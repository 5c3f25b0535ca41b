"""A message that a caller has left is listened to on the contact's page, and who did so stands there."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from oncall.store.journal.entries import read_notes
from oncall.store.session import reads_chain
from standin.simulator.phones.policies import Decline
from tests.page import read_page
from tests.scenes.evening import VESTFOLD, Evening


@pytest.fixture
def evening(database_url: str) -> Iterator[Evening]:
    """Father has reached nobody, and has left a message."""
    evening = Evening(database_url, replace(VESTFOLD, voicemail=True))
    for phone in (evening.kari, evening.ola, evening.liv, evening.nils):
        phone.policy = Decline(after=2)
    call = evening.call(evening.father)
    while not call.is_over and not any("trykk 2" in said for said in evening.father.said_to):
        evening.run_for(1)
    call.press("2")
    evening.run_for(6)
    call.speak("hei, det er far, kan dere ringe meg når dere kan")
    evening.run_for(10)
    call.hang_up()
    yield evening
    evening.close()


def test_a_message_is_played_and_who_has_listened_stands_beside_it(evening: Evening) -> None:
    evening.run_for(30)
    visit = evening.signed_in()
    address = f"/contacts/{evening.contacts()[-1].id}"
    before = visit.get(address).text
    sound = read_page(before).only("audio")["src"]

    whole = visit.get(sound)
    part = visit.get(sound, headers={"Range": "bytes=44-143"})
    after = visit.get(address).text

    assert "Ingen har hørt den ennå" in before
    assert (whole.status_code, whole.mimetype, whole.data[:4]) == (200, "audio/wav", b"RIFF")
    assert whole.headers["Cache-Control"] == "no-store"
    assert (part.status_code, part.data) == (206, whole.data[44:144])
    assert "Hørt av: Kari" in read_page(after).words
    with evening.service.db.reading() as reading:
        notes = read_notes(reading, reads_chain(evening.team_id), 0, 100)
    assert [note.actor for note in notes if note.kind == "voicemail_heard"] == ["kari"]


def test_a_message_on_its_way_says_so(evening: Evening) -> None:
    evening.run_for(1)

    page = evening.signed_in().get(f"/contacts/{evening.contacts()[-1].id}").text

    assert "på vei fra teleleverandøren" in page
    assert not read_page(page).has("audio")
