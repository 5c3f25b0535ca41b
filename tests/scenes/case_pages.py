"""Find a family, and fill in the forms of its pages."""

import re

from oncall.contacts.case import Case
from oncall.store.families.cases import load_cases
from tests.page import read_page
from tests.scenes.evening import Evening, Visit, token


def find(evening: Evening, label: str) -> Case:
    with evening.service.db.reading() as reading:
        return next(case for case in load_cases(reading, evening.team_id) if case.label == label)


def hidden(page: str, name: str) -> str:
    return read_page(page).value(name)


def send(visit: Visit, address: str, **fields: str) -> str:
    """Fill in the page's form, keep what is hidden in it, send it, and follow; return the page."""
    page = read_page(visit.get(address).text)
    seen = {"seen": page.value("seen")} if page.has(name="seen") else {}
    form = {"csrf_token": token(visit, address), **seen, **fields}
    return visit.post(address, data=form, follow_redirects=True).text


def new_case(visit: Visit, label: str, **fields: str) -> str:
    page = read_page(send(visit, "/cases/new", label=label, phase="active", **fields))
    link, *_ = page.links(re.compile("/cases/[0-9a-f]{32}/edit"))
    return link.removesuffix("/edit")
