"""What a family sends with a text is opened on the contact's page, by staff alone, and that is noted."""

import re

import pytest
from sqlalchemy import select

from oncall.store.journal.entries import read_notes
from oncall.store.session import reads_chain
from oncall.store.tables.contacts import AttachmentRow
from oncall.telephony.files import FileGone
from standin.simulator import faults
from standin.simulator.phones.memories import Media
from tests.cast import LINE
from tests.page import read_page
from tests.scenes.evening import Evening

PNG = Media("image/png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
CARD = Media("text/vcard", b"BEGIN:VCARD\r\nEND:VCARD\r\n")


def sent(evening: Evening, *media: Media) -> tuple[str, list[str]]:
    """Mother has sent these; return the contact's page and the addresses on it."""
    evening.mother.text(LINE, "se her", media=media)
    evening.run_for(5)
    page = evening.signed_in().get(f"/contacts/{evening.contacts()[-1].id}").text
    return page, read_page(page).links(re.compile(r"/contacts/.*/attachments/\d+"))


def test_a_picture_is_shown_and_nothing_of_the_carriers_stands_on_the_page(evening: Evening) -> None:
    page, (first, second) = sent(evening, PNG, CARD)

    picture = evening.signed_in().get(first)
    card = evening.signed_in().get(second)

    assert evening.carrier.api_url not in page
    assert "/2010-04-01/" not in page
    assert (picture.status_code, picture.data, picture.content_type) == (200, PNG.content, "image/png")
    assert picture.headers["Content-Disposition"].startswith("inline")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Cache-Control"] == "no-store"
    assert card.headers["Content-Disposition"].startswith("attachment")


def test_whoever_opens_it_is_noted(evening: Evening) -> None:
    _, (address,) = sent(evening, PNG)

    evening.signed_in().get(address)

    with evening.service.db.reading() as reading:
        note = read_notes(reading, reads_chain(evening.team_id), 0, 100)[-1]
    assert (note.kind, note.actor) == ("attachment_read", "kari")
    assert (note.detail["contact"], note.detail["attachment"]) == (evening.contacts()[-1].id, 1)


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/zip", ""])
def test_what_could_be_a_page_or_a_program_is_not_handed_out(evening: Evening, kind: str) -> None:
    _, (address,) = sent(evening, Media(kind, b"<script>alert(1)</script>"))

    answer = evening.signed_in().get(address)

    assert answer.status_code == 415
    assert b"<script>alert" not in answer.data


def test_it_is_kept_sealed_and_deleted_at_the_carrier_even_if_that_cannot_be_asked_at_first(
    evening: Evening,
) -> None:
    evening.carrier.faults.on_rest("Media", faults.rest_error(503), nth=(1, 3))
    _, (address, _) = sent(evening, PNG, CARD)
    evening.ola.text(LINE, "se her", media=(PNG,))
    evening.run_for(30)

    opened = evening.signed_in().get(address)

    assert (opened.status_code, opened.data) == (200, PNG.content)
    assert not [each for each in evening.carrier.messages.by_sid.values() if each.media]
    with evening.service.db.reading() as reading:
        rows = reading.conn.execute(select(AttachmentRow)).all()
    assert {row.content_type for row in rows} == {"image/png", "text/vcard"}, "and not what staff have sent"
    assert not [row for row in rows if b"PNG" in row.content or b"VCARD" in row.content]


def test_a_file_that_is_too_large_or_gone_or_out_of_reach_says_so(evening: Evening) -> None:
    evening.dispatches = evening.clock_runs = evening.stand_in_runs = False  # it still lies at the carrier
    _, (large, gone) = sent(evening, Media("image/png", b"\x00" * (16 * 1024 * 1024 + 1)), PNG)
    (message,) = [each for each in evening.carrier.messages.by_sid.values() if each.media]
    visit = evening.signed_in()
    del message.media[list(message.media)[1]]

    statuses = [visit.get(large).status_code, visit.get(gone).status_code]
    evening.carrier.faults.on_rest("Media", faults.rest_error(500))
    statuses.append(visit.get(large).status_code)

    assert statuses == [413, 404, 503]


def test_a_reference_never_sends_our_password_elsewhere(evening: Evening) -> None:
    files = evening.service.files
    account = evening.carrier.account_sid
    path = f"/2010-04-01/Accounts/{account}/Messages/MM{'0' * 32}/Media/ME{'0' * 32}"
    before = len(evening.carrier.rest_log)

    for reference in (f"https://evil.example{path}", f"{path}/../../../Calls.json", "file:///etc/passwd"):
        with pytest.raises(FileGone):
            files.open(reference, 100)

    assert {request.path for request in evening.carrier.rest_log[before:]} == {path.partition(account)[2]}
