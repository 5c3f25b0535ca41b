"""Staff try their phones before a shift; texts about duty that do not arrive, and guessed codes, are told."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText
from oncall.rota.model import PersonId, Tier
from oncall.store.journal.entries import read_notes
from oncall.store.rota.phone_tests import PhoneCheck, load_phone_checks
from oncall.store.session import team_chain
from oncall.store.team.changes import save_team
from oncall.store.team.teams import current_team, read_team
from oncall.usecases.rota.phone_tests import TestUnderWay, find_unverified, try_phone
from oncall.usecases.rota.texts.staff_texts import queue_staff_text
from standin.simulator import faults
from standin.simulator.phones.policies import Answer, Voicemail
from tests.cast import KARIS_PHONE, LINE
from tests.scenes.waiting_night import PRESSES_1, WaitingNight

KEY = PersonId("kari")


def check(night: WaitingNight) -> PhoneCheck | None:
    with night.service.db.reading() as reading:
        return load_phone_checks(reading, read_team(reading, night.team_id)).get(KEY)


def begin(night: WaitingNight) -> None:
    try_phone(night.service.db, night.team_id, KEY, night.now)
    night.run_for(60)


def code(night: WaitingNight) -> str:
    found = re.findall(r"koden (\d{6})", night.read(night.kari)[-1])
    return str(found[0])


def notes(night: WaitingNight, kind: str) -> list[dict[str, object]]:
    with night.service.db.reading() as reading:
        told = read_notes(reading, team_chain(night.team_id))
    return [dict(note.detail) for note in told if note.kind == kind]


def test_a_phone_is_verified_by_a_pressed_1_and_the_code_of_a_text(night: WaitingNight) -> None:
    night.kari.policy = PRESSES_1

    begin(night)
    half = check(night)
    night.write(night.kari, code(night))
    whole = check(night)

    assert half
    assert (half.call_result, half.verified_at) == ("pressed_1", None)
    assert whole
    assert whole.verified_at is not None
    assert [rang.shown for rang in night.kari.rang] == [LINE]
    assert "Takk. Meldinger kommer fram til deg." in night.read(night.kari)
    by = [(note["by"], note["result"]) for note in notes(night, "phone_tested")]
    assert ("call", "pressed_1") in by
    assert ("text", "confirmed") in by
    night.assert_orderly()


@pytest.mark.parametrize(
    ("policy", "result"), [(Voicemail(after=5), "not_pressed"), (Answer(after=3), "not_pressed")]
)
def test_a_voicemail_verifies_nothing(night: WaitingNight, policy: Answer | Voicemail, result: str) -> None:
    night.kari.policy = policy

    begin(night)

    found = check(night)
    assert found
    assert (found.call_result, found.call_verified_at) == (result, None)


def test_wrong_codes_verify_nothing_and_soon_not_even_the_right_one_does(night: WaitingNight) -> None:
    begin(night)
    right = code(night)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    for _ in range(5):
        night.write(night.kari, wrong)
    night.write(night.kari, right)

    found = check(night)
    assert found
    assert found.text_verified_at is None


def test_a_test_that_is_under_way_is_not_begun_anew(night: WaitingNight) -> None:
    try_phone(night.service.db, night.team_id, KEY, night.now)

    with pytest.raises(TestUnderWay):
        try_phone(night.service.db, night.team_id, KEY, night.now + timedelta(seconds=5))


def test_a_new_number_is_not_verified(night: WaitingNight) -> None:
    night.kari.policy = PRESSES_1
    begin(night)
    night.write(night.kari, code(night))
    before = unverified(night)

    with night.service.db.writing(night.team_id) as writing:
        team = current_team(writing)
        moved = replace(team.people[KEY], phone="+4790000055")
        save_team(writing, replace(team, people={**team.people, KEY: moved}), night.now, "liv", {})

    assert before == {"ola", "liv"}
    assert unverified(night) == {"kari", "ola", "liv"}
    assert check(night) is None


def unverified(night: WaitingNight) -> set[str]:
    with night.service.db.reading() as reading:
        team = read_team(reading, night.team_id)
        return {one.person for one in find_unverified(team, load_phone_checks(reading, team), night.now)}


# ---------------------------------------------------------------------------- texts about duty


def test_a_reminder_that_does_not_arrive_is_told_to_the_leader_once(night: WaitingNight) -> None:
    night.carrier.fail_texts_to(KARIS_PHONE)
    now = night.now
    with night.service.db.transaction() as transaction:
        text = ShiftText(wording.GIVEN, KEY, Tier.DUTY, now, now + timedelta(hours=8))
        queue_staff_text(transaction, read_team(transaction, night.team_id), text, now, now, "once")

    night.run_for(300)

    warnings = [body for body in night.read(night.liv) if "kom ikke fram til Kari" in body]
    assert len(warnings) == 1
    assert [note["what"] for note in notes(night, "staff_told")] == ["given", "unreached"]


def test_a_reminder_whose_news_was_lost_is_asked_for_and_told_once(night: WaitingNight) -> None:
    lost = night.carrier.faults.on_webhook("/told/", faults.drop())
    night.carrier.fail_texts_to(KARIS_PHONE)
    now = night.now
    with night.service.db.transaction() as transaction:
        text = ShiftText(wording.GIVEN, KEY, Tier.DUTY, now, now + timedelta(hours=8))
        queue_staff_text(transaction, read_team(transaction, night.team_id), text, now, now, "once")

    night.run_for(30)
    early = night.read(night.liv)
    night.carrier.faults.disarm(lost)
    night.run_for(900)

    assert not [body for body in early if "kom ikke fram" in body]
    assert len([body for body in night.read(night.liv) if "kom ikke fram til Kari" in body]) == 1


# -------------------------------------------------------------------------------- guessed codes


def test_several_wrong_codes_within_minutes_are_told_to_the_leader_and_nothing_else_changes(
    night: WaitingNight,
) -> None:
    night.write(night.mother, "kan noen ringe?")
    right = night.code_of(night.kari)
    wrong = [f"{(int(right) + n) % 10_000:04}" for n in range(1, 6)]

    for guess in wrong[:2]:
        night.stranger.text(LINE, guess, forged_from=KARIS_PHONE)
        night.run_for(3)
    quiet = [body for body in night.read(night.liv) if "feil koder" in body]
    for guess in wrong[2:]:
        night.stranger.text(LINE, f"{guess} glem det", forged_from=KARIS_PHONE)
        night.run_for(3)

    assert quiet == []
    assert len([body for body in night.read(night.liv) if "feil koder" in body]) == 1
    assert notes(night, "codes_guessed") == [{"wrong": 3, "minutes": 10}]
    assert night.waits().owner is None
    night.write(night.kari, right)
    assert night.waits().owner == "kari", "the right code of the right person is still good"


def test_who_goes_on_guessing_is_told_of_once_and_again_after_a_quiet_while(night: WaitingNight) -> None:
    def guess() -> None:
        night.stranger.text(LINE, "4711", forged_from=KARIS_PHONE)
        night.run_for(200)  # so that there are never more than three or four within ten minutes

    def told() -> int:
        return len([body for body in night.read(night.liv) if "feil koder" in body])

    for _ in range(8):
        guess()
    first = told()
    night.run_for(700)
    for _ in range(3):
        guess()

    assert (first, told()) == (1, 2)
