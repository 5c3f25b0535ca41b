"""What staff hear and are texted about contacts: alerts, calls, texts from families, and reminders.

A case label and a link at the most, never a name of a family (DOMAIN.md, "Rules of a crisis line").
"""

from typing import NamedTuple

from oncall.alerts.wording.rota import NOBODY
from oncall.alerts.wording.sentence import Sentence, by_key


class Alert(NamedTuple):
    """One alert, as it is texted and as it is spoken."""

    text: Sentence
    call: Sentence


# --------------------------------------------------------------------------- calls from families

SCREEN = Sentence(
    "screen",
    nb="Anrop til vakten. Trykk 1 for å svare.",
    nn="Anrop til vakta. Trykk 1 for å svare.",
    en="A call for the person on duty. Press 1 to answer.",
)
JOINING = Sentence(
    "joining",
    nb="Du blir satt over.",
    nn="Du blir sett over.",
    en="Connecting you.",
)
TAKEN = Sentence(
    "taken",
    nb="Anropet er allerede tatt. Takk.",
    nn="Anropet er alt teke. Takk.",
    en="The call is already taken. Thank you.",
)
CALLER_GONE = Sentence(
    "caller_gone",
    nb="Den som ringte, er ikke på linjen lenger.",
    nn="Den som ringde, er ikkje på linja lenger.",
    en="The caller is no longer on the line.",
)
TEXT_ACCEPTED = Sentence(
    "text_accepted",
    nb="Du tok et anrop. {label}: {link}",
    nn="Du tok eit anrop. {label}: {link}",
    en="You took a call. {label}: {link}",
)

# ---------------------------------------------------------------------------------------- alerts

PAGE = Sentence(
    "page",
    nb="Noen venter på svar. {label}: {link} Svar {code} for å ta det, eller {code} og teksten din.",
    nn="Nokon ventar på svar. {label}: {link} Svar {code} for å ta det, eller {code} og teksten din.",
    en="Somebody is waiting for an answer. {label}: {link} Reply {code} to take it, or {code} and your text.",
)
PAGE_CALL = Sentence(
    "page_call",
    nb="Varsel fra vakttelefonen. Noen venter på svar. Trykk 1 for å ta det.",
    nn="Varsel frå vakttelefonen. Nokon ventar på svar. Trykk 1 for å ta det.",
    en="An alert from the duty line. Somebody is waiting for an answer. Press 1 to take it.",
)
CHECK_IN_MISSED = Sentence(
    "check_in_missed",
    nb="En avtalt samtale er ikke fulgt opp. {label}: {link} Svar {code} for å ta det, eller {code} og "
    "teksten din.",
    nn="Ein avtalt samtale er ikkje følgd opp. {label}: {link} Svar {code} for å ta det, eller {code} "
    "og teksten din.",
    en="An agreed call has not been followed up. {label}: {link} Reply {code} to take it, or {code} and "
    "your text.",
)
CHECK_IN_MISSED_CALL = Sentence(
    "check_in_missed_call",
    nb="Varsel fra vakttelefonen. En avtalt samtale er ikke fulgt opp. Trykk 1 for å ta det.",
    nn="Varsel frå vakttelefonen. Ein avtalt samtale er ikkje følgd opp. Trykk 1 for å ta det.",
    en="An alert from the duty line. An agreed call has not been followed up. Press 1 to take it.",
)
OFFER = Sentence(
    "offer",
    nb="En kollega ber deg ta over. {label}: {link} Svar {code} for å ta det, eller {code} og teksten din.",
    nn="Ein kollega ber deg ta over. {label}: {link} Svar {code} for å ta det, eller {code} og teksten din.",
    en="A colleague asks you to take over. {label}: {link} Reply {code} to take it, or {code} and your text.",
)
OFFER_CALL = Sentence(
    "offer_call",
    nb="Varsel fra vakttelefonen. En kollega ber deg ta over. Trykk 1 for å ta det.",
    nn="Varsel frå vakttelefonen. Ein kollega ber deg ta over. Trykk 1 for å ta det.",
    en="An alert from the duty line. A colleague asks you to take over. Press 1 to take it.",
)
ALERT = Alert(PAGE, PAGE_CALL)
ALERT_OF_CHECK_IN = Alert(CHECK_IN_MISSED, CHECK_IN_MISSED_CALL)
ALERT_OF_OFFER = Alert(OFFER, OFFER_CALL)
PAGE_PLAIN = Sentence(
    "page_plain",
    nb="Noen venter på svar. {label}: {link}",
    nn="Nokon ventar på svar. {label}: {link}",
    en="Somebody is waiting for an answer. {label}: {link}",
)
PAGE_TAKEN = Sentence(
    "page_taken",
    nb="Takk. Det er ditt nå. Åpne lenken i meldingen.",
    nn="Takk. Det er ditt no. Opne lenkja i meldinga.",
    en="Thank you. It is yours now. Open the link in the message.",
)
PAGE_GONE = Sentence(
    "page_gone",
    nb="Noen har tatt det. Takk.",
    nn="Nokon har teke det. Takk.",
    en="Somebody has taken it. Thank you.",
)

# ------------------------------------------------------------------------ calls that staff order

BACK_SCREEN = Sentence(
    "back_screen",
    nb="Du ringer tilbake fra vakttelefonen. Trykk 1 for å bli satt over.",
    nn="Du ringjer opp att frå vakttelefonen. Trykk 1 for å bli sett over.",
    en="You are calling back from the duty line. Press 1 to be put through.",
)
BACK_NO_ANSWER = Sentence(
    "back_no_answer",
    nb="Ingen svarte.",
    nn="Ingen svarte.",
    en="Nobody answered.",
)
BACK_NOT_ALLOWED = Sentence(
    "back_not_allowed",
    nb="Dette nummeret kan ikke ringes nå. Se lenken.",
    nn="Dette nummeret kan ikkje ringjast no. Sjå lenkja.",
    en="This number cannot be called now. See the link.",
)
CONSULT_SCREEN = Sentence(
    "consult_screen",
    nb="Samtale med en kollega. Trykk 1 for å bli satt over.",
    nn="Samtale med ein kollega. Trykk 1 for å bli sett over.",
    en="A talk with a colleague. Press 1 to be put through.",
)
CONSULT_OTHER = Sentence(
    "consult_other",
    nb="En kollega på vakt vil snakke med deg. Trykk 1 for å svare.",
    nn="Ein kollega på vakt vil snakke med deg. Trykk 1 for å svare.",
    en="A colleague on duty wants to talk with you. Press 1 to answer.",
)

# --------------------------------------------------------------------- answers to texts of staff

TEXT_TAKEN = Sentence(
    "text_taken",
    nb="Det er ditt nå. {label}: {link}",
    nn="Det er ditt no. {label}: {link}",
    en="It is yours now. {label}: {link}",
)
TEXT_SENT_ON = Sentence(
    "text_sent_on",
    nb="Sendt til familien. {label}: {link}",
    nn="Sendt til familien. {label}: {link}",
    en="Sent to the family. {label}: {link}",
)
TEXT_SENT_ALONE = Sentence(
    "text_sent_alone",
    nb="Teksten er sendt til familien, men ikke bildet. {label}: {link}",
    nn="Teksten er send til familien, men ikkje biletet. {label}: {link}",
    en="Your words went to the family, the picture did not. {label}: {link}",
)
TEXT_NOT_SAFE = Sentence(
    "text_not_safe",
    nb="Ikke sendt: les advarselen først. {label}: {link}",
    nn="Ikkje sendt: les åtvaringa først. {label}: {link}",
    en="Not sent: read the warning first. {label}: {link}",
)
TEXT_OWNED = Sentence(
    "text_owned",
    nb="Ikke sendt: {owner} har tatt det. {label}: {link}",
    nn="Ikkje sendt: {owner} har teke det. {label}: {link}",
    en="Not sent: {owner} has taken it. {label}: {link}",
)
TEXT_TOO_LATE = Sentence(
    "text_too_late",
    nb="Meldingen din kom først fram nå, og er ikke sendt til noen. Svar på varselet på nytt.",
    nn="Meldinga di kom først fram no, og er ikkje send til nokon. Svar på varselet på nytt.",
    en="Your text has only reached us now, and was not sent to anybody. Answer the alert again.",
)
TEXT_WHICH = Sentence(
    "text_which",
    nb="Ikke sendt til noen: det er uklart hvilken familie ordene er til. Skriv én kode, så teksten.",
    nn="Ikkje sendt til nokon: det er uklart kva familie orda er til. Skriv éin kode, så teksten.",
    en="Not sent to anybody: it is not clear which family the words are for. Write one code, then the text.",
)
TEXT_HOW = Sentence(
    "text_how",
    nb="Ikke sendt til noen. Begynn med koden på fire sifre fra varselet, så teksten. HVEM viser hvem "
    "som har vakt.",
    nn="Ikkje sendt til nokon. Byrj med koden på fire siffer frå varselet, så teksten. KVEN viser kven "
    "som har vakt.",
    en="Not sent to anybody. Begin with the four-digit code of the alert, then your text. WHO shows who "
    "is on duty.",
)
TEXT_WHO = Sentence(
    "text_who",
    nb="Vakt: {duty}. Bakvakt: {backup}. Leder: {leader}.",
    nn="Vakt: {duty}. Bakvakt: {backup}. Leiar: {leader}.",
    en="On duty: {duty}. Backup: {backup}. Leader: {leader}.",
)

# ----------------------------------------------------------- notices, which nobody needs to take

OFFER_TAKEN = Sentence(
    "offer_taken",
    nb="Kollegaen din har tatt over. {label}: {link}",
    nn="Kollegaen din har teke over. {label}: {link}",
    en="Your colleague has taken over. {label}: {link}",
)
TEXT_UNDELIVERED = Sentence(
    "text_undelivered",
    nb="Meldingen din kom ikke fram ({code}). {label}: {link}",
    nn="Meldinga di kom ikkje fram ({code}). {label}: {link}",
    en="Your message did not arrive ({code}). {label}: {link}",
)
COMPROMISED = Sentence(
    "compromised",
    nb="Et nummer kan være i feil hender. Det blir ikke ringt eller skrevet til. {label}: {link}",
    nn="Eit nummer kan vere i feil hender. Det blir ikkje ringt eller skrive til. {label}: {link}",
    en="A number may be in the wrong hands. It is neither called nor texted. {label}: {link}",
)
NEXT_DAY = Sentence(
    "next_day",
    nb="Det var kontakt med en familie du følger. Følg opp i dag. {label}: {link}",
    nn="Det var kontakt med ein familie du følgjer. Følg opp i dag. {label}: {link}",
    en="A family of yours was in contact. Follow up today. {label}: {link}",
)
NOTE_MISSING = Sentence(
    "note_missing",
    nb="Notatet mangler etter en kontakt du hadde. Skriv det i dag. {label}: {link}",
    nn="Notatet manglar etter ein kontakt du hadde. Skriv det i dag. {label}: {link}",
    en="The note is missing after a contact of yours. Write it today. {label}: {link}",
)
CHECK_IN = Sentence(
    "check_in",
    nb="Avtalt samtale nå. {label}: {link}",
    nn="Avtalt samtale no. {label}: {link}",
    en="An agreed call is due now. {label}: {link}",
)
CHECK_IN_NO_ANSWER = Sentence(
    "check_in_no_answer",
    nb="Ingen svarte da en avtalt samtale ble ringt. {label}: {link}",
    nn="Ingen svara då ein avtalt samtale vart ringt. {label}: {link}",
    en="Nobody answered an agreed call. {label}: {link}",
)
BRIEF_OUTDATED = Sentence(
    "brief_outdated",
    nb="Vaktarket for {label} er ikke gjennomgått på over 7 dager. Se over det: {link}",
    nn="Vaktarket for {label} er ikkje gått gjennom på over 7 dagar. Sjå over det: {link}",
    en="The brief of {label} has not been reviewed for over 7 days. Look it over: {link}",
)

# ------------------------------------------------------------------ words inside other sentences

LABEL_COLLEAGUE = Sentence("label_colleague", nb="En kollega", nn="Ein kollega", en="A colleague")
LABEL_UNKNOWN = Sentence(
    "label_unknown",
    nb="Ukjent nummer",
    nn="Ukjent nummer",
    en="Unknown number",
)
LABEL_WITHHELD = Sentence(
    "label_withheld",
    nb="Skjult nummer",
    nn="Skjult nummer",
    en="Withheld number",
)
# One word for the eye and for lists of first names, by the space that does not break.
FORMER_COLLEAGUE = Sentence(
    "former_colleague",
    nb="Tidligere\N{NO-BREAK SPACE}kollega",
    nn="Tidlegare\N{NO-BREAK SPACE}kollega",
    en="Former\N{NO-BREAK SPACE}colleague",
)

# ---------------------------------------------------------------------------------------- lists

SPOKEN = (
    SCREEN,
    JOINING,
    TAKEN,
    CALLER_GONE,
    PAGE_CALL,
    CHECK_IN_MISSED_CALL,
    OFFER_CALL,
    PAGE_TAKEN,
    PAGE_GONE,
    BACK_SCREEN,
    BACK_NO_ANSWER,
    BACK_NOT_ALLOWED,
    CONSULT_SCREEN,
    CONSULT_OTHER,
)
TEXTED = (
    TEXT_ACCEPTED,
    PAGE,
    PAGE_PLAIN,
    CHECK_IN_MISSED,
    OFFER,
    OFFER_TAKEN,
    TEXT_TAKEN,
    TEXT_SENT_ON,
    TEXT_SENT_ALONE,
    TEXT_NOT_SAFE,
    TEXT_OWNED,
    TEXT_TOO_LATE,
    TEXT_UNDELIVERED,
    TEXT_WHICH,
    TEXT_HOW,
    TEXT_WHO,
    COMPROMISED,
    NEXT_DAY,
    NOTE_MISSING,
    CHECK_IN,
    CHECK_IN_NO_ANSWER,
)

_BY_KEY = by_key(TEXTED)


def text_of(key: str) -> Sentence:
    """Return the text that an entry or a job names. Raises KeyError for one that does not exist."""
    return _BY_KEY[key]


def describe_on_duty(language: str, *, duty: str, backup: str, leader: str) -> str:
    """Return the answer to "WHO" from the name in each tier, empty where nobody has it."""
    nobody = NOBODY.in_language(language)
    return TEXT_WHO.in_language(
        language, duty=duty or nobody, backup=backup or nobody, leader=leader or nobody
    )
