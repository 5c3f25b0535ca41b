"""Who gets in, for how long, and what whoever does not get in learns."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import literal_column, select, text, update

from oncall.app import create_app
from oncall.routes.web.devices import name_network
from oncall.store.journal.entries import read_notes
from oncall.store.session import OPERATOR, team_chain
from oncall.store.tables.sign_in import SessionRow
from oncall.usecases.accounts import accounts
from oncall.usecases.accounts.accounts import AccountRefused, add_account
from oncall.usecases.accounts.enrolment import invite, make_set_up_code
from oncall.usecases.accounts.invitation_links import make_link
from oncall.usecases.accounts.sign_in import Asker, TooOften, check_invited
from tests.page import read_page
from tests.scenes.evening import (
    COOKIE,
    EMAIL,
    PASSWORD,
    TOTP,
    Evening,
    Visit,
    code_at,
    give_code,
    sign_in,
    token,
    words,
)

PAGES = ("/", "/now/live", "/log", f"/contacts/{'a' * 32}")
LIV = "liv@vestfold.example"


def post(client: Visit, path: str, page: str | None = None, **form: str) -> Any:
    return client.post(path, data={**form, "csrf_token": token(client, page or path)})


def secret_on(page: str) -> str:
    """The key that a code generator is to be given."""
    found = re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", words(page))
    assert found is not None, page
    return found[1].replace(" ", "")


def recovery_codes(page: str) -> list[str]:
    shown = [code.content for code in read_page(page).all("code")]
    return [code for code in shown if re.fullmatch("[0-9a-z-]{19}", code)]


def enter(evening: Evening, client: Visit, email: str = EMAIL, secret: str = TOTP) -> None:
    """Sign in by password and code, in the next half minute so that the code is a new one."""
    evening.run_for(30)
    assert sign_in(client, email).location == "/sign-in/code"
    assert give_code(client, code_at(evening.carrier.now(), secret)).status_code == 302


def told(evening: Evening, chain: str) -> list[tuple[str, str | None]]:
    with evening.service.db.reading() as reading:
        return [(note.kind, note.actor) for note in read_notes(reading, chain)]


# ----------------------------------------------------------------------------------------- getting in


def test_password_and_code_open_the_page_that_was_asked_for(evening: Evening) -> None:
    client = evening.visitor()
    wanted = client.get("/log?case=V-014").location

    first = sign_in(client, to="/log?case=V-014")
    halfway = client.get("/").location
    second = give_code(client, code_at(evening.carrier.now()))

    assert wanted == "/sign-in?next=/log?case%3DV-014"
    assert (first.location, halfway) == ("/sign-in/code", "/sign-in")
    assert second.location == "/log?case=V-014"
    assert "Kari Nordmann" in client.get("/").text


def test_a_code_is_good_once_and_for_a_minute_about(evening: Evening) -> None:
    enter(evening, evening.visitor())
    used = code_at(evening.carrier.now())
    again, late = evening.visitor(), evening.visitor()
    sign_in(again)
    sign_in(late)

    repeated = give_code(again, used).status_code
    old = give_code(late, code_at(evening.carrier.now() - timedelta(seconds=90))).status_code

    assert (repeated, old) == (200, 200)
    assert again.get("/").location == "/sign-in"


def test_nothing_opens_before_a_second_factor_is_set_up(evening: Evening) -> None:
    add_account(evening.service.db, "vestfold", "liv", LIV, PASSWORD)
    client = evening.visitor()

    first = sign_in(client, LIV, to="/rota")
    reached = [client.get(page).location for page in ("/", "/rota", "/account")]
    page = client.get("/sign-in/set-up").text
    wrong = post(client, "/sign-in/set-up", code="000000")
    done = post(client, "/sign-in/set-up", code=code_at(evening.carrier.now(), secret_on(page)))

    assert first.location == "/sign-in/set-up"
    assert all(location.startswith("/sign-in") for location in reached)
    assert wrong.status_code == 422
    assert len(recovery_codes(done.text)) == 10
    assert "/rota" in read_page(done.text).links()
    assert "Liv Berg" in client.get("/rota").text


@pytest.mark.parametrize("page", PAGES)
def test_without_a_session_every_page_leads_to_the_sign_in(evening: Evening, page: str) -> None:
    response = evening.visitor().get(page)

    assert response.status_code == 302
    assert response.location.startswith("/sign-in")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "///evil.example", "javascript:x"],
)
def test_signing_in_never_leads_to_another_site(evening: Evening, elsewhere: str) -> None:
    client = evening.visitor()
    sign_in(client, to=elsewhere)

    response = give_code(client, code_at(evening.carrier.now()))

    assert response.location == "/"


def test_a_wrong_password_and_an_unknown_account_are_told_apart_by_nobody(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    hasher = accounts._hasher

    def verify(kept: str, given: str) -> bool:
        compared.append(kept)
        return hasher.verify(kept, given)

    counting = SimpleNamespace(verify=verify)
    monkeypatch.setattr(accounts, "_hasher", counting)

    wrong = sign_in(evening.visitor(), EMAIL, "en annen setning").text
    unknown = sign_in(evening.visitor(), "ukjent@vestfold.example", "en annen setning").text

    assert "Du er ikke logget inn" in wrong
    assert len(compared) == 2, "and neither answer comes sooner than the other"
    assert _without_what_was_typed(wrong) == _without_what_was_typed(unknown)


def _without_what_was_typed(page: str) -> list[tuple[str, dict[str, str], str]]:
    """Return every element of the page, but for the address that was typed and what is new each time."""
    return [
        (each.tag, each.attributes, each.words)
        for each in read_page(page).inside()
        if each.attributes.get("name") != "csrf_token"
        and each.attributes.get("id") != "email"
        and not any("challenge" in part for part in (*each.attributes, *each.attributes.values()))
    ]


def test_a_form_without_its_token_is_refused(evening: Evening) -> None:
    client = evening.visitor()

    answers = [
        client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}),
        client.post("/language", data={"language": "en"}),
        evening.signed_in().post("/sign-out"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]


def test_the_session_cookie_is_only_for_this_site_and_for_no_script(evening: Evening) -> None:
    client = evening.visitor()
    sign_in(client)

    cookie = give_code(client, code_at(evening.carrier.now())).headers["Set-Cookie"]

    assert cookie.startswith("__Host-session=")
    assert all(rule in cookie for rule in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_the_journal_knows_who_signed_in_and_who_failed(evening: Evening) -> None:
    sign_in(evening.visitor(), EMAIL, "en annen setning")
    sign_in(evening.visitor(), "ukjent@vestfold.example", "en annen setning")
    enter(evening, evening.visitor())

    team, operator = told(evening, team_chain(evening.team_id)), told(evening, OPERATOR)
    assert team[-2:] == [("sign_in_failed", None), ("signed_in", "kari")]
    assert operator[-1] == ("sign_in_failed", None)


# ------------------------------------------------------------------------------------------ guessing


def test_who_guesses_too_often_has_to_wait_even_with_the_right_password(evening: Evening) -> None:
    client = evening.visitor()

    answers = [sign_in(client, EMAIL, f"gjetning nummer {n}").status_code for n in range(6)]
    at_once = sign_in(client).status_code
    elsewhere = sign_in(evening.visitor(), "ola@vestfold.example", "gjetning").status_code
    evening.run_for(61)

    assert answers == [200, 200, 200, 200, 200, 429]
    assert (at_once, elsewhere) == (429, 200)
    assert sign_in(client).status_code == 302


@pytest.mark.slow
def test_behind_proxies_attempts_are_counted_by_whom_the_last_trusted_one_was_asked(evening: Evening) -> None:
    def guess(proxies: int, forwarded: str, to: str) -> int:
        settings = evening.service.settings.model_copy(update={"trusted_proxies": proxies})
        app = create_app(replace(evening.service, settings=settings), lambda _: None)
        client = Visit(app, app.response_class, use_cookies=True)
        form = {"email": to, "password": "gjettet passord", "csrf_token": token(client)}
        return client.post("/sign-in", data=form, headers={"X-Forwarded-For": forwarded}).status_code

    made_up = [guess(1, f"198.51.100.{nth}, 192.0.2.1", "one@a.example") for nth in range(6)]
    somebody_else = guess(1, "198.51.100.1, 192.0.2.2", "one@a.example")
    with_its_port = guess(1, "192.0.2.1:4711", "one@a.example")
    unset = [guess(0, f"192.0.2.{nth}", "two@a.example") for nth in range(6)]
    two = [guess(2, f"198.51.100.{nth}, 192.0.2.7, 10.0.0.1", "three@a.example") for nth in range(6)]

    assert made_up == unset == two == [200, 200, 200, 200, 200, 429]
    assert (somebody_else, with_its_port) == (200, 429)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_is_known_again_whatever_its_addresses_end_in(address: str, network: str) -> None:
    assert name_network(address) == network


def test_codes_are_not_guessed_either(evening: Evening) -> None:
    client = evening.visitor()
    sign_in(client)

    answers = [give_code(client, f"{n:06}").status_code for n in range(6)]

    assert answers == [200, 200, 200, 200, 200, 429]
    assert give_code(client, code_at(evening.carrier.now())).status_code == 429


def test_signing_in_is_never_throttled_by_success(evening: Evening) -> None:
    answers = [sign_in(evening.visitor()).status_code for _ in range(8)]

    assert set(answers) == {302}


# ------------------------------------------------------------------------------------------ sessions


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

    is_new = add_account(evening.service.db, "vestfold", "kari", EMAIL, "et helt nytt passord")

    assert not is_new
    assert client.get("/").location == "/sign-in"
    assert sign_in(evening.visitor(), EMAIL, PASSWORD).status_code == 200
    assert sign_in(evening.visitor(), EMAIL, "et helt nytt passord").status_code == 302


# -------------------------------------------------------------------------- invitations and lost phones


def test_an_invitation_lets_in_once(evening: Evening) -> None:
    leader = _leader(evening)
    page = words(post(leader, "/accounts/invite", page="/accounts", staff="ola").text)
    link = re.search(r"https://line.example(/invitation/[\w-]+)", page)
    assert link is not None

    client = evening.visitor()
    post(client, link[1], email="Ola@Vestfold.example")
    key = secret_on(client.get("/sign-in/set-up").text)
    code = code_at(evening.carrier.now(), key)
    short = post(client, "/sign-in/set-up", password="kort", code=code)
    done = post(client, "/sign-in/set-up", password="en lang setning til", code=code)

    assert short.status_code == 422
    assert len(recovery_codes(done.text)) == 10
    assert "Ola Hansen" in client.get("/").text
    assert evening.visitor().get(link[1]).status_code == 404
    assert sign_in(evening.visitor(), "ola@vestfold.example", "en lang setning til").status_code == 302


def test_an_invitation_does_not_tell_for_long_who_else_has_an_account(evening: Evening) -> None:
    db, now = evening.service.db, evening.carrier.now()
    link, other = (make_link(db, invite(db, "vestfold", key, "liv", now), "") for key in ("ola", "nils"))

    taken = [post(evening.visitor(), link, email=EMAIL) for _ in range(10)]
    broken = post(evening.visitor(), other, email="x@y")
    after = [post(evening.visitor(), link, email=mail).status_code for mail in (EMAIL, "ola@example.no")]
    with pytest.raises(TooOften):
        check_invited(db, link.rpartition("/")[2], Asker("another", "phone"), now + timedelta(hours=71))

    assert {answer.status_code for answer in (*taken, broken)} == {422}
    assert words(taken[0].text) == words(broken.text).replace("Nils Aas", "Ola Hansen")
    assert after == [429, 429]


def test_a_texted_link_reaches_the_staff_phone_and_is_nowhere_else(evening: Evening) -> None:
    leader = _leader(evening)

    post(leader, "/accounts/invite", page="/accounts", staff="nils", text="yes")
    evening.run_for(5)

    link = re.search(r"/invitation/([\w-]+)", evening.nils.texts[-1].body)
    assert link is not None
    assert evening.visitor().get(f"/invitation/{link[1]}").status_code == 200
    everything: Any = select(literal_column("*"))
    with evening.service.db.reading() as reading:
        kept = [
            str(reading.conn.execute(everything.select_from(text(table))).all())
            for table in ("invitation", "outbox", "entry")
        ]
    assert not any(link[1] in rows for rows in kept)


def test_a_link_that_is_old_or_withdrawn_opens_nothing(evening: Evening) -> None:
    db, now = evening.service.db, evening.carrier.now()
    old = make_link(
        db, invite(db, "vestfold", "ola", "liv", now - timedelta(hours=73)), "https://line.example"
    )
    leader = _leader(evening)
    page = read_page(post(leader, "/accounts/invite", page="/accounts", staff="nils").text)
    link = re.search(r"(/invitation/[\w-]+)", page.words)
    assert link is not None

    post(leader, "/accounts/withdraw", page="/accounts", invitation=page.value("invitation"))

    assert evening.visitor().get(old.removeprefix("https://line.example")).status_code == 404
    assert evening.visitor().get(link[1]).status_code == 404


def test_a_recovery_code_lets_in_once_and_its_owner_is_told(evening: Evening) -> None:
    add_account(evening.service.db, "vestfold", "liv", LIV, PASSWORD)
    client = evening.visitor()
    sign_in(client, LIV)
    key = secret_on(client.get("/sign-in/set-up").text)
    codes = recovery_codes(post(client, "/sign-in/set-up", code=code_at(evening.carrier.now(), key)).text)
    lost, again = evening.visitor(), evening.visitor()
    sign_in(lost, LIV)
    sign_in(again, LIV)

    let_in = give_code(lost, codes[0].upper().replace("-", " "))
    repeated = give_code(again, codes[0]).status_code
    evening.run_for(5)

    assert let_in.location == "/account"
    assert "9 koder" in lost.get("/account").text
    assert repeated == 200
    assert any("gjenopprettingskode" in text.body for text in evening.liv.texts)


def test_a_leader_resets_a_lost_way_in_and_its_owner_is_told(evening: Evening) -> None:
    leader, kari = _leader(evening), evening.signed_in()
    account = read_page(leader.get("/accounts").text).value("account")

    page = post(leader, "/accounts/reset", page="/accounts", account=account).text
    evening.run_for(5)

    assert "/invitation/" in page
    assert kari.get("/").location == "/sign-in"
    assert sign_in(evening.visitor()).status_code == 200  # the password opens nothing any more
    assert any("nullstilt" in text.body for text in evening.kari.texts)
    assert ("way_in_reset", "liv") in told(evening, team_chain(evening.team_id))


def test_no_leader_reaches_another_teams_account(evening: Evening) -> None:
    leader = _leader(evening)
    add_account(evening.service.db, None, None, "drift@example.no", PASSWORD, role="operator")

    answers = [
        post(leader, f"/accounts/{act}", page="/accounts", account="3").status_code
        for act in ("reset", "close")
    ]

    assert answers == [404, 404]


def _leader(evening: Evening) -> Visit:
    add_account(evening.service.db, "vestfold", "liv", LIV, PASSWORD, totp_secret=TOTP)
    return evening.signed_in(LIV)


# ---------------------------------------------------------------------------------------- first run


def test_the_consoles_code_lets_the_first_leader_in_and_nobody_after(bare_evening: Evening) -> None:
    evening, client = bare_evening, bare_evening.visitor()
    db, now = evening.service.db, evening.carrier.now()
    code = make_set_up_code(db, now)
    assert code is not None

    wrong = post(client, "/set-up", code="0000-0000-0000-0000", team="vestfold").status_code
    link = post(client, "/set-up", code=code.replace("-", " "), team="MST-CAN Vestfold").location
    path = link.removeprefix("https://line.example")
    post(client, path, email=LIV)
    key = secret_on(client.get("/sign-in/set-up").text)
    post(client, "/sign-in/set-up", password=PASSWORD, code=code_at(now, key))

    assert wrong == 422
    assert "Liv Berg" in client.get("/accounts").text
    assert post(evening.visitor(), "/set-up", code=code, team="vestfold").status_code == 422
    assert make_set_up_code(db, now) is None


# ----------------------------------------------------------------------------------------- accounts


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
    asked = {"team_slug": "vestfold", "staff_key": "kari", "email": EMAIL, "password": PASSWORD, **changed}

    with pytest.raises(AccountRefused, match=complaint):
        add_account(evening.service.db, **asked)


def test_what_opens_an_account_is_readable_to_nobody(evening: Evening) -> None:
    with evening.service.db.reading() as reading:
        row = reading.conn.exec_driver_sql("SELECT * FROM account").mappings().one()

    assert row["password"].startswith("$argon2id$")
    assert EMAIL not in str(dict(row))
    assert TOTP not in str(dict(row))
