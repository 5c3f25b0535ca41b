"""How long somebody stays signed in, and how a session is ended."""

import time
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner
from sqlalchemy import select, update

from oncall.store.tables.sign_in import SessionRow
from oncall.usecases.accounts.accounts import add_account
from tests.cast import KARIS_MAIL, PASSWORD
from tests.page import read_page
from tests.scenes.evening import COOKIE, Evening, code_at, sign_in, token
from tests.scenes.signing_in import enter, post


def test_an_ordinary_session_ends_when_nobody_does_anything(evening: Evening) -> None:
    client = evening.visitor()
    enter(evening, client)

    evening.run_for(29 * 60)
    client.get("/now/live")  # what a page asks for by itself keeps nobody signed in
    awake = client.get("/").status_code
    evening.run_for(31 * 60)

    assert awake == 200
    assert client.get("/").location == "/sign-in"


def test_a_phone_with_an_unlock_of_its_own_stays_signed_in_for_the_shift(evening: Evening) -> None:
    phone = evening.signed_in()
    phone.stays = None

    evening.run_for(16 * 60)
    locked = phone.get("/log")
    part = phone.get("/now/live", headers={"HX-Request": "true"})
    leaving = phone.get("/unlock")
    code = post(phone, "/unlock", page="/unlock?next=/log", code=code_at(evening.carrier.now()), next="/log")
    opened = phone.get("/log").status_code
    _pretend_it_began(evening, timedelta(hours=12))

    assert locked.location == "/unlock?next=/log"
    assert part.headers["HX-Redirect"] == "/unlock"
    assert "V-014" not in leaving.text
    assert (code.location, opened) == ("/log", 200)
    assert phone.get("/log").location == "/sign-in?next=/log"


def _pretend_it_began(evening: Evening, ago: timedelta) -> None:
    with evening.service.db.transaction() as transaction:
        transaction.conn.execute(update(SessionRow).values(started_at=evening.carrier.now() - ago))


@pytest.mark.parametrize("off", [-3600, 24 * 3600])
def test_nobody_is_signed_out_when_the_clock_of_the_machine_is_set(
    evening: Evening, off: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = evening.signed_in()
    present = int(time.time())

    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: present + off)

    assert client.get("/").status_code == 200


def test_signing_out_takes_a_form_and_closes_the_pages(evening: Evening) -> None:
    client = evening.signed_in()

    by_link = client.get("/sign-out")
    post(client, "/sign-out", page="/")

    assert by_link.status_code == 405
    assert client.get("/").location == "/sign-in"


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(evening: Evening) -> None:
    client, thief = evening.signed_in(), evening.visitor()
    cookie = client.get_cookie("__Host-session", domain="line.example")
    assert cookie is not None
    thief.set_cookie("__Host-session", cookie.value, domain="line.example", secure=True)
    stolen = thief.get("/").status_code

    post(client, "/sign-out", page="/")

    assert stolen == 200
    assert thief.get("/").location == "/sign-in"


def test_a_cookie_of_the_version_before_still_opens_the_pages(evening: Evening) -> None:
    client = evening.signed_in()
    cookie = client.get_cookie(COOKIE, domain="line.example")
    signer = SecureCookieSessionInterface().get_signing_serializer(evening.app)
    assert cookie is not None
    assert signer is not None
    held = signer.loads(cookie.value)
    old = {
        "_fresh": True,
        "_id": "a" * 128,
        "fs_cc": "set",
        "fs_paa": 1.5,
        "_permanent": True,
        "csrf_token": "b",
    }
    reset = {"_user_id": "of the account before its ways in were reset"}

    client.set_cookie(COOKIE, str(signer.dumps({**held, **old})), domain="line.example", secure=True)
    opened = client.get("/").status_code
    client.set_cookie(COOKIE, str(signer.dumps({**held, **old, **reset})), domain="line.example", secure=True)

    assert opened == 200
    assert client.get("/").location == "/sign-in"


def test_all_sessions_are_listed_and_ended_one_by_one_or_at_once(evening: Evening) -> None:
    phone, computer, third = (evening.signed_in() for _ in range(3))
    listed = read_page(phone.get("/account").text).values("session")
    with evening.service.db.reading() as reading:
        newest = reading.conn.scalars(select(SessionRow.id)).all()

    post(phone, "/account/sessions/end", page="/account", session=listed[0])
    one_by_one = [client.get("/").status_code for client in (phone, computer, third)]
    stranger = post(
        evening.signed_in(), "/account/sessions/end", page="/account", session="0" * 32
    ).status_code
    survivor = next(client for client in (phone, computer, third) if client.get("/").status_code == 200)
    post(survivor, "/account/sessions/end-all", page="/account")

    assert set(listed) == set(newest)
    assert sorted(one_by_one) == [200, 200, 302]
    assert stranger == 404
    assert {client.get("/").location for client in (phone, computer, third)} == {"/sign-in"}


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(evening: Evening) -> None:
    response = evening.visitor().get("/now/live", headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["HX-Redirect"]) == (401, "/sign-in")


def test_who_unlocks_comes_back_to_the_page_they_stood_on(evening: Evening) -> None:
    contact = evening.answered_at_once()
    phone = evening.signed_in()
    phone.stays = None
    page = f"/contacts/{contact}"
    stale = token(phone, page)
    evening.run_for(16 * 60)

    live = {"HX-Request": "true", "HX-Current-URL": f"{evening.service.settings.public_url}/log?case=V-014"}
    elsewhere = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/log"}

    assert phone.get("/now/live", headers=live).headers["HX-Redirect"] == "/unlock?next=/log?case%3DV-014"
    assert phone.get("/now/live", headers=elsewhere).headers["HX-Redirect"] == "/unlock"
    assert phone.post(f"{page}/call-back", data={"csrf_token": stale}).location == f"/unlock?next={page}"


@pytest.mark.parametrize(
    "odd", ["//[", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/x", ""]
)
def test_nobody_is_led_away_from_the_site(evening: Evening, odd: str) -> None:
    phone = evening.signed_in()

    assert phone.get("/sign-in", query_string={"next": odd}).location == "/"


def test_a_new_password_signs_out_whoever_had_the_old_one(evening: Evening) -> None:
    client = evening.signed_in()

    is_new = add_account(evening.service.db, "vestfold", "kari", KARIS_MAIL, "et helt nytt passord")

    assert not is_new
    assert client.get("/").location == "/sign-in"
    assert sign_in(evening.visitor(), KARIS_MAIL, PASSWORD).status_code == 200
    assert sign_in(evening.visitor(), KARIS_MAIL, "et helt nytt passord").status_code == 302
