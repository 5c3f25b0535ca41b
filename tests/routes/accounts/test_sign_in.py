"""Who gets in, for how long, and what whoever does not get in learns."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from oncall.app import create_app
from oncall.routes.web.devices import name_network
from oncall.store.session import OPERATOR, team_chain
from oncall.usecases.accounts import accounts
from oncall.usecases.accounts.accounts import add_account
from tests.cast import KARIS_MAIL, LIVS_MAIL, OLAS_MAIL, PASSWORD
from tests.page import read_page
from tests.scenes.evening import Evening, Visit, code_at, give_code, sign_in, token
from tests.scenes.signing_in import enter, post, recovery_codes, secret_on, told

PAGES = ("/", "/now/live", "/log", f"/contacts/{'a' * 32}")


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
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    client = evening.visitor()

    first = sign_in(client, LIVS_MAIL, to="/rota")
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

    wrong = sign_in(evening.visitor(), KARIS_MAIL, "en annen setning").text
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
        client.post("/sign-in", data={"email": KARIS_MAIL, "password": PASSWORD}),
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
    sign_in(evening.visitor(), KARIS_MAIL, "en annen setning")
    sign_in(evening.visitor(), "ukjent@vestfold.example", "en annen setning")
    enter(evening, evening.visitor())

    team, operator = told(evening, team_chain(evening.team_id)), told(evening, OPERATOR)
    assert team[-2:] == [("sign_in_failed", None), ("signed_in", "kari")]
    assert operator[-1] == ("sign_in_failed", None)


# ------------------------------------------------------------------------------------------ guessing


def test_who_guesses_too_often_has_to_wait_even_with_the_right_password(evening: Evening) -> None:
    client = evening.visitor()

    answers = [sign_in(client, KARIS_MAIL, f"gjetning nummer {n}").status_code for n in range(6)]
    at_once = sign_in(client).status_code
    elsewhere = sign_in(evening.visitor(), OLAS_MAIL, "gjetning").status_code
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
