"""Agree on calls with families on their page."""

import re

from werkzeug.test import TestResponse

from tests.page import read_page
from tests.scenes.evening import Visit, token

ID = re.compile("[0-9a-f]{32}")
FORM = {"case": "V-014", "at_day": "2026-03-14", "at_time": "21:00", "note": "før natta"}


def id_of(visit: Visit, case: str) -> str:
    options = read_page(visit.get("/check-ins").text).all("option", value=ID)
    (found,) = (each["value"] for each in options if each.words == case)
    return found


def number_of(visit: Visit, case: str) -> str:
    page = read_page(visit.get(f"/check-ins?case={id_of(visit, case)}").text)
    return page.only(id="number").only("option", value=ID)["value"]


def post(visit: Visit, path: str, **form: str) -> TestResponse:
    return visit.post(path, data={**form, "csrf_token": token(visit, "/check-ins")})


def plan(visit: Visit, **changed: str) -> TestResponse:
    form = {**FORM, **changed}
    case, number = id_of(visit, form["case"]), number_of(visit, form["case"])
    return post(visit, "/check-ins", **{"number": number, **form, "case": case})
