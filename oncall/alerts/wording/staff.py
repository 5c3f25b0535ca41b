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
    "voicemail_offer": {
        "nb": "Vil du legge igjen en beskjed, trykk 2. Da blir det du sier tatt opp, og bare teamet hører "
        "det.",
        "nn": "Vil du leggje att ein beskjed, trykk 2. Då blir det du seier teke opp, og berre teamet høyrer "
        "det.",
        "en": "To leave a message, press 2. What you say will then be recorded, and only the team hears it.",
    },
    "voicemail_speak": {
        "nb": "Snakk etter tonen. Legg på når du er ferdig.",
        "nn": "Snakk etter tonen. Legg på når du er ferdig.",
        "en": "Speak after the tone. Hang up when you are done.",
    },
    "voicemail_thanks": {
        "nb": "Takk. Teamet får beskjeden. Er noen i fare for livet, ring 112.",
        "nn": "Takk. Teamet får beskjeden. Er nokon i livsfare, ring 112.",
        "en": "Thank you. The team gets your message. If someone's life is in danger, dial 112.",
    },
    "voicemail_silence": {
        "nb": "Vi hørte ingenting, og ingenting er tatt opp. Teamet blir varslet om at du ringte.",
        "nn": "Vi høyrde ingenting, og ingenting er teke opp. Teamet blir varsla om at du ringde.",
        "en": "We heard nothing, and nothing was recorded. The team is being told that you called.",
    },
    "try_again": {
        "nb": "Vi klarte ikke å sette deg over. Ring igjen om litt. Er noen i fare for livet, ring 112.",
        "nn": "Vi klarte ikkje å setje deg over. Ring igjen om litt. Er nokon i livsfare, ring 112.",
        "en": "We could not put you through. Please call again in a while. If someone's life is in danger, "
        "dial 112.",
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
    "auto_reply": {
        "nb": "Vi har fått meldingen din. Noen svarer så snart de kan. Er noen i fare for livet, ring 112.",
        "nn": "Vi har fått meldinga di. Nokon svarar så snart dei kan. Er nokon i livsfare, ring 112.",
        "en": "We have your message. Someone will answer as soon as they can. If someone's life is in "
        "danger, dial 112.",
    },
    "auto_reply_named": {
        "nb": "{team}: Vi har fått meldingen din. Noen svarer så snart de kan. Er noen i fare for livet, "
        "ring 112.",
        "nn": "{team}: Vi har fått meldinga di. Nokon svarar så snart dei kan. Er nokon i livsfare, "
        "ring 112.",
        "en": "{team}: We have your message. Someone will answer as soon as they can. If someone's life is "
        "in danger, dial 112.",
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
    "page": {
        "nb": "Noen venter på svar. {label}: {link} Svar {code} for å ta det, eller {code} og teksten din.",
        "nn": "Nokon ventar på svar. {label}: {link} Svar {code} for å ta det, eller {code} og teksten din.",
        "en": "Somebody is waiting for an answer. {label}: {link} Reply {code} to take it, or {code} and "
        "your text.",
    },
    "page_call": {
        "nb": "Varsel fra vakttelefonen. Noen venter på svar. Trykk 1 for å ta det.",
        "nn": "Varsel frå vakttelefonen. Nokon ventar på svar. Trykk 1 for å ta det.",
        "en": "An alert from the duty line. Somebody is waiting for an answer. Press 1 to take it.",
    },
    "check_in_missed": {
        "nb": "En avtalt samtale er ikke fulgt opp. {label}: {link} Svar {code} for å ta det, eller {code} "
        "og teksten din.",
        "nn": "Ein avtalt samtale er ikkje følgd opp. {label}: {link} Svar {code} for å ta det, eller {code} "
        "og teksten din.",
        "en": "An agreed call has not been followed up. {label}: {link} Reply {code} to take it, or {code} "
        "and your text.",
    },
    "check_in_missed_call": {
        "nb": "Varsel fra vakttelefonen. En avtalt samtale er ikke fulgt opp. Trykk 1 for å ta det.",
        "nn": "Varsel frå vakttelefonen. Ein avtalt samtale er ikkje følgd opp. Trykk 1 for å ta det.",
        "en": "An alert from the duty line. An agreed call has not been followed up. Press 1 to take it.",
    },
    "offer": {
        "nb": "En kollega ber deg ta over. {label}: {link} Svar {code} for å ta det, eller {code} "
        "og teksten din.",
        "nn": "Ein kollega ber deg ta over. {label}: {link} Svar {code} for å ta det, eller {code} "
        "og teksten din.",
        "en": "A colleague asks you to take over. {label}: {link} Reply {code} to take it, or {code} and "
        "your text.",
    },
    "offer_call": {
        "nb": "Varsel fra vakttelefonen. En kollega ber deg ta over. Trykk 1 for å ta det.",
        "nn": "Varsel frå vakttelefonen. Ein kollega ber deg ta over. Trykk 1 for å ta det.",
        "en": "An alert from the duty line. A colleague asks you to take over. Press 1 to take it.",
    },
    "offer_taken": {
        "nb": "Kollegaen din har tatt over. {label}: {link}",
        "nn": "Kollegaen din har teke over. {label}: {link}",
        "en": "Your colleague has taken over. {label}: {link}",
    },
    "page_gone": {
        "nb": "Noen har tatt det. Takk.",
        "nn": "Nokon har teke det. Takk.",
        "en": "Somebody has taken it. Thank you.",
    },
    "page_plain": {
        "nb": "Noen venter på svar. {label}: {link}",
        "nn": "Nokon ventar på svar. {label}: {link}",
        "en": "Somebody is waiting for an answer. {label}: {link}",
    },
    "page_taken": {
        "nb": "Takk. Det er ditt nå. Åpne lenken i meldingen.",
        "nn": "Takk. Det er ditt no. Opne lenkja i meldinga.",
        "en": "Thank you. It is yours now. Open the link in the message.",
    },
    "back_screen": {
        "nb": "Du ringer tilbake fra vakttelefonen. Trykk 1 for å bli satt over.",
        "nn": "Du ringjer opp att frå vakttelefonen. Trykk 1 for å bli sett over.",
        "en": "You are calling back from the duty line. Press 1 to be put through.",
    },
    "consult_screen": {
        "nb": "Samtale med en kollega. Trykk 1 for å bli satt over.",
        "nn": "Samtale med ein kollega. Trykk 1 for å bli sett over.",
        "en": "A talk with a colleague. Press 1 to be put through.",
    },
    "consult_other": {
        "nb": "En kollega på vakt vil snakke med deg. Trykk 1 for å svare.",
        "nn": "Ein kollega på vakt vil snakke med deg. Trykk 1 for å svare.",
        "en": "A colleague on duty wants to talk with you. Press 1 to answer.",
    },
    "back_no_answer": {
        "nb": "Ingen svarte.",
        "nn": "Ingen svarte.",
        "en": "Nobody answered.",
    },
    "back_not_allowed": {
        "nb": "Dette nummeret kan ikke ringes nå. Se lenken.",
        "nn": "Dette nummeret kan ikkje ringjast no. Sjå lenkja.",
        "en": "This number cannot be called now. See the link.",
    },
    "text_who": {
        "nb": "Vakt: {duty}. Bakvakt: {backup}. Leder: {leader}.",
        "nn": "Vakt: {duty}. Bakvakt: {backup}. Leiar: {leader}.",
        "en": "On duty: {duty}. Backup: {backup}. Leader: {leader}.",
    },
    "text_nobody": {"nb": "ingen", "nn": "ingen", "en": "nobody"},
    "text_how": {
        "nb": "Ikke sendt til noen. Begynn med koden på fire sifre fra varselet, så teksten. HVEM viser hvem "
        "som har vakt.",
        "nn": "Ikkje sendt til nokon. Byrj med koden på fire siffer frå varselet, så teksten. KVEN viser "
        "kven som har vakt.",
        "en": "Not sent to anybody. Begin with the four-digit code of the alert, then your text. WHO shows "
        "who is on duty.",
    },
    "text_too_late": {
        "nb": "Meldingen din kom først fram nå, og er ikke sendt til noen. Svar på varselet på nytt.",
        "nn": "Meldinga di kom først fram no, og er ikkje send til nokon. Svar på varselet på nytt.",
        "en": "Your text has only reached us now, and was not sent to anybody. Answer the alert again.",
    },
    "text_taken": {
        "nb": "Det er ditt nå. {label}: {link}",
        "nn": "Det er ditt no. {label}: {link}",
        "en": "It is yours now. {label}: {link}",
    },
    "text_sent_on": {
        "nb": "Sendt til familien. {label}: {link}",
        "nn": "Sendt til familien. {label}: {link}",
        "en": "Sent to the family. {label}: {link}",
    },
    "text_sent_alone": {
        "nb": "Teksten er sendt til familien, men ikke bildet. {label}: {link}",
        "nn": "Teksten er send til familien, men ikkje biletet. {label}: {link}",
        "en": "Your words went to the family, the picture did not. {label}: {link}",
    },
    "text_not_safe": {
        "nb": "Ikke sendt: les advarselen først. {label}: {link}",
        "nn": "Ikkje sendt: les åtvaringa først. {label}: {link}",
        "en": "Not sent: read the warning first. {label}: {link}",
    },
    "text_owned": {
        "nb": "Ikke sendt: {owner} har tatt det. {label}: {link}",
        "nn": "Ikkje sendt: {owner} har teke det. {label}: {link}",
        "en": "Not sent: {owner} has taken it. {label}: {link}",
    },
    "text_undelivered": {
        "nb": "Meldingen din kom ikke fram ({code}). {label}: {link}",
        "nn": "Meldinga di kom ikkje fram ({code}). {label}: {link}",
        "en": "Your message did not arrive ({code}). {label}: {link}",
    },
    "compromised": {
        "nb": "Et nummer kan være i feil hender. Det blir ikke ringt eller skrevet til. {label}: {link}",
        "nn": "Eit nummer kan vere i feil hender. Det blir ikkje ringt eller skrive til. {label}: {link}",
        "en": "A number may be in the wrong hands. It is neither called nor texted. {label}: {link}",
    },
    "next_day": {
        "nb": "Det var kontakt med en familie du følger. Følg opp i dag. {label}: {link}",
        "nn": "Det var kontakt med ein familie du følgjer. Følg opp i dag. {label}: {link}",
        "en": "A family of yours was in contact. Follow up today. {label}: {link}",
    },
    "note_missing": {
        "nb": "Notatet mangler etter en kontakt du hadde. Skriv det i dag. {label}: {link}",
        "nn": "Notatet manglar etter ein kontakt du hadde. Skriv det i dag. {label}: {link}",
        "en": "The note is missing after a contact of yours. Write it today. {label}: {link}",
    },
    "check_in": {
        "nb": "Avtalt samtale nå. {label}: {link}",
        "nn": "Avtalt samtale no. {label}: {link}",
        "en": "An agreed call is due now. {label}: {link}",
    },
    "check_in_no_answer": {
        "nb": "Ingen svarte da en avtalt samtale ble ringt. {label}: {link}",
        "nn": "Ingen svara då ein avtalt samtale vart ringt. {label}: {link}",
        "en": "Nobody answered an agreed call. {label}: {link}",
    },
    "verify_call": {
        "nb": "Dette er en prøve fra vakttelefonen. Trykk 1 for å bekrefte at du hører den.",
        "nn": "Dette er ei prøve frå vakttelefonen. Trykk 1 for å stadfeste at du høyrer henne.",
        "en": "This is a test from the line on duty. Press 1 to confirm that you hear it.",
    },
    "verify_heard": {
        "nb": "Takk. Telefonen din er bekreftet.",
        "nn": "Takk. Telefonen din er stadfesta.",
        "en": "Thank you. Your phone is verified.",
    },
    "verify_text": {
        "nb": "Prøve fra vakttelefonen. Svar med koden {code}, eller skriv den inn her: {link}",
        "nn": "Prøve frå vakttelefonen. Svar med koden {code}, eller skriv han inn her: {link}",
        "en": "A test from the line on duty. Reply with the code {code}, or type it in here: {link}",
    },
    "verify_read": {
        "nb": "Takk. Meldinger kommer fram til deg.",
        "nn": "Takk. Meldingar kjem fram til deg.",
        "en": "Thank you. Texts reach you.",
    },
    "test_call": {
        "nb": "Dette er en prøve fra vakttelefonen. Du trenger ikke gjøre noe.",
        "nn": "Dette er ei prøve frå vakttelefonen. Du treng ikkje gjere noko.",
        "en": "This is a test from the line on duty. There is nothing to do.",
    },
    "test_text": {
        "nb": "Dette er en prøve fra vakttelefonen. Du trenger ikke gjøre noe.",
        "nn": "Dette er ei prøve frå vakttelefonen. Du treng ikkje gjere noko.",
        "en": "This is a test from the line on duty. There is nothing to do.",
    },
    "label_unknown": {
        "nb": "Ukjent nummer",
        "nn": "Ukjent nummer",
        "en": "Unknown number",
    },
    "label_colleague": {
        "nb": "En kollega",
        "nn": "Ein kollega",
        "en": "A colleague",
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
