"""How somebody gets a first way in, or another one when the phone is lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import literal_column, select, text

from oncall.store.session import team_chain
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.accounts.enrolment import invite, make_set_up_code
from oncall.usecases.accounts.invitation_links import make_link
from oncall.usecases.accounts.sign_in import Asker, TooOften, check_invited
from tests.cast import KARIS_MAIL, LIVS_MAIL, OLAS_MAIL, PASSWORD, TOTP
from tests.page import read_page
from tests.scenes.evening import Evening, Visit, code_at, give_code, sign_in, words
from tests.scenes.signing_in import post, recovery_codes, secret_on, told

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
    assert sign_in(evening.visitor(), OLAS_MAIL, "en lang setning til").status_code == 302


def test_an_invitation_does_not_tell_for_long_who_else_has_an_account(evening: Evening) -> None:
    db, now = evening.service.db, evening.carrier.now()
    link, other = (make_link(db, invite(db, "vestfold", key, "liv", now), "") for key in ("ola", "nils"))

    taken = [post(evening.visitor(), link, email=KARIS_MAIL) for _ in range(10)]
    broken = post(evening.visitor(), other, email="x@y")
    after = [post(evening.visitor(), link, email=mail).status_code for mail in (KARIS_MAIL, "ola@example.no")]
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
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    client = evening.visitor()
    sign_in(client, LIVS_MAIL)
    key = secret_on(client.get("/sign-in/set-up").text)
    codes = recovery_codes(post(client, "/sign-in/set-up", code=code_at(evening.carrier.now(), key)).text)
    lost, again = evening.visitor(), evening.visitor()
    sign_in(lost, LIVS_MAIL)
    sign_in(again, LIVS_MAIL)

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
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD, totp_secret=TOTP)
    return evening.signed_in(LIVS_MAIL)


# ---------------------------------------------------------------------------------------- first run


def test_the_consoles_code_lets_the_first_leader_in_and_nobody_after(bare_evening: Evening) -> None:
    evening, client = bare_evening, bare_evening.visitor()
    db, now = evening.service.db, evening.carrier.now()
    code = make_set_up_code(db, now)
    assert code is not None

    wrong = post(client, "/set-up", code="0000-0000-0000-0000", team="vestfold").status_code
    link = post(client, "/set-up", code=code.replace("-", " "), team="MST-CAN Vestfold").location
    path = link.removeprefix("https://line.example")
    post(client, path, email=LIVS_MAIL)
    key = secret_on(client.get("/sign-in/set-up").text)
    post(client, "/sign-in/set-up", password=PASSWORD, code=code_at(now, key))

    assert wrong == 422
    assert "Liv Berg" in client.get("/accounts").text
    assert post(evening.visitor(), "/set-up", code=code, team="vestfold").status_code == 422
    assert make_set_up_code(db, now) is None
