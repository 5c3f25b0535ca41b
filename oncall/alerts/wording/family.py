"""What families hear from the line, and the texts that it answers them with by itself.

Plain and short; nothing about the team, the case or anybody else. Only AUTO_REPLY_NAMED names the team.
"""

from oncall.alerts.wording.sentence import Sentence

DANGER = Sentence(
    "danger",
    nb="Er noen i fare for livet, legg på og ring 112.",
    nn="Er nokon i livsfare, legg på og ring 112.",
    en="If someone's life is in danger, hang up and dial 112.",
)
WAIT = Sentence(
    "wait",
    nb="Vi ringer dem som har vakt nå. Bli på linjen.",
    nn="Vi ringjer dei som har vakt no. Ver på linja.",
    en="We are ringing the people on duty now. Please stay on the line.",
)
COMFORT = Sentence(
    "comfort",
    nb="Vi prøver fortsatt å nå noen. Bli på linjen.",
    nn="Vi prøver framleis å nå nokon. Ver på linja.",
    en="We are still trying to reach someone. Please stay on the line.",
)
LAST_RESORT = Sentence(
    "last_resort",
    nb="Vi får ikke tak i teamet. Nå setter vi deg over til barnevernvakten i {municipality}. Trykk 9 "
    "hvis du ikke vil det.",
    nn="Vi får ikkje tak i teamet. No set vi deg over til barnevernvakta i {municipality}. Trykk 9 om "
    "du ikkje vil det.",
    en="We cannot reach the team. We will now put you through to the child protection emergency service "
    "in {municipality}. Press 9 if you do not want that.",
)
ALERTED_PROMISE = Sentence(
    "alerted_promise",
    nb="Ingen kunne svare akkurat nå. Teamet blir varslet, og noen ringer deg tilbake så snart de kan. "
    "Er noen i fare for livet, ring 112.",
    nn="Ingen kunne svare akkurat no. Teamet blir varsla, og nokon ringjer deg opp att så snart dei "
    "kan. Er nokon i livsfare, ring 112.",
    en="Nobody could answer just now. The team is being alerted, and someone will call you back as soon "
    "as they can. If someone's life is in danger, dial 112.",
)
ALERTED = Sentence(
    "alerted",
    nb="Ingen kunne svare akkurat nå. Teamet blir varslet. Ring gjerne igjen om litt. Er noen i fare "
    "for livet, ring 112.",
    nn="Ingen kunne svare akkurat no. Teamet blir varsla. Ring gjerne igjen om litt. Er nokon i "
    "livsfare, ring 112.",
    en="Nobody could answer just now. The team is being alerted. Please call again in a while. If "
    "someone's life is in danger, dial 112.",
)
VOICEMAIL_OFFER = Sentence(
    "voicemail_offer",
    nb="Vil du legge igjen en beskjed, trykk 2. Da blir det du sier tatt opp, og bare teamet hører det.",
    nn="Vil du leggje att ein beskjed, trykk 2. Då blir det du seier teke opp, og berre teamet høyrer det.",
    en="To leave a message, press 2. What you say will then be recorded, and only the team hears it.",
)
VOICEMAIL_SPEAK = Sentence(
    "voicemail_speak",
    nb="Snakk etter tonen. Legg på når du er ferdig.",
    nn="Snakk etter tonen. Legg på når du er ferdig.",
    en="Speak after the tone. Hang up when you are done.",
)
VOICEMAIL_THANKS = Sentence(
    "voicemail_thanks",
    nb="Takk. Teamet får beskjeden. Er noen i fare for livet, ring 112.",
    nn="Takk. Teamet får beskjeden. Er nokon i livsfare, ring 112.",
    en="Thank you. The team gets your message. If someone's life is in danger, dial 112.",
)
VOICEMAIL_SILENCE = Sentence(
    "voicemail_silence",
    nb="Vi hørte ingenting, og ingenting er tatt opp. Teamet blir varslet om at du ringte.",
    nn="Vi høyrde ingenting, og ingenting er teke opp. Teamet blir varsla om at du ringde.",
    en="We heard nothing, and nothing was recorded. The team is being told that you called.",
)
CUT_OFF = Sentence(
    "cut_off",
    nb="Ble samtalen brutt? Trykk 1.",
    nn="Vart samtalen broten? Trykk 1.",
    en="Were you cut off? Press 1.",
)
TRY_AGAIN = Sentence(
    "try_again",
    nb="Vi klarte ikke å sette deg over. Ring igjen om litt. Er noen i fare for livet, ring 112.",
    nn="Vi klarte ikkje å setje deg over. Ring igjen om litt. Er nokon i livsfare, ring 112.",
    en="We could not put you through. Please call again in a while. If someone's life is in danger, "
    "dial 112.",
)
NO_SUCH_LINE = Sentence(
    "no_such_line",
    nb="Dette nummeret er ikke i bruk. Er noen i fare for livet, ring 112.",
    nn="Dette nummeret er ikkje i bruk. Er nokon i livsfare, ring 112.",
    en="This number is not in use. If someone's life is in danger, dial 112.",
)
AUTO_REPLY = Sentence(
    "auto_reply",
    nb="Vi har fått meldingen din. Noen svarer så snart de kan. Er noen i fare for livet, ring 112.",
    nn="Vi har fått meldinga di. Nokon svarar så snart dei kan. Er nokon i livsfare, ring 112.",
    en="We have your message. Someone will answer as soon as they can. If someone's life is in danger, "
    "dial 112.",
)
AUTO_REPLY_NAMED = Sentence(
    "auto_reply_named",
    nb="{team}: Vi har fått meldingen din. Noen svarer så snart de kan. Er noen i fare for livet, ring 112.",
    nn="{team}: Vi har fått meldinga di. Nokon svarar så snart dei kan. Er nokon i livsfare, ring 112.",
    en="{team}: We have your message. Someone will answer as soon as they can. If someone's life is in "
    "danger, dial 112.",
)

SPOKEN = (
    DANGER,
    WAIT,
    COMFORT,
    LAST_RESORT,
    ALERTED_PROMISE,
    ALERTED,
    VOICEMAIL_OFFER,
    VOICEMAIL_SPEAK,
    VOICEMAIL_THANKS,
    VOICEMAIL_SILENCE,
    CUT_OFF,
    TRY_AGAIN,
    NO_SUCH_LINE,
)
"""To callers, in the order in which a call comes to them."""

TEXTED = (AUTO_REPLY, AUTO_REPLY_NAMED)

VOICEMAIL = frozenset({VOICEMAIL_OFFER, VOICEMAIL_SPEAK, VOICEMAIL_THANKS, VOICEMAIL_SILENCE})
"""Heard only where the team has voicemail."""
