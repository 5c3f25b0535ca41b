"""Which accounts can be made, and what is stored of them."""

from typing import Any

import pytest

from oncall.usecases.accounts.accounts import AccountRefused, add_account
from tests.cast import KARIS_MAIL, PASSWORD, TOTP
from tests.scenes.evening import Evening


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"password": "for kort"}, "12 to 128 characters"),
        ({"email": "kari"}, "not an e-mail address"),
        ({"team_slug": "nowhere"}, "no team nowhere"),
        ({"staff_key": "nobody"}, "nobody in vestfold has the key nobody"),
        ({"staff_key": "ola"}, "somebody else's account"),
        ({"staff_key": None, "role": "reviewer"}, "is of a municipality"),
        ({"staff_key": None, "role": "reviewer", "municipality": "Bergen"}, "does not serve Bergen"),
        ({"team_slug": None, "staff_key": None}, "only an operator belongs to no team"),
        ({"totp_secret": "short"}, "not base32"),
    ],
)
def test_an_account_that_cannot_be_made_is_refused_with_the_reason(
    evening: Evening, changed: dict[str, Any], complaint: str
) -> None:
    asked = {
        "team_slug": "vestfold",
        "staff_key": "kari",
        "email": KARIS_MAIL,
        "password": PASSWORD,
        **changed,
    }

    with pytest.raises(AccountRefused, match=complaint):
        add_account(evening.service.db, **asked)


def test_what_opens_an_account_is_readable_to_nobody(evening: Evening) -> None:
    with evening.service.db.reading() as reading:
        row = reading.conn.exec_driver_sql("SELECT * FROM account").mappings().one()

    assert row["password"].startswith("$argon2id$")
    assert KARIS_MAIL not in str(dict(row))
    assert TOTP not in str(dict(row))
