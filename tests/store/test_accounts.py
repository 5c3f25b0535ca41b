"""Who may sign in is stored where Flask-Security finds it, and without standing in a call's way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask_security import SQLAlchemySessionUserDatastore, naive_utcnow
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import scoped_session

from oncall.casework.enrolment import invite, take_up
from oncall.casework.invitation_links import make_link
from oncall.store.accounts import AccountSession, Role, User, WebAuthn, open_accounts
from oncall.store.session import Database
from tests.store.examples import NOW, store_call

Accounts = tuple[scoped_session[AccountSession], SQLAlchemySessionUserDatastore]


@pytest.fixture
def accounts(db: Database) -> Iterator[Accounts]:
    opened = open_accounts(lambda: db)
    app = Flask("a page")
    app.config["SECURITY_JOIN_USER_ROLES"] = True
    with app.app_context():
        yield opened
    opened[0].remove()


def an_account(team_id: int | None, key: str | None = "kari") -> User:
    return User(
        email=f"{key}@example.no",
        password="hash",
        active=True,
        fs_uniquifier=f"{key}-1",
        team_id=team_id,
        staff_key=key,
    )


def test_an_account_is_found_by_its_address_with_its_roles(accounts: Accounts, team_id: int) -> None:
    session, store = accounts
    role = Role(name="therapist", permissions=["see-log"])
    account = an_account(team_id)
    account.roles.append(role)
    session.add(account)
    session.commit()
    session.remove()

    found = store.find_user(email="kari@example.no")

    assert isinstance(found, User)
    assert (found.email, found.staff_key) == ("kari@example.no", "kari")
    assert [r.name for r in found.roles] == ["therapist"]
    assert found.create_datetime.tzinfo is None


def test_an_account_belongs_to_somebody_of_its_team(accounts: Accounts, team_id: int) -> None:
    session, _ = accounts
    session.add(an_account(team_id, "nobody"))

    with pytest.raises(IntegrityError):
        session.commit()


def test_an_operator_belongs_to_no_team(accounts: Accounts, team_id: int) -> None:
    session, store = accounts
    session.add(an_account(None, None))

    session.commit()

    assert store.find_user(email="None@example.no") is not None


def test_a_passkey_goes_with_its_account(accounts: Accounts, team_id: int) -> None:
    session, store = accounts
    account = an_account(team_id)
    account.webauthn.append(
        WebAuthn(
            credential_id=b"c",
            public_key=b"p",
            sign_count=0,
            backup_state=False,
            device_type="single",
            name="phone",
            usage="first",
            lastuse_datetime=naive_utcnow(),
        )
    )
    session.add(account)
    session.commit()

    store.delete_user(account)
    session.commit()

    assert store.find_webauthn(b"c") is None


def test_a_page_that_is_being_rendered_does_not_stand_in_a_calls_way(
    db: Database, accounts: Accounts, team_id: int
) -> None:
    session, store = accounts
    account = an_account(team_id)
    session.add(account)
    session.commit()

    store.find_user(email="kari@example.no")
    account.login_count = 7  # changed, and not yet committed
    call = store_call(db, team_id)
    session.commit()
    session.remove()

    found = store.find_user(email="kari@example.no")
    assert isinstance(found, User)
    assert (found.login_count, call.sid) == (7, "CA1")


def test_an_invitation_that_is_tapped_several_times_at_once_makes_one_account(
    db: Database, team_id: int
) -> None:
    token = make_link(db, invite(db, "vestfold", None, "liv", NOW, role="administrator"), "").split("/")[-1]

    with ThreadPoolExecutor(4) as taps:
        made = [taps.submit(take_up, db, token, "ny@example.no", NOW) for _ in range(4)]

    assert {each.result()[0].team_id for each in made} == {team_id}
    assert len({each.result()[0].id for each in made}) == 1
