"""Is the carrier's side well: the account, its balance, and where each team's numbers lead?"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from oncall.alerts.team import Team
from oncall.cli.doctor.findings import DoctorFinding, error, ok, warning
from oncall.settings import Settings
from oncall.telephony.account import CarrierAccount, NumberAtCarrier, countries_of
from oncall.telephony.orders import CarrierRefused

LITTLE_MONEY = Decimal(20)
UNAUTHORISED = 20003
NOT_OURS = "{} is not a number of this account: buy it, or change the team file"

Numbers = Mapping[str, NumberAtCarrier]


def open_account(settings: Settings) -> CarrierAccount:
    """Return the account that the settings name."""
    return CarrierAccount(
        settings.twilio_account_sid,
        settings.twilio_auth_token[0],
        settings.twilio_api_url,
        region=settings.twilio_region,
        edge=settings.twilio_edge,
    )


def examine_account(account: CarrierAccount) -> Iterator[DoctorFinding]:
    """Yield whether the carrier takes our orders, and for how long yet."""
    try:
        standing = account.standing()
    except CarrierRefused as refusal:
        yield error("carrier", _explain(refusal))
        return
    if standing.status != "active":
        yield error("carrier", f"the account is {standing.status}: ask the carrier why")
    elif standing.is_trial:
        yield error("carrier", "the account is a trial: it reaches verified numbers alone, upgrade it")
    else:
        yield ok("carrier", "takes our orders, the account is active")
    if standing.balance is None:
        yield ok("balance", "the account is not prepaid")
    elif standing.balance < LITTLE_MONEY:
        amount = f"{standing.balance} {standing.currency}"
        yield error("balance", f"{amount} is left: top up, and let the carrier recharge by itself")
    else:
        yield ok("balance", f"{standing.balance} {standing.currency}")


def _explain(refusal: CarrierRefused) -> str:
    if refusal.code == 0:
        return "does not answer: check TWILIO_API_URL, TWILIO_EDGE and the way out of this machine"
    if refusal.code == UNAUTHORISED:
        return "does not accept us: check TWILIO_ACCOUNT_SID and the first of TWILIO_AUTH_TOKEN"
    return f"refuses our orders with code {refusal.code}"


def look_up_numbers(account: CarrierAccount) -> Numbers | None:
    """Return the account's numbers; None where the carrier does not tell."""
    try:
        return {each.number: each for each in account.numbers()}
    except CarrierRefused:
        return None


def examine_lines(team: Team, numbers: Numbers, public_url: str) -> Iterator[DoctorFinding]:
    """Yield whether the team's numbers are ours and lead to us."""
    voice = numbers.get(team.voice_line)
    subject = f"{team.slug} voice line"
    if voice is None:
        yield error(subject, NOT_OURS.format(team.voice_line))
    else:
        wrong = _wrong_address(voice.voice_url, voice.voice_method, f"{public_url}/voice/incoming")
        yield from _examine_line(subject, voice, "calls", wrong, able=voice.takes_calls)
        yield from _examine_fallback(team, voice, public_url)
    text = numbers.get(team.text_line)
    subject = f"{team.slug} text line"
    if text is None:
        yield error(subject, NOT_OURS.format(team.text_line))
    else:
        wrong = _wrong_address(text.text_url, text.text_method, f"{public_url}/text/incoming")
        yield from _examine_line(subject, text, "texts", wrong, able=text.takes_texts)


def examine_countries(team: Team, account: CarrierAccount) -> Iterator[DoctorFinding]:
    """Yield whether the account may call where the team's phones are."""
    for country in countries_of(person.phone for person in team.people.values()):
        subject = f"{team.slug} calls to {country}"
        allowed = account.may_call(country)
        if allowed is None:
            yield warning(subject, "the carrier does not tell: look at its geo permissions")
        elif not allowed:
            yield error(subject, "are not allowed: no phone rings; switch the geo permission on")
        else:
            yield ok(subject, "are allowed")


def _examine_line(
    subject: str, number: NumberAtCarrier, what: str, wrong: str, *, able: bool
) -> Iterator[DoctorFinding]:
    if not able:
        yield error(subject, f"{number.number} cannot take {what} at the carrier: choose another number")
    elif number.diverted_by:
        yield error(subject, f"{number.number} is led elsewhere by {number.diverted_by}: take that away")
    elif wrong:
        yield error(subject, f"{number.number}: {wrong}")
    else:
        yield ok(subject, f"{number.number} leads to us")


def _wrong_address(found: str, method: str, wanted: str) -> str:
    """Return what is wrong with an address at the carrier, empty where nothing is."""
    address = found.partition("#")[0]  # behind it the carrier is told how to connect
    if address == wanted and method == "POST":
        return ""
    if address == wanted:
        return f"the carrier asks {wanted} by {method}: set it to HTTP POST"
    return f"the carrier asks {found or 'nobody'}: set it to {wanted}, HTTP POST"


def _examine_fallback(team: Team, number: NumberAtCarrier, public_url: str) -> Iterator[DoctorFinding]:
    subject = f"{team.slug} fallback"
    fallback = number.voice_fallback_url
    if not fallback:
        yield error(subject, "none: when we fail, calls end; set a TwiML Bin that dials the static number")
    elif fallback.startswith(public_url):
        yield error(subject, "leads to us: when we fail, it fails too; set a TwiML Bin instead")
    else:
        yield ok(subject, "is not ours, so it holds when we fail")


def unknown_lines(teams: tuple[Team, ...], numbers: Numbers, public_url: str) -> Iterator[DoctorFinding]:
    """Yield the account's numbers that lead to us, though no team has them."""
    known = {number for team in teams for number in (team.voice_line, team.text_line)}
    for number in numbers.values():
        ours = number.voice_url.startswith(public_url) or number.text_url.startswith(public_url)
        if ours and number.number not in known:
            yield warning("line of no team", f"{number.number} leads to us, and no team has it")
