"""Who is told by text that their duty has changed, will begin, or lacks somebody?

What is told is decided when it is put; the words are written when they are sent, in the reader's own
language. A text holds hours, names of colleagues and a link, and nothing of a family.
"""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_datetime

from oncall.alerts.team import Team
from oncall.rota.consequences import Change
from oncall.rota.duty import answers
from oncall.rota.model import PersonId, Tier
from oncall.store.outbox import NewJob, put
from oncall.store.session import Transaction, Writing

TELL_STAFF = "tell_staff"

TIERS = {
    "nb": {Tier.DUTY: "vakt", Tier.BACKUP: "bakvakt", Tier.LEADER: "ledervakt"},
    "nn": {Tier.DUTY: "vakt", Tier.BACKUP: "bakvakt", Tier.LEADER: "leiarvakt"},
    "en": {Tier.DUTY: "duty", Tier.BACKUP: "backup", Tier.LEADER: "leader on call"},
}
SENTENCES = {
    "given": {
        "nb": "Du har fått {tier} {start} til {end}. Se og bekreft: {link}",
        "nn": "Du har fått {tier} {start} til {end}. Sjå og stadfest: {link}",
        "en": "You have been given {tier} from {start} until {end}. See and confirm: {link}",
    },
    "taken": {
        "nb": "Du har ikke lenger {tier} {start} til {end}. Se: {link}",
        "nn": "Du har ikkje lenger {tier} {start} til {end}. Sjå: {link}",
        "en": "You no longer have {tier} from {start} until {end}. See: {link}",
    },
    "fallback": {
        "nb": "Ingen har {tier} {start} til {end}, og du er satt opp som den som svarer. Se: {link}",
        "nn": "Ingen har {tier} {start} til {end}, og du er sett opp som den som svarar. Sjå: {link}",
        "en": "Nobody has {tier} from {start} until {end}; you are named as the one who answers. See: {link}",
    },
    "gap": {
        "nb": "Ingen har {tier} {start} til {end}. Rett det her: {link}",
        "nn": "Ingen har {tier} {start} til {end}. Rett det her: {link}",
        "en": "Nobody has {tier} from {start} until {end}. Fix it here: {link}",
    },
    "asked": {
        "nb": "En kollega spør om du kan ta {tier} {start} til {end}. Svar her: {link}",
        "nn": "Ein kollega spør om du kan ta {tier} {start} til {end}. Svar her: {link}",
        "en": "A colleague asks whether you can take {tier} from {start} until {end}. Answer here: {link}",
    },
    "cannot": {
        "nb": "Noen kan ikke ta {tier} {start} til {end}, og kollegene er spurt. Se: {link}",
        "nn": "Nokon kan ikkje ta {tier} {start} til {end}, og kollegaene er spurde. Sjå: {link}",
        "en": "Somebody cannot take {tier} from {start} until {end}; colleagues have been asked. See: {link}",
    },
    "covered": {
        "nb": "{about} har tatt {tier} {start} til {end}, som manglet noen. Se: {link}",
        "nn": "{about} har teke {tier} {start} til {end}, som mangla nokon. Sjå: {link}",
        "en": "{about} has taken {tier} from {start} until {end}, which lacked somebody. See: {link}",
    },
    "approve": {
        "nb": "Et bytte av {tier} {start} til {end} venter på din godkjenning: {link}",
        "nn": "Eit byte av {tier} {start} til {end} ventar på godkjenninga di: {link}",
        "en": "A swap of {tier} from {start} until {end} waits for your approval: {link}",
    },
    "declined": {
        "nb": "Du har fortsatt {tier} {start} til {end}: kollegaen sa nei. Se: {link}",
        "nn": "Du har framleis {tier} {start} til {end}: kollegaen sa nei. Sjå: {link}",
        "en": "You still have {tier} from {start} until {end}: your colleague said no. See: {link}",
    },
    "begins": {
        "nb": "Du har {tier} fra {start} til {end}. Overlevering: {link}",
        "nn": "Du har {tier} frå {start} til {end}. Overlevering: {link}",
        "en": "You have {tier} from {start} until {end}. Handover sheet: {link}",
    },
    "now": {
        "nb": "Du har {tier} nå, til {end}. Bakvakt: {backup}. Leder: {leader}. Overlevering: {link}",
        "nn": "Du har {tier} no, til {end}. Bakvakt: {backup}. Leiar: {leader}. Overlevering: {link}",
        "en": "You have {tier} now, until {end}. Backup: {backup}. Leader: {leader}. Handover sheet: {link}",
    },
    "ends": {
        "nb": "Du har {tier} til {end}. Skriv ferdig, og se overleveringen: {link}",
        "nn": "Du har {tier} til {end}. Skriv ferdig, og sjå overleveringa: {link}",
        "en": "You have {tier} until {end}. Finish your notes, and see the handover sheet: {link}",
    },
    "verify": {
        "nb": "Du har {tier} fra {start}. Telefonen din er ikke bekreftet. Prøv den her: {link}",
        "nn": "Du har {tier} frå {start}. Telefonen din er ikkje stadfesta. Prøv han her: {link}",
        "en": "You have {tier} from {start}. Your phone is not verified. Try it here: {link}",
    },
    "unverified": {
        "nb": "Telefonen til {about} er ikke bekreftet ({tier} fra {start}). Se: {link}",
        "nn": "Telefonen til {about} er ikkje stadfesta ({tier} frå {start}). Sjå: {link}",
        "en": "The phone of {about} is not verified ({tier} from {start}). See: {link}",
    },
    "chase": {
        "nb": "Du har ikke bekreftet {tier} {start} til {end}. Bekreft her: {link}",
        "nn": "Du har ikkje stadfesta {tier} {start} til {end}. Stadfest her: {link}",
        "en": "You have not confirmed {tier} from {start} until {end}. Confirm it here: {link}",
    },
    "unconfirmed": {
        "nb": "{about} har ikke bekreftet {tier} {start} til {end}. Se: {link}",
        "nn": "{about} har ikkje stadfesta {tier} {start} til {end}. Sjå: {link}",
        "en": "{about} has not confirmed {tier} from {start} until {end}. See: {link}",
    },
    "unreached": {
        "nb": "En melding om {tier} {start} kom ikke fram til {about}. Ring. Se: {link}",
        "nn": "Ei melding om {tier} {start} kom ikkje fram til {about}. Ring. Sjå: {link}",
        "en": "A text about {tier} from {start} did not reach {about}. Call them. See: {link}",
    },
    "codes_guessed": {
        "nb": "Flere feil koder er sendt fra nummeret til {about}. Ingenting er endret. Se: {link}",
        "nn": "Fleire feil kodar er sende frå nummeret til {about}. Ingenting er endra. Sjå: {link}",
        "en": "Several wrong codes came from the number of {about}. Nothing was changed. See: {link}",
    },
}
PATTERNS = {"nb": "EEE d. MMM HH:mm", "nn": "EEE d. MMM HH:mm", "en": "EEE d MMM HH:mm"}
PAGES = {
    "gap": "/rota",
    "cannot": "/rota",
    "covered": "/rota",
    "begins": "/shifts/handover",
    "now": "/shifts/handover",
    "ends": "/shifts/handover",
    "unverified": "/",
    "unconfirmed": "/rota",
    "unreached": "/rota",
    "codes_guessed": "/",
}
NOBODY = {"nb": "ingen", "nn": "ingen", "en": "nobody"}
MOST_AT_ONCE = 3  # texts for one person about one edit: a new layer changes a year of shifts


def write_text(
    what: str,
    team: Team,
    person: PersonId,
    tier: Tier,
    start: datetime,
    end: datetime,
    url: str,
    about: str = "",
) -> str:
    """Return the text in the reader's language; `about` is the colleague whom it concerns, if any."""
    reader = team.people[person]
    language = reader.language if reader.language in PATTERNS else "nb"

    def write(at: datetime) -> str:
        return format_datetime(at.astimezone(team.zone), PATTERNS[language], locale=language)

    def name(whom: PersonId | None) -> str:
        return team.people[whom].name if whom and whom in team.people else NOBODY[language]

    def held(wanted: Tier) -> str:
        rota = team.rotas.get(wanted)
        return name(answers(rota, start) if rota else None)

    return SENTENCES[what][language].format(
        tier=TIERS[language][tier],
        start=write(start),
        end=write(end),
        backup=held(Tier.BACKUP),
        leader=held(Tier.LEADER),
        about=name(PersonId(about)),
        link=url + PAGES.get(what, "/shifts"),
    )


def tell(
    transaction: Transaction,
    team: Team,
    what: str,
    person: PersonId,
    tier: Tier,
    start: datetime,
    end: datetime,
    due_at: datetime,
    now: datetime,
    once: str,
    *,
    about: PersonId | None = None,
) -> None:
    """The person is told at `due_at`; told twice with the same `once`, they are told once."""
    if person not in team.people:
        return
    payload = {
        "what": what,
        "person": person,
        "tier": tier.value,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "about": about or "",
    }
    key = f"{TELL_STAFF}:{team.id}:{what}:{person}:{tier}:{start.timestamp():.0f}:{once}"
    put(transaction, [NewJob(key, TELL_STAFF, team.id, None, due_at, payload)], now)


def tell_changes(
    writing: Writing,
    team: Team,
    changes: Sequence[Change],
    actor: str,
    now: datetime,
) -> None:
    """Everybody whose duty has changed is told at once, except whoever made the change."""
    once = f"v{team.version + 1}"
    count: dict[PersonId, int] = {}
    for one in changes:
        given = "given" if one.start > now else "now"
        for what, person in (("taken", one.before), (given, one.after)):
            if person is None or person == actor:
                continue
            count[person] = count.get(person, 0) + 1
            if count[person] <= MOST_AT_ONCE:
                tell(writing, team, what, person, one.tier, one.start, one.end, now, now, once)


def tell_of_gaps(
    writing: Writing, team: Team, unmanned: Sequence[Change], fallback: PersonId, now: datetime
) -> None:
    """Whoever is named is told in which gaps they answer: of the first, where they come back for ever."""
    for one in unmanned[:MOST_AT_ONCE]:
        tell(
            writing,
            team,
            "fallback",
            fallback,
            one.tier,
            one.start,
            one.end,
            now,
            now,
            f"v{team.version + 1}",
        )
