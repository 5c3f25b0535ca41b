"""Who gets in, and what whoever does not get in learns."""

import re
from typing import Any

import pytest

from oncall.casework.accounts import AccountRefused, add_account
from tests.web.evening import EMAIL, PASSWORD, Evening, sign_in, token

PAGES = ("/", "/now/live", "/log", f"/contacts/{'a' * 32}")


def test_whoever_knows_the_password_comes_to_the_start_page(evening: Evening) -> None:
    client = evening.visitor()

    response = sign_in(client)

    assert (response.status_code, response.location) == (302, "/")
    assert "Kari Nordmann" in client.get("/").text


@pytest.mark.parametrize("page", PAGES)
def test_without_a_session_every_page_leads_to_the_sign_in(evening: Evening, page: str) -> None:
    response = evening.visitor().get(page)

    assert response.status_code == 302
    assert response.location.startswith("/sign-in")


def test_the_address_that_was_asked_for_is_shown_after_the_sign_in(evening: Evening) -> None:
    client = evening.visitor()
    wanted = client.get("/log?case=V-014").location

    response = sign_in(client, to="/log?case=V-014")

    assert wanted == "/sign-in?next=/log?case%3DV-014"
    assert response.location == "/log?case=V-014"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "///evil.example", "javascript:x"],
)
def test_signing_in_never_leads_to_another_site(evening: Evening, elsewhere: str) -> None:
    response = sign_in(evening.visitor(), to=elsewhere)

    assert re.match(r"/(?![/\\])", response.location or "/")


def test_a_wrong_password_and_an_unknown_account_are_told_apart_by_nobody(evening: Evening) -> None:
    wrong = sign_in(evening.visitor(), EMAIL, "en annen setning").text
    unknown = sign_in(evening.visitor(), "ukjent@vestfold.example", "en annen setning").text

    assert "Du er ikke logget inn" in wrong
    assert _without_what_was_typed(wrong) == _without_what_was_typed(unknown)


def _without_what_was_typed(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf_token" not in line and 'id="email"' not in line]


def test_a_form_without_its_token_is_refused(evening: Evening) -> None:
    client = evening.visitor()

    answers = [
        client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}),
        client.post("/language", data={"language": "en"}),
        evening.signed_in().post("/sign-out"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]


def test_signing_out_takes_a_form_and_closes_the_pages(evening: Evening) -> None:
    client = evening.signed_in()

    by_link = client.get("/sign-out")
    client.post("/sign-out", data={"csrf_token": token(client, "/")})

    assert by_link.status_code == 405
    assert client.get("/").location == "/sign-in"


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(evening: Evening) -> None:
    response = evening.visitor().get("/now/live", headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["HX-Redirect"]) == (401, "/sign-in")


def test_who_guesses_too_often_has_to_wait_even_with_the_right_password(evening: Evening) -> None:
    client = evening.visitor()

    answers = [sign_in(client, EMAIL, f"gjetning nummer {n}").status_code for n in range(6)]

    assert answers == [200, 200, 200, 200, 200, 429]
    assert sign_in(client).status_code == 429


def test_signing_in_is_never_throttled_by_success(evening: Evening) -> None:
    answers = [sign_in(evening.visitor()).status_code for _ in range(8)]

    assert set(answers) == {302}


def test_the_session_cookie_is_only_for_this_site_and_for_no_script(evening: Evening) -> None:
    cookie = sign_in(evening.visitor()).headers["Set-Cookie"]

    assert cookie.startswith("__Host-session=")
    assert all(rule in cookie for rule in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_a_new_password_signs_out_whoever_had_the_old_one(evening: Evening) -> None:
    client = evening.signed_in()

    is_new = add_account(evening.service.db, "vestfold", "kari", EMAIL, "et helt nytt passord")

    assert not is_new
    assert client.get("/").location == "/sign-in"
    assert sign_in(evening.visitor(), EMAIL, PASSWORD).status_code == 200
    assert sign_in(evening.visitor(), EMAIL, "et helt nytt passord").status_code == 302


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"password": "for kort"}, "12 to 128 characters"),
        ({"email": "kari"}, "not an e-mail address"),
        ({"team_slug": "nowhere"}, "no team nowhere"),
        ({"staff_key": "nobody"}, "nobody in vestfold has the key nobody"),
        ({"staff_key": "ola"}, "somebody else's account"),
    ],
)
def test_an_account_that_cannot_be_made_is_refused_with_the_reason(
    evening: Evening, changed: dict[str, Any], complaint: str
) -> None:
    asked = {"team_slug": "vestfold", "staff_key": "kari", "email": EMAIL, "password": PASSWORD, **changed}

    with pytest.raises(AccountRefused, match=complaint):
        add_account(evening.service.db, **asked)


def test_a_password_is_kept_as_argon2id_only(evening: Evening) -> None:
    with evening.service.db.reading() as reading:
        kept = reading.conn.exec_driver_sql("SELECT password FROM account").scalar_one()

    assert kept.startswith("$argon2id$")
