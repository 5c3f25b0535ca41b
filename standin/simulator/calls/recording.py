"""What <Record> keeps of what a caller says."""

from __future__ import annotations

from datetime import datetime, timedelta

from standin.simulator.account import Recording
from standin.simulator.calls.legs import CallLeg
from standin.simulator.calls.session import Session
from standin.simulator.calls.steps import Ask, HungUp, Interruption, Steps, Wait
from standin.simulator.twiml.verbs import Context, Document, Record

HEARABLE = frozenset({"speech", "digit"})
MEDIA_SECONDS = 2.0  # after the recording ends, until its sound file exists


def record(session: Session, verb: Record, document: Document) -> Steps[Document | None]:
    """Keep what is said until silence, a key, the limit or the call's end; None if nothing was said."""
    session.pick_up()
    if verb.play_beep:
        session.sound("beep", "", 1.0)
        yield Wait(1.0)
    begun = session.core.now()
    spoken, key = False, ""
    last = begun  # when anything was said last
    try:
        while True:
            now = session.core.now()
            left = verb.max_length - (now - begun).total_seconds()
            silence = max(0.0, (last - now).total_seconds()) + verb.timeout
            wake = yield Wait(max(0.0, min(left, silence)), HEARABLE)
            now = session.core.now()
            if wake.signal == "speech":
                spoken, last = True, now + timedelta(seconds=wake.value)
            elif wake.signal == "digit" and str(wake.value) in verb.finish_on_key:
                key = str(wake.value)
                break
            elif wake.signal is None:
                break
    except Interruption as interruption:
        if spoken:
            digits = "hangup" if isinstance(interruption, HungUp) else ""
            session.tell(_action(verb, _keep(session, verb, document, begun), digits, document))
        raise
    if not spoken:
        return None
    recording = _keep(session, verb, document, begun)
    return (yield from session.fetch(_action(verb, recording, key, document), Context.CALL))


def _keep(session: Session, verb: Record, document: Document, begun: datetime) -> Recording:
    core, leg = session.core, session.leg
    sid = core.new_sid("RE")
    seconds = min(verb.max_length, round((core.now() - begun).total_seconds()))
    url = f"{core.api_url}/2010-04-01/Accounts/{core.account_sid}/Recordings/{sid}"
    recording = Recording(sid, leg.sid, core.now(), seconds, url)
    core.recordings[sid] = recording
    core.engine.after(MEDIA_SECONDS, lambda: _complete(session, verb, recording, leg, document))
    return recording


def _complete(session: Session, verb: Record, recording: Recording, leg: CallLeg, document: Document) -> None:
    recording.status = "completed"
    if verb.status_callback is None or "completed" not in verb.status_callback_events:
        return
    params = {
        "AccountSid": session.core.account_sid,
        "CallSid": leg.sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": recording.url,
        "RecordingStatus": "completed",
        "RecordingDuration": str(recording.seconds),
        "RecordingChannels": "1",
        "RecordingSource": "RecordVerb",
    }
    session.exchange.webhooks.send(
        verb.status_callback, params, method=verb.status_callback_method, purpose="recording", sid=leg.sid,
        base=document.url,
    )  # fmt: skip


def _action(verb: Record, recording: Recording, digits: str, document: Document) -> Ask:
    params = {
        "RecordingSid": recording.sid,
        "RecordingUrl": recording.url,
        "RecordingDuration": str(recording.seconds),
    }
    if digits:
        params["Digits"] = digits
    url = verb.action if verb.action is not None else document.url
    return Ask(url, verb.method, params, "record action", document.url)
