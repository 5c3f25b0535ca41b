"""What the carrier is told to do next: each step as a TwiML document."""

from dataclasses import dataclass

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from oncall.alerts.steps import (
    BridgeLeg,
    CallerStep,
    Comfort,
    HangUp,
    JoinCaller,
    LeaveQueue,
    LegStep,
    OfferLastResort,
    OfferReconnect,
    RingLastResort,
    RingLeg,
    Screen,
    TellAlerted,
    TellCallerGone,
    TellTaken,
    WaitInQueue,
)
from oncall.alerts.wording import family, staff
from oncall.alerts.wording.sentence import Sentence
from oncall.alerts.wording.voices import voice_of
from oncall.telephony.links import Links

LEG_EVENTS = ["initiated", "ringing", "answered", "completed"]
SCREEN_TIMEOUT = 5  # seconds for the key after the sentence; with the sentence at most 8
OFFER_TIMEOUT = 5  # seconds to decline the last resort
CUT_OFF_TIMEOUT = 5  # seconds to press 1
COMFORT_PAUSE = 7  # seconds of quiet between two comfort messages
FIRST_PAUSE = 1  # a short first wait, so that trouble with our calls is noticed soon
LAST_RESORT_TIMEOUT = 30
STATIC_TIMEOUT = 60
BACK_TIMEOUT = 40  # for either phone of a call back
VOICEMAIL_KEY = "2"
VOICEMAIL_TIMEOUT = 6  # seconds to agree to be recorded
SILENCE = 5  # seconds of it end a message
LONGEST_MESSAGE = 120  # seconds


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """What a document is written with: addresses, language, and the numbers that it dials."""

    links: Links
    language: str
    caller_id: str  # the team's own line, never the family's number
    seq: int = 0  # the decision that placed the caller
    number: str = ""  # whom Ring and RingLastResort dial


def caller_document(step: CallerStep, scene: DocumentContext) -> str:
    """Return the document that makes the carrier do `step` with the caller."""
    response = VoiceResponse()
    links = scene.links
    match step:
        case RingLeg(leg, danger):
            if danger:
                add_sentence(response, family.DANGER, scene.language)
            dial = Dial(
                answer_on_bridge=True,
                caller_id=scene.caller_id,
                timeout=leg.timeout,
                action=links.dialled(leg.id),
            )
            dial.number(
                scene.number,
                url=links.screen(leg.id),
                status_callback=links.status(leg.id),
                status_callback_event=" ".join(LEG_EVENTS),
            )
            response.append(dial)
        case WaitInQueue():
            response.enqueue(links.queue, wait_url=links.wait(scene.seq), action=links.left(scene.seq))
        case Comfort(first=True):
            add_sentence(response, family.DANGER, scene.language)
            add_sentence(response, family.WAIT, scene.language)
            response.pause(length=FIRST_PAUSE)
        case Comfort():
            add_sentence(response, family.COMFORT, scene.language)
            response.pause(length=COMFORT_PAUSE)
        case LeaveQueue():
            response.leave()
        case OfferLastResort(municipality):
            gather = Gather(num_digits=1, timeout=OFFER_TIMEOUT, action=links.last_resort(scene.seq))
            add_sentence(gather, family.LAST_RESORT, scene.language, municipality=municipality)
            response.append(gather)
            response.redirect(links.last_resort(scene.seq))
        case RingLastResort():
            dial = Dial(
                caller_id=scene.caller_id, timeout=LAST_RESORT_TIMEOUT, action=links.passed_on(scene.seq)
            )
            dial.number(scene.number)
            response.append(dial)
        case TellAlerted(promise, voicemail):
            add_sentence(response, family.ALERTED_PROMISE if promise else family.ALERTED, scene.language)
            if voicemail:
                gather = Gather(num_digits=1, timeout=VOICEMAIL_TIMEOUT, action=links.voicemail())
                add_sentence(gather, family.VOICEMAIL_OFFER, scene.language)
                response.append(gather)
            response.hangup()
        case OfferReconnect():
            gather = Gather(num_digits=1, timeout=CUT_OFF_TIMEOUT, action=links.reconnect(scene.seq))
            add_sentence(gather, family.CUT_OFF, scene.language)
            response.append(gather)
            response.hangup()
        case HangUp():
            response.hangup()
    return str(response)


def leg_document(step: LegStep, leg: str, scene: DocumentContext) -> str:
    """Return the document that makes the carrier do `step` with the person on a leg."""
    response = VoiceResponse()
    links = scene.links
    match step:
        case Screen():
            gather = Gather(num_digits=1, timeout=SCREEN_TIMEOUT, action=links.answer(leg))
            add_sentence(gather, staff.SCREEN, scene.language)
            response.append(gather)
            response.hangup()
        case BridgeLeg():
            pass  # a document that ends without <Hangup> lets the carrier bridge the two
        case JoinCaller(patience):
            add_sentence(response, staff.JOINING, scene.language)
            dial = Dial(timeout=patience, action=links.done(leg))
            dial.queue(links.queue, url=links.bridging(leg))
            response.append(dial)
        case TellTaken():
            add_sentence(response, staff.TAKEN, scene.language)
            response.hangup()
        case TellCallerGone():
            add_sentence(response, staff.CALLER_GONE, scene.language)
            response.hangup()
        case HangUp():
            response.hangup()
    return str(response)


def ask_to_press_1(sentence: Sentence, scene: DocumentContext, action: str) -> str:
    """Return the document that says a sentence and waits for a key; without one the call ends."""
    response = VoiceResponse()
    gather = Gather(num_digits=1, timeout=SCREEN_TIMEOUT, action=action)
    add_sentence(gather, sentence, scene.language)
    response.append(gather)
    response.hangup()
    return str(response)


def say_and_hang_up(sentence: Sentence, language: str) -> str:
    """Return the document that says a sentence and ends the call."""
    response = VoiceResponse()
    add_sentence(response, sentence, language)
    response.hangup()
    return str(response)


def take_message(scene: DocumentContext) -> str:
    """Return the document that records what the caller says; who says nothing is not recorded."""
    response = VoiceResponse()
    add_sentence(response, family.VOICEMAIL_SPEAK, scene.language)
    response.record(
        action=scene.links.voicemail_left(),
        timeout=SILENCE,
        max_length=LONGEST_MESSAGE,
        play_beep=True,
        trim="trim-silence",
        recording_status_callback=scene.links.voicemail_ready(),
        recording_status_callback_event="completed",
    )
    add_sentence(response, family.VOICEMAIL_SILENCE, scene.language)
    response.hangup()
    return str(response)


def put_through(scene: DocumentContext, action: str, screen: str | None = None) -> str:
    """Return the document that dials `scene.number`, showing the team's own line.

    With `screen`, whoever picks up there is asked first: no voicemail hears a talk among colleagues.
    """
    response = VoiceResponse()
    dial = Dial(caller_id=scene.caller_id, timeout=BACK_TIMEOUT, action=action)
    dial.number(scene.number, **({"url": screen} if screen else {}))
    response.append(dial)
    return str(response)


def nothing() -> str:
    """Return the empty document: the carrier goes on with what it was doing."""
    return str(VoiceResponse())


def reject() -> str:
    """Return the document that refuses a call without answering it."""
    response = VoiceResponse()
    response.reject(reason="busy")
    return str(response)


def hang_up() -> str:
    """Return the document that ends a leg."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def leave() -> str:
    """Return the document that takes a waiting caller out of the queue."""
    response = VoiceResponse()
    response.leave()
    return str(response)


def dial_static(number: str, caller_id: str | None, action: str | None = None) -> str:
    """Return the document that rings a team's static number, when nothing else can be decided.

    `action` is asked what the caller hears then; without it the call is over, answered or not.
    """
    response = VoiceResponse()
    dial = Dial(caller_id=caller_id, timeout=STATIC_TIMEOUT, action=action)
    dial.number(number)
    response.append(dial)
    return str(response)


def screen_blindly(answer_url: str, language: str) -> str:
    """Return the document that asks for a 1 when nothing is known of the call."""
    response = VoiceResponse()
    gather = Gather(num_digits=1, timeout=SCREEN_TIMEOUT, action=answer_url)
    add_sentence(gather, staff.SCREEN, language)
    response.append(gather)
    response.hangup()
    return str(response)


def add_sentence(parent: VoiceResponse | Gather, sentence: Sentence, language: str, **words: str) -> None:
    """Add to a document what the carrier's voice says: the only place where it is given words."""
    voice = voice_of(language)
    parent.say(sentence.in_language(language, **words), language=voice.language, voice=voice.name)
