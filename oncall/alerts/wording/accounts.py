"""What staff are texted about their own sign-in, about who reads what, and about the journal.

A link at the most, never a family's name or label.
"""

from oncall.alerts.wording.sentence import Sentence, by_key

INVITED = Sentence(
    "invited",
    nb="Du er invitert til vaktlinjens sider. Lenken virker én gang, i tre døgn: {link}",
    nn="Du er invitert til sidene til vaktlinja. Lenkja verkar éin gong, i tre døgn: {link}",
    en="You are invited to the on-call line's pages. The link works once, for three days: {link}",
)
RESET = Sentence(
    "reset",
    nb="Innloggingen din er nullstilt, og du får en ny lenke. Har du ikke bedt om det: ring lederen.",
    nn="Innlogginga di er nullstilt, og du får ei ny lenkje. Har du ikkje bede om det: ring leiaren.",
    en="Your sign-in was reset, and you get a new link. Have you not asked for it: ring the leader.",
)
RECOVERY = Sentence(
    "recovery",
    nb="En gjenopprettingskode er brukt til å logge inn som deg. Var det ikke deg: ring lederen.",
    nn="Ein gjenopprettingskode er brukt til å logge inn som deg. Var det ikkje deg: ring leiaren.",
    en="A recovery code was used to sign in as you. If it was not you: ring the leader.",
)
GLASS = Sentence(
    "glass",
    nb="En kollega har åpnet en sak som ikke er deres, og skrevet hvorfor. Se: {link}/reading",
    nn="Ein kollega har opna ei sak som ikkje er deira, og skrive kvifor. Sjå: {link}/reading",
    en="A colleague has opened a case that is not theirs, and written why. See: {link}/reading",
)
JOURNAL = Sentence(
    "journal",
    nb="Noe i journalen er ikke slik det ble skrevet. Se {link}/journal, og si fra til driften.",
    nn="Noko i journalen er ikkje slik det vart skrive. Sjå {link}/journal, og sei frå til drifta.",
    en="Something in the journal is not as it was written. See {link}/journal, and tell the operator.",
)
FACTOR = Sentence(
    "factor",
    nb="Du kan logge inn på en ny måte fra nå av. Var det ikke du som la den til: ring lederen.",
    nn="Du kan logge inn på ein ny måte frå no av. Var det ikkje du som la han til: ring leiaren.",
    en="There is a new way to sign in as you. If you have not added it: ring the leader.",
)

TEXTED = (INVITED, RESET, RECOVERY, GLASS, JOURNAL, FACTOR)
_BY_KEY = by_key(TEXTED)


def text_of(key: str) -> Sentence:
    """Return the text that a job names. Raises KeyError for one that does not exist."""
    return _BY_KEY[key]
