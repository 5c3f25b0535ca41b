"""What the carrier says of our account and our numbers, and a test of both on a real phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import phonenumbers
from twilio.http.http_client import HttpClient, TwilioHttpClient
from twilio.rest import Client
from twilio.twiml.voice_response import VoiceResponse

from oncall.alerts.wording import rota
from oncall.telephony.documents import add_sentence
from oncall.telephony.orders import TIMEOUT, CarrierRefused, Orders, translated
from oncall.telephony.resources import Record, Resources

TEST_RINGS_FOR = 25  # seconds


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """How the account stands at the carrier."""

    status: str  # active, suspended or closed
    is_trial: bool  # a trial account reaches verified numbers alone
    balance: Decimal | None  # None: paid by invoice, or not told
    currency: str


@dataclass(frozen=True, slots=True)
class NumberAtCarrier:
    """One of the account's numbers, with the addresses that the carrier asks for it."""

    number: str  # E.164
    voice_url: str
    voice_method: str
    voice_fallback_url: str
    text_url: str
    text_method: str
    takes_calls: bool
    takes_texts: bool
    diverted_by: str  # an application or a trunk that makes the carrier ignore the addresses; empty: none


class CarrierAccount:
    """The carrier's account. Every method raises CarrierRefused, and nothing else, where it has no answer."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        api_url: str,
        *,
        region: str | None = None,
        edge: str | None = None,
        http_client: HttpClient | None = None,
    ) -> None:
        """Build the client; nothing is sent."""
        http = http_client or TwilioHttpClient(timeout=TIMEOUT)
        client = Client(account_sid, auth_token, region=region, edge=edge, http_client=http)
        self._resources = Resources(client, api_url)

    @classmethod
    def of(cls, orders: Orders) -> "CarrierAccount":
        """Ask where the orders go."""
        account = cls.__new__(cls)
        account._resources = orders.resources  # noqa: SLF001 - its own
        return account

    def standing(self) -> AccountStatus:
        """Return how the account stands; the first that fails where the account's own token is wrong."""
        with translated():
            account = self._resources.fetch()
            balance = self._resources.fetch("Balance")
        return AccountStatus(
            str(account.get("status")),
            account.get("type") == "Trial",
            _amount(balance.get("balance")),
            str(balance.get("currency") or ""),
        )

    def numbers(self) -> tuple[NumberAtCarrier, ...]:
        """Return every number of the account."""
        with translated():
            found = list(self._resources.stream("IncomingPhoneNumbers"))
        return tuple(_number(each) for each in found)

    def may_call(self, country: str) -> bool | None:
        """Return whether calls to the country are allowed; None where the carrier does not tell."""
        try:
            with translated():
                found = self._resources.fetch_voice(f"/DialingPermissions/Countries/{country}")
        except CarrierRefused:
            return None
        allowed = found.get("low_risk_numbers_enabled")
        return None if allowed is None else bool(allowed)

    def ring_for_test(self, number: str, caller_id: str, language: str) -> str:
        """Order a call that says that it is a test; return the carrier's name for it."""
        document = VoiceResponse()
        add_sentence(document, rota.TEST_CALL, language)
        with translated():
            form = {"To": number, "From": caller_id, "Twiml": str(document), "Timeout": TEST_RINGS_FOR}
            return str(self._resources.create("Calls", form).get("sid"))

    def text_for_test(self, number: str, sender: str, language: str) -> str:
        """Order a text that says that it is a test; return the carrier's name for it."""
        with translated():
            form = {"To": number, "From": sender, "Body": rota.TEST_TEXT.in_language(language)}
            return str(self._resources.create("Messages", form).get("sid"))

    def call_status(self, sid: str) -> str:
        """Return how a call fares: queued, ringing, in-progress, completed, busy, failed, ..."""
        with translated():
            return str(self._resources.fetch(f"Calls/{sid}").get("status"))

    def text_status(self, sid: str) -> tuple[str, int | None]:
        """Return how a text fares: queued, sent, delivered, undelivered, failed; and the error's code."""
        with translated():
            message = self._resources.fetch(f"Messages/{sid}")
        code = message.get("error_code")
        return str(message.get("status")), int(code) if code else None


def countries_of(numbers: Iterable[str]) -> tuple[str, ...]:
    """Return the countries ("NO") that the numbers belong to, by their codes."""
    codes = {phonenumbers.parse(number).country_code or 0 for number in numbers}
    return tuple(sorted(phonenumbers.region_code_for_country_code(code) for code in codes))


def _amount(told: str | None) -> Decimal | None:
    try:
        return None if told is None else Decimal(told)
    except InvalidOperation:
        return None


def _number(record: Record) -> NumberAtCarrier:
    capabilities = record.get("capabilities") or {}
    diversions = ("voice_application_sid", "trunk_sid", "sms_application_sid")
    return NumberAtCarrier(
        number=str(record.get("phone_number")),
        voice_url=record.get("voice_url") or "",
        voice_method=(record.get("voice_method") or "POST").upper(),
        voice_fallback_url=record.get("voice_fallback_url") or "",
        text_url=record.get("sms_url") or "",
        text_method=(record.get("sms_method") or "POST").upper(),
        takes_calls=bool(capabilities.get("voice", True)),
        takes_texts=bool(capabilities.get("sms", True)),
        diverted_by=next(filter(None, map(record.get, diversions)), ""),
    )
