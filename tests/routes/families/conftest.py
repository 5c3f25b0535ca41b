"""Give tests of the families one evening a file, and its leader signed in."""

from collections.abc import Iterator

import pytest

from oncall.store.schema import migrate
from oncall.usecases.accounts.accounts import add_account
from tests.cast import LIVS_MAIL, NILS_MAIL, PASSWORD
from tests.scenes.evening import Evening, Visit


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """One evening for all: each test makes the case that it changes."""
    url = f"sqlite:///{tmp_path_factory.mktemp('cases') / 'cases.sqlite3'}"
    migrate(url)
    evening = Evening(url)
    for email in (LIVS_MAIL, NILS_MAIL):
        add_account(evening.service.db, "vestfold", email.partition("@")[0], email, PASSWORD)
    yield evening
    evening.close()


@pytest.fixture(scope="module")
def liv(shared: Evening) -> Visit:
    """The leader, signed in."""
    return shared.signed_in(LIVS_MAIL)
