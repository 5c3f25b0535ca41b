"""Make and check what proves who somebody is: codes of a generator, recovery codes, passkeys."""

import base64
import ipaddress
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

import pyotp
import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from oncall.store.accounts.credentials import Account, Passkey

ISSUER = "oncall"
LATE = 30  # seconds that a generator's clock may be wrong, either way
TOTP_DIGITS = 6
SHORTEST_SECRET = 10  # bytes of a code generator's key: some makers give no more
RECOVERY_CODES = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none is taken for another
_TIMEOUT = 120_000  # milliseconds that a browser waits for the human


class _Generator(pyotp.TOTP):
    """A code generator, as its makers still give them: pyotp itself refuses keys under 112 bits."""

    min_secret_length_bits = 8 * SHORTEST_SECRET


class NotProved(Exception):
    """What was shown does not prove who is there."""


# ------------------------------------------------------------------------------- a code generator


def new_totp_secret() -> str:
    """Return a secret for a code generator, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def is_totp_secret(secret: str) -> bool:
    """Whether it is base32 of at least 80 bits, as the makers of code generators give them."""
    try:
        return len(base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))) >= SHORTEST_SECRET
    except ValueError:
        return False


def totp_address(secret: str, email: str) -> str:
    """Return what a generator reads from a QR code."""
    return _Generator(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def match_totp(secret: str, code: str, used: int | None, now: datetime) -> int | None:
    """Return the counter of a code that is right now and newer than the one `used`; None for any other."""
    typed, at = re.sub(r"[\s=-]", "", code), int(now.timestamp())
    generator, last_used = _Generator(secret), -1 if used is None else used
    first = max(last_used, (at - LATE) // generator.interval)
    for counter in range(first, (at + LATE) // generator.interval + 1):
        if compare_digest(generator.generate_otp(counter).encode(), typed.encode()):
            return counter if counter > last_used else None
    return None


# --------------------------------------------------------------------------------- recovery codes


def new_recovery_codes() -> tuple[str, ...]:
    """Return codes to be kept on paper, each good for one sign-in."""
    return tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        for _ in range(RECOVERY_CODES)
    )


def normalise_recovery_code(written: str) -> str:
    """Return the code as it was given out, however it was typed."""
    letters = "".join(letter for letter in written.lower() if letter.isalnum())
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


# ---------------------------------------------------------------------------------------- passkeys


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Where passkeys are good: the pages' own address and no other."""

    origin: str  # "https://line.example.no"

    @property
    def host(self) -> str:
        """The name that passkeys are bound to."""
        return urlsplit(self.origin).hostname or ""

    @property
    def has_passkeys(self) -> bool:
        """Whether browsers make passkeys here: not for a bare number such as 127.0.0.1."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return True
        return False


def new_challenge() -> str:
    """Return what a passkey must sign, in base64url."""
    return secrets.token_urlsafe(32)


def ask_for_new(place: RelyingParty, account: Account, challenge: str) -> Mapping[str, Any]:
    """Return what a browser needs to make a passkey that unlocks itself."""
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=ISSUER,
        user_id=account.handle.encode(),
        user_name=account.email,
        user_display_name=account.email,
        challenge=base64url_to_bytes(challenge),
        timeout=_TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,  # so that nobody types an address to sign in
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_describe(account.passkeys),
    )
    return options_to_json_dict(options)


def read_new(place: RelyingParty, challenge: str, answer: str) -> Mapping[str, Any]:
    """Return what is to be kept of a new passkey; raises NotProved."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_origin=place.origin,
            expected_rp_id=place.host,
            require_user_verification=True,
        )
        transports = json.loads(answer).get("response", {}).get("transports") or []
        known = [AuthenticatorTransport(one).value for one in transports]
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        raise NotProved from None
    return {
        "credential_id": found.credential_id,
        "public_key": found.credential_public_key,
        "sign_count": found.sign_count,
        "transports": known,
        "backup_state": found.credential_backed_up,
        "device_type": found.credential_device_type.value,
    }


def ask_for_known(place: RelyingParty, challenge: str, passkeys: Sequence[Passkey] = ()) -> Mapping[str, Any]:
    """Return what a browser needs to use a passkey: one of these, or any that it has for these pages."""
    options = webauthn.generate_authentication_options(
        rp_id=place.host,
        challenge=base64url_to_bytes(challenge),
        timeout=_TIMEOUT,
        allow_credentials=_describe(passkeys),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def name_credential(answer: str) -> bytes:
    """Return which passkey has answered, as yet unproved; raises NotProved."""
    try:
        return base64url_to_bytes(json.loads(answer)["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotProved from None


def check_known(place: RelyingParty, passkey: Passkey, challenge: str, answer: str) -> int:
    """Return the passkey's new count of signatures; raises NotProved."""
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_origin=place.origin,
            expected_rp_id=place.host,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise NotProved from None
    return found.new_sign_count


def _describe(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential, transports=[AuthenticatorTransport(name) for name in one.transports] or None
        )
        for one in passkeys
    ]
