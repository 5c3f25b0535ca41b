"""Every sentence that a family or a staff member hears or reads by phone, in every language.

Families: plain, short, nothing about the team, the case or anybody else. Staff: a case label and a
link at the most, never a name (DOMAIN.md, "Rules of a crisis line").
"""

from typing import NamedTuple

LANGUAGES = ("nb", "nn", "en")


class Voice(NamedTuple):
    """How the carrier speaks a language."""

    language: str
    name: str


# Twilio has no voice for nynorsk; the Norwegian one reads it well enough to be understood.
VOICES = {
    "nb": Voice("nb-NO", "Polly.Ida-Neural"),
    "nn": Voice("nb-NO", "Polly.Ida-Neural"),
    "en": Voice("en-GB", "Polly.Amy-Neural"),
}

SENTENCES: dict[str, dict[str, str]] = {
    # to families
    "danger": {
        "nb": "Er noen i fare for livet, legg på og ring 112.",
        "nn": "Er nokon i livsfare, legg på og ring 112.",
        "en": "If someone's life is in danger, hang up and dial 112.",
    },
    "wait": {
        "nb": "Vi ringer dem som har vakt nå. Bli på linjen.",
        "nn": "Vi ringjer dei som har vakt no. Ver på linja.",
        "en": "We are ringing the people on duty now. Please stay on the line.",
    },
    "comfort": {
        "nb": "Vi prøver fortsatt å nå noen. Bli på linjen.",
        "nn": "Vi prøver framleis å nå nokon. Ver på linja.",
        "en": "We are still trying to reach someone. Please stay on the line.",
    },
    "last_resort": {
        "nb": "Vi får ikke tak i teamet. Nå setter vi deg over til barnevernvakten i {municipality}. "
        "Trykk 9 hvis du ikke vil det.",
        "nn": "Vi får ikkje tak i teamet. No set vi deg over til barnevernvakta i {municipality}. "
        "Trykk 9 om du ikkje vil det.",
        "en": "We cannot reach the team. We will now put you through to the child protection emergency "
        "service in {municipality}. Press 9 if you do not want that.",
    },
    "alerted_promise": {
        "nb": "Ingen kunne svare akkurat nå. Teamet blir varslet, og noen ringer deg tilbake så snart de "
        "kan. Er noen i fare for livet, ring 112.",
        "nn": "Ingen kunne svare akkurat no. Teamet blir varsla, og nokon ringjer deg opp att så snart "
        "dei kan. Er nokon i livsfare, ring 112.",
        "en": "Nobody could answer just now. The team is being alerted, and someone will call you back as "
        "soon as they can. If someone's life is in danger, dial 112.",
    },
    "alerted": {
        "nb": "Ingen kunne svare akkurat nå. Teamet blir varslet. Ring gjerne igjen om litt. "
        "Er noen i fare for livet, ring 112.",
        "nn": "Ingen kunne svare akkurat no. Teamet blir varsla. Ring gjerne igjen om litt. "
        "Er nokon i livsfare, ring 112.",
        "en": "Nobody could answer just now. The team is being alerted. Please call again in a while. "
        "If someone's life is in danger, dial 112.",
    },
    "cut_off": {
        "nb": "Ble samtalen brutt? Trykk 1.",
        "nn": "Vart samtalen broten? Trykk 1.",
        "en": "Were you cut off? Press 1.",
    },
    "no_such_line": {
        "nb": "Dette nummeret er ikke i bruk. Er noen i fare for livet, ring 112.",
        "nn": "Dette nummeret er ikkje i bruk. Er nokon i livsfare, ring 112.",
        "en": "This number is not in use. If someone's life is in danger, dial 112.",
    },
    # to staff
    "screen": {
        "nb": "Anrop til vakten. Trykk 1 for å svare.",
        "nn": "Anrop til vakta. Trykk 1 for å svare.",
        "en": "A call for the person on duty. Press 1 to answer.",
    },
    "taken": {
        "nb": "Anropet er allerede tatt. Takk.",
        "nn": "Anropet er alt teke. Takk.",
        "en": "The call is already taken. Thank you.",
    },
    "caller_gone": {
        "nb": "Den som ringte, er ikke på linjen lenger.",
        "nn": "Den som ringde, er ikkje på linja lenger.",
        "en": "The caller is no longer on the line.",
    },
    "joining": {
        "nb": "Du blir satt over.",
        "nn": "Du blir sett over.",
        "en": "Connecting you.",
    },
    "text_accepted": {
        "nb": "Du tok et anrop. {label}: {link}",
        "nn": "Du tok eit anrop. {label}: {link}",
        "en": "You took a call. {label}: {link}",
    },
    "text_missed": {
        "nb": "Et anrop nådde ingen. {label}: {link}",
        "nn": "Eit anrop nådde ingen. {label}: {link}",
        "en": "A call reached nobody. {label}: {link}",
    },
    "label_unknown": {
        "nb": "Ukjent nummer",
        "nn": "Ukjent nummer",
        "en": "Unknown number",
    },
    "label_withheld": {
        "nb": "Skjult nummer",
        "nn": "Skjult nummer",
        "en": "Withheld number",
    },
}


def say(sentence: str, language: str, **words: str) -> str:
    """Return the sentence in the language, or in bokmål where the language is not ours.

    Raises KeyError for a sentence that does not exist.
    """
    spoken = SENTENCES[sentence]
    return spoken.get(language, spoken["nb"]).format(**words)


def voice_of(language: str) -> Voice:
    """Return the voice that speaks the language; the Norwegian one for languages that are not ours."""
    return VOICES.get(language, VOICES["nb"])
