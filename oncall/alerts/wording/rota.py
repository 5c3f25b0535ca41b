"""What staff are texted about shifts, gaps, swaps and their own phones, and hear when a phone is tested."""

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime

from oncall.alerts.team import Team
from oncall.alerts.wording.sentence import Sentence, by_key, resolve_language
from oncall.rota.duty import answers
from oncall.rota.model import PersonId, Tier


@dataclass(frozen=True, slots=True)
class ShiftSentence(Sentence):
    """A sentence about a shift, with the page that its link opens."""

    page: str = "/shifts"


@dataclass(frozen=True, slots=True)
class ShiftText:
    """A text to a member of staff about a shift."""

    sentence: ShiftSentence
    reader: PersonId
    tier: Tier
    start: datetime
    end: datetime
    about: PersonId | None = None  # the colleague it concerns


# ------------------------------------------------------------------------------- tests of phones

VERIFY_CALL = Sentence(
    "verify_call",
    nb="Dette er en prøve fra vakttelefonen. Trykk 1 for å bekrefte at du hører den.",
    nn="Dette er ei prøve frå vakttelefonen. Trykk 1 for å stadfeste at du høyrer henne.",
    en="This is a test from the line on duty. Press 1 to confirm that you hear it.",
)
VERIFY_HEARD = Sentence(
    "verify_heard",
    nb="Takk. Telefonen din er bekreftet.",
    nn="Takk. Telefonen din er stadfesta.",
    en="Thank you. Your phone is verified.",
)
VERIFY_TEXT = Sentence(
    "verify_text",
    nb="Prøve fra vakttelefonen. Svar med koden {code}, eller skriv den inn her: {link}",
    nn="Prøve frå vakttelefonen. Svar med koden {code}, eller skriv han inn her: {link}",
    en="A test from the line on duty. Reply with the code {code}, or type it in here: {link}",
)
VERIFY_READ = Sentence(
    "verify_read",
    nb="Takk. Meldinger kommer fram til deg.",
    nn="Takk. Meldingar kjem fram til deg.",
    en="Thank you. Texts reach you.",
)
TEST_CALL = Sentence(
    "test_call",
    nb="Dette er en prøve fra vakttelefonen. Du trenger ikke gjøre noe.",
    nn="Dette er ei prøve frå vakttelefonen. Du treng ikkje gjere noko.",
    en="This is a test from the line on duty. There is nothing to do.",
)
TEST_TEXT = Sentence(
    "test_text",
    nb="Dette er en prøve fra vakttelefonen. Du trenger ikke gjøre noe.",
    nn="Dette er ei prøve frå vakttelefonen. Du treng ikkje gjere noko.",
    en="This is a test from the line on duty. There is nothing to do.",
)
TEST_CALLS = (VERIFY_CALL, VERIFY_HEARD, TEST_CALL)
TEST_TEXTS = (VERIFY_TEXT, VERIFY_READ, TEST_TEXT)

# ---------------------------------------------------------------------------------------- shifts

GIVEN = ShiftSentence(
    "given",
    nb="Du har fått {tier} {start} til {end}. Se og bekreft: {link}",
    nn="Du har fått {tier} {start} til {end}. Sjå og stadfest: {link}",
    en="You have been given {tier} from {start} until {end}. See and confirm: {link}",
)
TAKEN = ShiftSentence(
    "taken",
    nb="Du har ikke lenger {tier} {start} til {end}. Se: {link}",
    nn="Du har ikkje lenger {tier} {start} til {end}. Sjå: {link}",
    en="You no longer have {tier} from {start} until {end}. See: {link}",
)
FALLBACK = ShiftSentence(
    "fallback",
    nb="Ingen har {tier} {start} til {end}, og du er satt opp som den som svarer. Se: {link}",
    nn="Ingen har {tier} {start} til {end}, og du er sett opp som den som svarar. Sjå: {link}",
    en="Nobody has {tier} from {start} until {end}; you are named as the one who answers. See: {link}",
)
GAP = ShiftSentence(
    "gap",
    nb="Ingen har {tier} {start} til {end}. Rett det her: {link}",
    nn="Ingen har {tier} {start} til {end}. Rett det her: {link}",
    en="Nobody has {tier} from {start} until {end}. Fix it here: {link}",
    page="/rota",
)
ASKED = ShiftSentence(
    "asked",
    nb="En kollega spør om du kan ta {tier} {start} til {end}. Svar her: {link}",
    nn="Ein kollega spør om du kan ta {tier} {start} til {end}. Svar her: {link}",
    en="A colleague asks whether you can take {tier} from {start} until {end}. Answer here: {link}",
)
CANNOT = ShiftSentence(
    "cannot",
    nb="Noen kan ikke ta {tier} {start} til {end}, og kollegene er spurt. Se: {link}",
    nn="Nokon kan ikkje ta {tier} {start} til {end}, og kollegaene er spurde. Sjå: {link}",
    en="Somebody cannot take {tier} from {start} until {end}; colleagues have been asked. See: {link}",
    page="/rota",
)
COVERED = ShiftSentence(
    "covered",
    nb="{about} har tatt {tier} {start} til {end}, som manglet noen. Se: {link}",
    nn="{about} har teke {tier} {start} til {end}, som mangla nokon. Sjå: {link}",
    en="{about} has taken {tier} from {start} until {end}, which lacked somebody. See: {link}",
    page="/rota",
)
APPROVE = ShiftSentence(
    "approve",
    nb="Et bytte av {tier} {start} til {end} venter på din godkjenning: {link}",
    nn="Eit byte av {tier} {start} til {end} ventar på godkjenninga di: {link}",
    en="A swap of {tier} from {start} until {end} waits for your approval: {link}",
)
DECLINED = ShiftSentence(
    "declined",
    nb="Du har fortsatt {tier} {start} til {end}: kollegaen sa nei. Se: {link}",
    nn="Du har framleis {tier} {start} til {end}: kollegaen sa nei. Sjå: {link}",
    en="You still have {tier} from {start} until {end}: your colleague said no. See: {link}",
)
BEGINS = ShiftSentence(
    "begins",
    nb="Du har {tier} fra {start} til {end}. Overlevering: {link}",
    nn="Du har {tier} frå {start} til {end}. Overlevering: {link}",
    en="You have {tier} from {start} until {end}. Handover sheet: {link}",
    page="/shifts/handover",
)
NOW = ShiftSentence(
    "now",
    nb="Du har {tier} nå, til {end}. Bakvakt: {backup}. Leder: {leader}. Overlevering: {link}",
    nn="Du har {tier} no, til {end}. Bakvakt: {backup}. Leiar: {leader}. Overlevering: {link}",
    en="You have {tier} now, until {end}. Backup: {backup}. Leader: {leader}. Handover sheet: {link}",
    page="/shifts/handover",
)
ENDS = ShiftSentence(
    "ends",
    nb="Du har {tier} til {end}. Skriv ferdig, og se overleveringen: {link}",
    nn="Du har {tier} til {end}. Skriv ferdig, og sjå overleveringa: {link}",
    en="You have {tier} until {end}. Finish your notes, and see the handover sheet: {link}",
    page="/shifts/handover",
)
VERIFY = ShiftSentence(
    "verify",
    nb="Du har {tier} fra {start}. Telefonen din er ikke bekreftet. Prøv den her: {link}",
    nn="Du har {tier} frå {start}. Telefonen din er ikkje stadfesta. Prøv han her: {link}",
    en="You have {tier} from {start}. Your phone is not verified. Try it here: {link}",
)
UNVERIFIED = ShiftSentence(
    "unverified",
    nb="Telefonen til {about} er ikke bekreftet ({tier} fra {start}). Se: {link}",
    nn="Telefonen til {about} er ikkje stadfesta ({tier} frå {start}). Sjå: {link}",
    en="The phone of {about} is not verified ({tier} from {start}). See: {link}",
    page="/",
)
CONFIRM_AGAIN = ShiftSentence(
    "chase",
    nb="Du har ikke bekreftet {tier} {start} til {end}. Bekreft her: {link}",
    nn="Du har ikkje stadfesta {tier} {start} til {end}. Stadfest her: {link}",
    en="You have not confirmed {tier} from {start} until {end}. Confirm it here: {link}",
)
UNCONFIRMED = ShiftSentence(
    "unconfirmed",
    nb="{about} har ikke bekreftet {tier} {start} til {end}. Se: {link}",
    nn="{about} har ikkje stadfesta {tier} {start} til {end}. Sjå: {link}",
    en="{about} has not confirmed {tier} from {start} until {end}. See: {link}",
    page="/rota",
)
UNREACHED = ShiftSentence(
    "unreached",
    nb="En melding om {tier} {start} kom ikke fram til {about}. Ring. Se: {link}",
    nn="Ei melding om {tier} {start} kom ikkje fram til {about}. Ring. Sjå: {link}",
    en="A text about {tier} from {start} did not reach {about}. Call them. See: {link}",
    page="/rota",
)
CODES_GUESSED = ShiftSentence(
    "codes_guessed",
    nb="Flere feil koder er sendt fra nummeret til {about}. Ingenting er endret. Se: {link}",
    nn="Fleire feil kodar er sende frå nummeret til {about}. Ingenting er endra. Sjå: {link}",
    en="Several wrong codes came from the number of {about}. Nothing was changed. See: {link}",
    page="/",
)

# ------------------------------------------------------------------ words inside other sentences

DUTY = Sentence("duty", nb="vakt", nn="vakt", en="duty")
BACKUP = Sentence("backup", nb="bakvakt", nn="bakvakt", en="backup")
LEADER = Sentence("leader", nb="ledervakt", nn="leiarvakt", en="leader on call")
NOBODY = Sentence("nobody", nb="ingen", nn="ingen", en="nobody")
ANSWERS_IN_GAP = Sentence(
    "answers_in_gap",
    nb="svarer, for ingen har {tier}",
    nn="svarar, for ingen har {tier}",
    en="answers, for nobody has {tier}",
)

# ---------------------------------------------------------------------------------------- texts

TEXTED = (
    GIVEN,
    TAKEN,
    FALLBACK,
    GAP,
    ASKED,
    CANNOT,
    COVERED,
    APPROVE,
    DECLINED,
    BEGINS,
    NOW,
    ENDS,
    VERIFY,
    UNVERIFIED,
    CONFIRM_AGAIN,
    UNCONFIRMED,
    UNREACHED,
    CODES_GUESSED,
)
TIERS = {Tier.DUTY: DUTY, Tier.BACKUP: BACKUP, Tier.LEADER: LEADER}
INSTANTS = {"nb": "EEE d. MMM HH:mm", "nn": "EEE d. MMM HH:mm", "en": "EEE d MMM HH:mm"}
_BY_KEY = by_key(TEXTED)


def text_of(key: str) -> ShiftSentence:
    """Return the sentence that a job or an entry names. Raises KeyError for one that does not exist."""
    return _BY_KEY[key]


def describe_shift(text: ShiftText, team: Team, url: str) -> str:
    """Return the text in its reader's language; `url` is the address of our pages."""
    language = resolve_language(team.people[text.reader].language)

    def write(at: datetime) -> str:
        return format_datetime(at.astimezone(team.zone), INSTANTS[language], locale=language)

    def name(person: PersonId | None) -> str:
        known = team.people.get(person) if person else None
        return known.name if known else NOBODY.in_language(language)

    def holder(tier: Tier) -> str:
        rota = team.rotas.get(tier)
        return name(answers(rota, text.start) if rota else None)

    return text.sentence.in_language(
        language,
        tier=name_tier(text.tier, language),
        start=write(text.start),
        end=write(text.end),
        backup=holder(Tier.BACKUP),
        leader=holder(Tier.LEADER),
        about=name(text.about),
        link=url + text.sentence.page,
    )


def name_tier(tier: Tier, language: str) -> str:
    """Return what the language calls a tier, in the middle of a sentence."""
    return TIERS[tier].in_language(language)


def title_shift(tier: Tier, language: str, *, in_gap: bool) -> str:
    """Return the title of a shift in a calendar; with `in_gap`, of somebody who answers in a gap."""
    named = name_tier(tier, language)
    return ANSWERS_IN_GAP.in_language(language, tier=named) if in_gap else named
