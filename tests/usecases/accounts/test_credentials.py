"""Passwords that were kept before still open accounts, and a code is good once, for its minute and a half."""

from datetime import UTC, datetime, timedelta

import pytest

from oncall.usecases.accounts.accounts import is_password
from oncall.usecases.accounts.credentials import is_totp_secret, match_totp, totp_address

# Made while Flask-Security still loaded the accounts: Argon2id, 19 MiB, 2 passes, 1 lane, of the password's
# NFKD form. Neither a second hash nor a secret of ours is mixed in: the settings take no part.
PASSWORD = "Passord med å og ﬁ"
KEPT = "$argon2id$v=19$m=19456,t=2,p=1$oLjwj5j1wQkzllVokQRX2A$gVmvUaGiPNVemFCb3+UqUnw6C58NEyNdloGcIekg59Q"

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
COUNTER = 58907520  # of the half minute that begins at NOW
# As another library gave them, by half minutes from NOW.
CODES = {
    -2: "853924",
    -1: "815958",
    0: "745690",
    1: "119644",
    2: "582485",
}
SHORT, ITS_CODE = "GEZDGNBVGY3TQOJQ", "470542"  # 80 bits, the least that makers of code generators give


@pytest.mark.parametrize(
    ("typed", "opens"),
    [
        (PASSWORD, True),
        ("Passord med a\N{COMBINING RING ABOVE} og fi", True),  # as another keyboard writes the same
        ("passord med å og fi", False),
        ("", False),
    ],
)
def test_a_password_kept_by_the_version_before_still_opens_the_account(typed: str, opens: bool) -> None:
    assert is_password(typed, KEPT) is opens


def test_nothing_is_the_password_of_an_account_without_one() -> None:
    assert not is_password(PASSWORD, None)
    assert not is_password(PASSWORD, "no hash at all")


@pytest.mark.parametrize("half_minutes", CODES)
def test_a_code_is_good_in_its_own_half_minute_and_in_the_two_beside_it(half_minutes: int) -> None:
    counters = {
        second: match_totp(SECRET, CODES[half_minutes], None, NOW + timedelta(seconds=second))
        for second in (0, 29)
    }

    expected = COUNTER + half_minutes if abs(half_minutes) <= 1 else None
    assert counters == {0: expected, 29: expected}


def test_a_code_and_all_before_it_are_good_once() -> None:
    again = [match_totp(SECRET, CODES[each], COUNTER, NOW) for each in (-1, 0, 1)]

    assert again == [None, None, COUNTER + 1]


@pytest.mark.parametrize("code", ["", "00000", "1234567", "abcdef", "١٢٣٤٥٦", "\N{SNOWMAN}"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert match_totp(SECRET, code, None, NOW) is None


def test_a_code_may_be_typed_with_a_gap() -> None:
    code = CODES[0]

    assert match_totp(SECRET, f" {code[:3]} {code[3:]}", None, NOW) == COUNTER
    assert match_totp(SECRET, f"{code[:3]}-{code[3:]}", None, NOW) == COUNTER


def test_a_code_generator_with_a_key_of_80_bits_still_signs_in() -> None:
    assert is_totp_secret(SHORT)
    assert match_totp(SHORT, ITS_CODE, None, NOW) == COUNTER


def test_a_code_generator_reads_key_account_and_issuer() -> None:
    address = totp_address(SECRET, "kari@example.no")

    assert address == f"otpauth://totp/oncall:kari%40example.no?secret={SECRET}&issuer=oncall"
