"""Sign in through the pages, step by step, and read what they show of it."""

import re
from typing import Any

from oncall.store.journal.entries import read_notes
from tests.cast import KARIS_MAIL, TOTP
from tests.page import read_page
from tests.scenes.evening import Evening, Visit, code_at, give_code, sign_in, token, words


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


def enter(evening: Evening, client: Visit, email: str = KARIS_MAIL, secret: str = TOTP) -> None:
    """Sign in by password and code, in the next half minute so that the code is a new one."""
    evening.run_for(30)
    assert sign_in(client, email).location == "/sign-in/code"
    assert give_code(client, code_at(evening.carrier.now(), secret)).status_code == 302


def told(evening: Evening, chain: str) -> list[tuple[str, str | None]]:
    with evening.service.db.reading() as reading:
        return [(note.kind, note.actor) for note in read_notes(reading, chain)]
