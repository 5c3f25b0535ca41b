"""What staff are told by text about their own sign-in, about who reads what, and about the journal.

The words are written when they are sent, in the reader's own language. A text holds a link at most, never
a family's name or label.
"""

from datetime import datetime

from oncall.alerts.team import Team
from oncall.rota.model import PersonId
from oncall.store.credentials import Account
from oncall.store.outbox import NewJob, put
from oncall.store.session import Transaction

INVITE_STAFF = "invite_staff"
TELL_ACCOUNT = "tell_account"

SENTENCES = {
    "invited": {
        "nb": "Du er invitert til vaktlinjens sider. Lenken virker én gang, i tre døgn: {link}",
        "nn": "Du er invitert til sidene til vaktlinja. Lenkja verkar éin gong, i tre døgn: {link}",
        "en": "You are invited to the on-call line's pages. The link works once, for three days: {link}",
    },
    "reset": {
        "nb": "Innloggingen din er nullstilt, og du får en ny lenke. Har du ikke bedt om det: ring lederen.",
        "nn": "Innlogginga di er nullstilt, og du får ei ny lenkje. Har du ikkje bede om det: ring leiaren.",
        "en": "Your sign-in was reset, and you get a new link. Have you not asked for it: ring the leader.",
    },
    "recovery": {
        "nb": "En gjenopprettingskode er brukt til å logge inn som deg. Var det ikke deg: ring lederen.",
        "nn": "Ein gjenopprettingskode er brukt til å logge inn som deg. Var det ikkje deg: ring leiaren.",
        "en": "A recovery code was used to sign in as you. If it was not you: ring the leader.",
    },
    "glass": {
        "nb": "En kollega har åpnet en sak som ikke er deres, og skrevet hvorfor. Se: {link}/reading",
        "nn": "Ein kollega har opna ei sak som ikkje er deira, og skrive kvifor. Sjå: {link}/reading",
        "en": "A colleague has opened a case that is not theirs, and written why. See: {link}/reading",
    },
    "journal": {
        "nb": "Noe i journalen er ikke slik det ble skrevet. Se {link}/journal, og si fra til driften.",
        "nn": "Noko i journalen er ikkje slik det vart skrive. Sjå {link}/journal, og sei frå til drifta.",
        "en": "Something in the journal is not as it was written. See {link}/journal, and tell the operator.",
    },
    "factor": {
        "nb": "Du kan logge inn på en ny måte fra nå av. Var det ikke du som la den til: ring lederen.",
        "nn": "Du kan logge inn på ein ny måte frå no av. Var det ikkje du som la han til: ring leiaren.",
        "en": "There is a new way to sign in as you. If you have not added it: ring the leader.",
    },
}


def write_notice(what: str, team: Team, person: PersonId, link: str) -> str:
    """Return the text in the reader's language."""
    language = team.people[person].language
    sentence = SENTENCES[what]
    return sentence.get(language, sentence["nb"]).format(link=link)


def tell_owner(transaction: Transaction, account: Account, what: str, once: str, now: datetime) -> None:
    """Whoever has the account is told at once, if their phone is known; with the same `once`, only once."""
    if account.team_id is None or account.staff_key is None:
        return
    tell_person(transaction, account.team_id, account.staff_key, what, once, now)


def tell_person(
    transaction: Transaction, team_id: int, person: str, what: str, once: str, now: datetime
) -> None:
    """The member of staff is told at once; told twice with the same `once`, they are told once."""
    key = f"{TELL_ACCOUNT}:{team_id}:{person}:{what}:{once}"
    payload = {"what": what, "person": person}
    put(transaction, [NewJob(key, TELL_ACCOUNT, team_id, None, now, payload)], now)
