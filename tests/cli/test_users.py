import re

import pytest

from tests.cli.conftest import Operator, Refusal

PASSWORD = "correct horse battery"


def test_an_account_is_made_with_a_password_from_standard_input(operator: Operator) -> None:
    operator.loads_a_team()

    done = _add(operator, "kari@vestfold.example", "--password-stdin", keys=PASSWORD + "\n")

    assert done == "kari@vestfold.example can sign in.\n"


def test_the_password_is_asked_for_twice_and_not_shown(operator: Operator) -> None:
    operator.loads_a_team()

    done = _add(operator, "--email", "kari@vestfold.example", keys=f"{PASSWORD}\n{PASSWORD}\n")

    assert done == "kari@vestfold.example can sign in.\n"


def test_adding_the_same_person_again_gives_a_new_password(operator: Operator) -> None:
    operator.loads_a_team()
    _add(operator, "kari@vestfold.example", "--password-stdin", keys=PASSWORD)

    done = _add(operator, "kari@vestfold.example", "--password-stdin", keys=PASSWORD + " 2")

    assert done == "kari@vestfold.example has a new password, and is signed out everywhere.\n"


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (("kari@vestfold.example", "--staff", "kari"), "short", "a password has 12 to 128 characters"),
        (("kari@vestfold.example", "--staff", "nobody"), PASSWORD, "nobody in vestfold has the key nobody"),
        (("no address", "--staff", "kari"), PASSWORD, "this is not an e-mail address"),
        (("--staff", "kari"), PASSWORD, "give one e-mail address"),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    operator: Operator, refuses: Refusal, words: tuple[str, ...], password: str, said: str
) -> None:
    operator.loads_a_team()

    line = refuses("user", "add", *words, "--team", "vestfold", "--password-stdin", keys=password)

    assert said in line


def test_an_invitation_is_a_link_that_is_printed(operator: Operator) -> None:
    operator.loads_a_team()

    done = operator.types("user", "invite", "--team", "vestfold", "--staff", "kari")

    assert re.fullmatch(r"https?://\S+/invitation/[\w-]{43}\n", done.stdout)


def test_a_set_up_code_is_given_until_somebody_can_sign_in(operator: Operator, refuses: Refusal) -> None:
    operator.loads_a_team()
    first = operator.types("user", "setup-code")
    _add(operator, "kari@vestfold.example", "--password-stdin", keys=PASSWORD)

    line = refuses("user", "setup-code")

    assert re.match(r"(\d{4}-){3}\d{4} lets the first leader in", first.stdout)
    assert "somebody can sign in already" in line


def test_an_account_is_closed_by_its_address_and_an_operator_s_is_erased(
    operator: Operator, refuses: Refusal
) -> None:
    operator.loads_a_team()
    _add(operator, "kari@vestfold.example", "--password-stdin", keys=PASSWORD)
    new = ("user", "add", "drift@example.no", "--role", "operator", "--password-stdin")
    operator.types(*new, keys=PASSWORD)

    kari = operator.types("user", "close", "kari@vestfold.example").stdout
    theirs = operator.types("user", "close", "Drift@example.no").stdout

    assert kari == "Nobody signs in as kari@vestfold.example any more.\n"
    assert theirs == "Nobody signs in as Drift@example.no any more, and the address is erased.\n"
    assert "nobody has an account" in refuses("user", "close", "drift@example.no")
    assert operator.types(*new, keys=PASSWORD).stdout == "drift@example.no can sign in.\n"
    assert operator.types("journal", "verify").exit_code == 0


def _add(operator: Operator, *words: str, keys: str) -> str:
    done = operator.types("user", "add", *words, "--team", "vestfold", "--staff", "kari", keys=keys)
    assert done.exit_code == 0, done.stderr
    return done.stdout
