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
from oncall.telephony.orders import TIMEOUT, CarrierRefused, Orders, point_at, translated

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
        self._client = Client(account_sid, auth_token, region=region, edge=edge, http_client=http)
        point_at(self._client, api_url)
        self._sid = account_sid

    @classmethod
    def of(cls, orders: Orders) -> "CarrierAccount":
        """Ask where the orders go."""
        account = cls.__new__(cls)
        account._client = orders.client  # noqa: SLF001 - its own
        account._sid = str(orders.client.account_sid)  # noqa: SLF001
        return account

    def standing(self) -> AccountStatus:
        """Return how the account stands; the first that fails where the account's own token is wrong."""
        with translated():
            account = self._client.api.accounts(self._sid).fetch()
            balance = self._client.api.accounts(self._sid).balance.fetch()
        return AccountStatus(
            str(account.status),
            account.type == "Trial",
            _amount(balance.balance),
            str(balance.currency or ""),
        )

    def numbers(self) -> tuple[NumberAtCarrier, ...]:
        """Return every number of the account."""
        with translated():
            found = self._client.incoming_phone_numbers.list()
        return tuple(
            NumberAtCarrier(
                number=str(each.phone_number),
                voice_url=each.voice_url or "",
                voice_method=(each.voice_method or "POST").upper(),
                voice_fallback_url=each.voice_fallback_url or "",
                text_url=each.sms_url or "",
                text_method=(each.sms_method or "POST").upper(),
                takes_calls=_can(each.capabilities, "voice"),
                takes_texts=_can(each.capabilities, "sms"),
                diverted_by=each.voice_application_sid or each.trunk_sid or each.sms_application_sid or "",
            )
            for each in found
        )

    def may_call(self, country: str) -> bool | None:
        """Return whether calls to the country are allowed; None where the carrier does not tell."""
        try:
            with translated():
                found = self._client.voice.v1.dialing_permissions.countries(country).fetch()
        except CarrierRefused:
            return None
        return None if found.low_risk_numbers_enabled is None else bool(found.low_risk_numbers_enabled)

    def ring_for_test(self, number: str, caller_id: str, language: str) -> str:
        """Order a call that says that it is a test; return the carrier's name for it."""
        document = VoiceResponse()
        add_sentence(document, rota.TEST_CALL, language)
        with translated():
            call = self._client.calls.create(
                to=number, from_=caller_id, twiml=str(document), timeout=TEST_RINGS_FOR
            )
        return str(call.sid)

    def text_for_test(self, number: str, sender: str, language: str) -> str:
        """Order a text that says that it is a test; return the carrier's name for it."""
        with translated():
            body = rota.TEST_TEXT.in_language(language)
            message = self._client.messages.create(to=number, from_=sender, body=body)
        return str(message.sid)

    def call_status(self, sid: str) -> str:
        """Return how a call fares: queued, ringing, in-progress, completed, busy, failed, ..."""
        with translated():
            return str(self._client.calls(sid).fetch().status)

    def text_status(self, sid: str) -> tuple[str, int | None]:
        """Return how a text fares: queued, sent, delivered, undelivered, failed; and the error's code."""
        with translated():
            message = self._client.messages(sid).fetch()
        return str(message.status), message.error_code


def countries_of(numbers: Iterable[str]) -> tuple[str, ...]:
    """Return the countries ("NO") that the numbers belong to, by their codes."""
    codes = {phonenumbers.parse(number).country_code or 0 for number in numbers}
    return tuple(sorted(phonenumbers.region_code_for_country_code(code) for code in codes))


def _amount(told: str | None) -> Decimal | None:
    try:
        return None if told is None else Decimal(told)
    except InvalidOperation:
        return None


def _can(capabilities: object, what: str) -> bool:
    # The client gives an object or a plain mapping, by version.
    if isinstance(capabilities, dict):
        return bool(capabilities.get(what, True))
    return bool(getattr(capabilities, what, True))
