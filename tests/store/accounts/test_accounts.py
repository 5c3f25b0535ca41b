"""Accounts belong to somebody, are found by their address, and take their passkeys with them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from oncall.store.accounts.credentials import Account, add_passkey, create_account, find_account, find_passkey
from oncall.store.session import Database
from oncall.store.tables.accounts import AccountRow
from oncall.usecases.accounts.enrolment import invite, take_up
from oncall.usecases.accounts.invitation_links import make_link
from tests.scenes.stored import NOW


def store_account(db: Database, team_id: int | None, key: str | None = "kari") -> int:
    with db.transaction() as transaction:
        return create_account(transaction, f"{key or 'drift'}@example.no", "hash", team_id, key)


def found(db: Database, email: str) -> Account | None:
    with db.reading() as reading:
        return find_account(reading, email)


def test_an_account_is_found_by_its_address_in_any_case(db: Database, team_id: int) -> None:
    account_id = store_account(db, team_id)

    account = found(db, " Kari@Example.no")

    assert account is not None
    assert (account.id, account.email, account.staff_key) == (account_id, "kari@example.no", "kari")
    assert (account.team_id, account.active, account.passkeys) == (team_id, True, ())


def test_an_account_belongs_to_somebody_of_its_team(db: Database, team_id: int) -> None:
    with pytest.raises(IntegrityError):
        store_account(db, team_id, "nobody")


def test_an_operator_belongs_to_no_team(db: Database, team_id: int) -> None:
    store_account(db, None, None)

    account = found(db, "drift@example.no")

    assert account is not None
    assert account.team_id is None


def test_a_passkey_goes_with_its_account(db: Database, team_id: int) -> None:
    account_id = store_account(db, team_id)
    told = {
        "public_key": b"p",
        "sign_count": 0,
        "backup_state": False,
        "device_type": "single",
        "name": "phone",
    }
    with db.transaction() as transaction:
        add_passkey(transaction, account_id, NOW, credential_id=b"c", **told)
    with db.reading() as reading:
        passkey = find_passkey(reading, b"c")

    with db.transaction() as transaction:
        transaction.conn.execute(delete(AccountRow).where(AccountRow.id == account_id))

    with db.reading() as reading:
        assert find_passkey(reading, b"c") is None
    assert passkey is not None
    assert (passkey.account, passkey.name, passkey.used_at) == (account_id, "phone", NOW)


def test_an_invitation_that_is_tapped_several_times_at_once_makes_one_account(
    db: Database, team_id: int
) -> None:
    token = make_link(db, invite(db, "vestfold", None, "liv", NOW, role="administrator"), "").split("/")[-1]

    with ThreadPoolExecutor(4) as taps:
        made = [taps.submit(take_up, db, token, "ny@example.no", NOW) for _ in range(4)]

    assert {each.result()[0].team_id for each in made} == {team_id}
    assert len({each.result()[0].id for each in made}) == 1
