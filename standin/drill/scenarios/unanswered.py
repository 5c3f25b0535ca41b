"""Nights in which the person on duty does not answer, and the call climbs the ladder."""

from dataclasses import replace

from oncall.contacts.model import State
from oncall.rota.model import Tier
from oncall.store.contacts.voicemails import list_voicemails
from standin.drill.nights.night import Night, with_gap
from standin.drill.scenario import Scenario
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import Answer, Busy, Decline, Off, Voicemail, in_turn

MESSAGE = "Hei, det er meg. Kan noen ringe oss i kveld?"


def declined(night: Night) -> None:
    """The therapist on duty declines the call, twice: backup is rung before their second has come."""
    night.duty.policy = Decline(after=4)
    night.accepts(night.backup, after=6)

    night.calls(night.parent)
    night.run_until(90)

    night.expect_rang(night.backup, between=(4, night.wave(1)))
    night.expect_talk(night.parent, night.backup, within=30)
    night.expect_heard(night.parent, "danger")
    night.settle()
    night.expect_state(State.ENDED)


def voicemail(night: Night) -> None:
    """The therapist sleeps and her voicemail picks up, then backup's too: neither can press 1."""
    night.duty.policy = Voicemail(after=12)
    night.backup.policy = Voicemail(after=15)
    night.accepts(night.leader, after=5)

    night.calls(night.parent)
    night.run_until(120)

    night.expect_no_talk(night.parent, night.duty, night.backup)
    night.expect_rang(night.leader, between=(night.wave(2), night.wave(2) + 6))
    night.expect_talk(night.parent, night.leader, within=night.wave(2) + 20)
    night.settle()
    night.expect_state(State.ENDED)


def phones_off(night: Night) -> None:
    """The phones of duty and backup are off; the leader is rung without waiting for their seconds."""
    night.duty.policy = night.backup.policy = Off()
    night.accepts(night.leader, after=7)

    night.calls(night.parent)
    night.run_until(90)

    night.expect_rang(night.leader, between=(0, night.wave(1)))
    night.expect_talk(night.parent, night.leader, within=40)
    night.settle()
    night.expect_state(State.ENDED)


def everyone_rings(night: Night) -> None:
    """Duty, backup and leader let it ring; a colleague who is not on duty picks up at last."""
    night.accepts(night.colleagues[0], after=9)

    night.calls(night.parent)
    night.run_until(180)

    night.expect_rang(night.duty, between=(0, 3))
    night.expect_rang(night.backup, between=(night.wave(1), night.wave(1) + 6))
    night.expect_rang(night.leader, between=(night.wave(2), night.wave(2) + 6))
    night.expect_rang(night.colleagues[0], between=(night.wave(3), night.wave(3) + 8))
    night.expect_talk(night.parent, night.colleagues[0], within=night.wave(3) + 25)
    night.expect_let_go(night.wave(3) + 25, *night.staff)
    night.settle()
    night.expect_state(State.ENDED)


def last_resort(night: Night) -> None:
    """Nobody in the team answers: the caller hears who will, is put through, and the team is told."""
    service, municipality = _agreed_service(night)
    service.policy = Answer(after=6).speak("Barnevernvakten.", at=0.5)
    night.takes_alerts(night.duty, after=8, since=240)

    night.calls(night.parent)
    night.hangs_up(night.parent, at=260)
    night.run_until(300)

    night.expect_heard(night.parent, "last_resort", municipality=municipality)
    night.expect_talk(night.parent, service, within=night.wave(4) + 40)
    _expect_somebody_took_it(night, str(night.cast.parent.case), since=260)


def last_resort_declined(night: Night) -> None:
    """The caller does not want barnevernvakten and presses 9: a callback is promised, since it is safe."""
    service, municipality = _agreed_service(night)
    night.takes_alerts(night.duty, after=8, since=night.wave(4) + 7)

    night.calls(night.parent, night.presses_after("9", "last_resort", municipality=municipality))
    night.run_until(260)

    night.expect_silence(service)
    night.expect_heard(night.parent, "alerted_promise")
    _expect_somebody_took_it(night, str(night.cast.parent.case), since=night.wave(4))


def withheld_and_nobody(night: Night) -> None:
    """A withheld number reaches nobody, nor barnevernvakten: no callback is promised that cannot be made."""
    for service in night.services:
        service.policy = Off()
    night.takes_alerts(night.duty, after=8, since=night.wave(4) + 7)

    night.calls(night.parent, withheld=True)
    night.run_until(280)

    night.expect_heard(night.parent, "alerted")
    night.expect_unheard(night.parent, "alerted_promise")
    _expect_somebody_took_it(night, "Skjult nummer", since=night.wave(4))


def message_left(night: Night) -> None:
    """A caller who reaches nobody leaves a message after a key: it is kept, and the team alerted as ever."""
    for phone in night.staff:
        phone.policy = Decline(after=4)
    alerted = night.wave(3) + 15  # everybody has declined by then
    night.takes_alerts(night.duty, after=8, since=alerted)
    script = night.presses_after("2", "voicemail_offer")

    night.calls(night.other_parent, script.speak(MESSAGE, after_hearing="^beep$", delay=1))
    night.run_until(200)

    night.expect_heard(night.other_parent, "voicemail_offer")
    night.expect_heard(night.other_parent, "voicemail_speak")
    _expect_kept(night)
    _expect_somebody_took_it(night, str(night.cast.other_parent.case), since=alerted)


def _expect_kept(night: Night) -> None:
    with night.service.db.reading() as reading:
        kept = list_voicemails(reading, night.team_id, night.list_contacts()[0].id)
    seconds = ", ".join(f"{message.seconds} s" for message in kept)
    night.expect("One message is kept with the contact", len(kept) == 1, f"kept: {seconds or 'none'}")
    left = len(night.carrier.recordings)
    night.expect("The carrier has no recording any more", not left, f"it has {left}")


def gap_in_the_rota(night: Night) -> None:
    """Nobody is on duty and nobody is backup: the leader is rung at once, then everyone."""
    night.accepts(night.colleagues[0], after=6)

    night.calls(night.parent)
    night.run_until(150)

    night.expect_rang(night.leader, between=(0, 3))
    night.expect_rang(night.colleagues[0], between=(10, night.wave(3) + 8))
    night.expect_talk(night.parent, night.colleagues[0], within=night.wave(3) + 20)
    night.settle()
    night.expect_state(State.ENDED)


def everybody_busy(night: Night) -> None:
    """Everybody is in a call of their own; whoever has hung up first is reached when all are rung again."""
    for phone in (*night.staff, *night.fixed):
        phone.policy = Busy()
    night.happens(
        35, f"{night.name(night.leader)} ends a private call", lambda: night.accepts(night.leader, 5)
    )

    night.calls(night.parent)
    night.run_until(200)

    night.expect_talk(night.parent, night.leader, within=120)
    night.settle()
    night.expect_state(State.ENDED)


def second_thought(night: Night) -> None:
    """The therapist on duty sleeps through the first ringing, wakes at the next, and presses 1."""
    first = night.duty.policy
    night.accepts(night.duty, after=6)
    night.duty.policy = in_turn(first, night.duty.policy)

    night.calls(night.parent)
    night.run_until(100)

    night.expect_talk(night.parent, night.duty, within=night.wave(1) + 20)
    night.settle()
    night.expect_state(State.ENDED)


def _agreed_service(night: Night) -> tuple[Phone, str]:
    """Return the phone of the service that has agreed to take the parent's calls, and its municipality."""
    places = {case.label: case.municipality for case in night.cast.cases}
    municipality = places[str(night.cast.parent.case)]
    number = night.team.last_resort_of(municipality)
    return night.carrier.phones[str(number)], str(municipality)


def _expect_somebody_took_it(night: Night, label: str, since: float) -> None:
    night.expect_alert(night.duty, label, since, within=30)
    night.expect_heard(night.duty, "page_taken")
    night.settle()
    night.expect_state(State.ACKNOWLEDGED)


SCENARIOS = (
    Scenario(declined),
    Scenario(second_thought),
    Scenario(voicemail),
    Scenario(phones_off),
    Scenario(everyone_rings),
    Scenario(everybody_busy),
    Scenario(gap_in_the_rota, team=lambda team: with_gap(team, Tier.DUTY, Tier.BACKUP)),
    Scenario(last_resort),
    Scenario(last_resort_declined),
    Scenario(withheld_and_nobody),
    Scenario(message_left, team=lambda team: replace(team, voicemail=True)),
)
