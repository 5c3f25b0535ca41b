"""The demonstration as `make run` starts it, with a data folder and ports of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.http.processes import free_port

SECONDS_TO_OPEN = 180  # the machine may be busy with other tests
SECONDS_TO_END = 30
OPEN = "The line is open"
INVITATION = re.compile(
    r"The phones: (?P<phones>\S+).*The pages: (?P<pages>\S+)"
    r".*Sign in as (?P<email>\S+) with the password (?P<password>\S+)"
    r".*the code that (?P<name>.+)'s phone shows",
    re.DOTALL,
)


@dataclass
class Visit:
    """The demonstration, running, and what its terminal says of where to go."""

    folder: Path
    process: subprocess.Popen[str]
    said: list[str]  # on the terminal, line by line
    invitation: dict[str, str]

    def end(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(SECONDS_TO_END)


def start(folder: Path) -> Visit:
    """The demonstration is open; its data is in `folder`."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"PORT": str(free_port()), "SIMULATOR_PORT": str(free_port())}
    process = subprocess.Popen(
        [sys.executable, "-m", "standin.demo", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: list[str] = []
    invited = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if "Others to sign in as" in line:
                invited.set()
        process.stdout.close()
        invited.set()

    threading.Thread(target=listen, daemon=True).start()
    assert invited.wait(SECONDS_TO_OPEN), "".join(said)
    invitation = INVITATION.search("".join(said))
    assert invitation, "".join(said)
    return Visit(folder, process, said, invitation.groupdict())


@pytest.fixture(scope="module")
def first_visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """A first start, on an empty folder, and stopped again."""
    visit = start(tmp_path_factory.mktemp("demo") / "var")
    visit.end()
    return visit


@pytest.fixture(scope="module")
def visit(first_visit: Visit) -> Iterator[Visit]:
    """A further start, running."""
    visit = start(first_visit.folder)
    yield visit
    visit.end()


@pytest.fixture
def phones(visit: Visit, browser: Browser) -> Iterator[Page]:
    """The page with everybody's phones."""
    with browser.new_context(locale="nb-NO", viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(visit.invitation["phones"])
        yield page


@pytest.fixture(scope="module")
def signed_in(visit: Visit, browser: Browser) -> StorageState:
    """What the browser keeps of whom the terminal says to sign in as; a code is good once."""
    with browser.new_context(locale="nb-NO", viewport={"width": 1280, "height": 900}) as context:
        page, phones = context.new_page(), context.new_page()
        page.goto(visit.invitation["pages"])
        page.get_by_label("E-postadresse").fill(visit.invitation["email"])
        page.get_by_label("Passord").fill(visit.invitation["password"])
        page.get_by_role("main").get_by_role("button", name="Logg inn").click()
        phones.goto(visit.invitation["phones"])
        phone = phones.get_by_role("article", name=visit.invitation["name"])
        shown = phone.get_by_text(re.compile("Kode for innlogging: [0-9]{6}")).inner_text()
        page.get_by_label("Kode", exact=True).fill(shown[-6:])
        page.get_by_role("main").get_by_role("button", name="Logg inn").click()
        page.get_by_role("heading", name="Nå", exact=True).wait_for()
        return context.storage_state()


@pytest.fixture
def pages(visit: Visit, browser: Browser, signed_in: StorageState) -> Iterator[Page]:
    """The service's pages, for whom the terminal says to sign in as."""
    with browser.new_context(
        locale="nb-NO", viewport={"width": 1280, "height": 900}, storage_state=signed_in
    ) as context:
        page = context.new_page()
        page.goto(visit.invitation["pages"])
        page.get_by_role("heading", name="Nå", exact=True).wait_for()
        yield page
