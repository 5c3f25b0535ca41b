"""Every route, asked for by every role, with another team's row, and by nobody signed in."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from oncall.routes.web.roles import ROLES, Door, Standing, may_open
from tests.scenes.evening import token
from tests.scenes.town import Town

pytestmark = pytest.mark.slow


@pytest.fixture
def town(sqlite_url: str) -> Iterator["Town"]:
    town = Town(sqlite_url)
    yield town
    town.close()


def test_every_route_has_a_line_in_the_table_and_every_line_a_route(town: Town) -> None:
    routes = {rule.endpoint for rule in town.app.url_map.iter_rules()}

    assert routes == set(ROLES)


def test_every_route_opens_to_the_roles_of_the_table_and_to_no_other(town: Town) -> None:
    assert list_wrong(town) == []


def test_without_the_table_every_route_opens_to_everybody(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oncall.routes.accounts.session.may", lambda _: True)

    wrong = list_wrong(town, only=Standing.ADMINISTRATOR)

    assert len(wrong) > 10


def test_without_the_guard_nobody_is_led_to_the_sign_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = town.app.before_request_funcs[None]
    unguarded = [step for step in steps if step.__name__ != "guard"]
    monkeypatch.setitem(town.app.before_request_funcs, None, unguarded)

    with capture_logs():
        answers = [town.visitor().get(page).status_code for page in ("/", "/log", "/accounts")]

    assert 302 not in answers


def list_wrong(town: Town, only: Standing | None = None) -> list[str]:
    """Return what opens to a role, or stays closed to it, against the table."""
    wrong = []
    for role, visit in town.visitors().items():
        if only not in (None, role):
            continue
        form = token(visit, "/account")
        for rule, method in town.rules():
            if ROLES[rule.endpoint] is Door.MACHINE:
                continue
            status = town.knock(visit, form, rule, method).status_code
            opened = status != 403 and not (rule.endpoint == "now.show" and status == 302)
            if opened != may_open(rule.endpoint, frozenset({role})) or status >= 500:
                wrong.append(f"{role}: {method} {rule} -> {status}")
    return wrong


def test_nobody_opens_a_row_of_another_team(town: Town) -> None:
    wrong = []
    for role, visit in town.visitors().items():
        form = token(visit, "/account")
        for rule, method in town.rules():
            if not rule.arguments & town.rows.keys() or ROLES[rule.endpoint] is Door.MACHINE:
                continue
            status = town.knock(visit, form, rule, method, foreign=True).status_code
            if status != (404 if may_open(rule.endpoint, frozenset({role})) else 403):
                wrong.append(f"{role}: {method} {rule} -> {status}")

    assert wrong == []


def test_without_a_session_only_the_doors_open(town: Town) -> None:
    wrong = []
    stranger = town.visitor()
    form = token(stranger)
    for rule, method in town.rules():
        door = ROLES[rule.endpoint]
        if door is Door.MACHINE:
            continue
        answer = town.knock(stranger, form, rule, method)
        turned_away = answer.status_code == 302 and answer.location.startswith("/sign-in")
        opens = isinstance(door, Door) and door is not Door.HALFWAY
        if turned_away == opens or answer.status_code >= 500:
            wrong.append(f"{method} {rule} -> {answer.status_code}")

    assert wrong == []


def test_whatever_the_carrier_asks_for_is_refused_without_its_signature(town: Town) -> None:
    wrong = []
    for rule, method in town.rules():
        if ROLES[rule.endpoint] is not Door.MACHINE or rule.endpoint.startswith("health."):
            continue
        built = rule.build(dict.fromkeys(rule.arguments, 1))
        assert built is not None
        status = town.visitor().open(built[1], method=method).status_code
        if status != 403:
            wrong.append(f"{method} {rule} -> {status}")

    assert wrong == []


def test_what_has_no_line_stays_closed() -> None:
    assert not any(may_open("forgotten.page", frozenset({standing})) for standing in Standing)


def test_the_table_keeps_what_was_promised_of_each_role_that_sees_little() -> None:
    opens = {
        standing: {page for page, who in ROLES.items() if not isinstance(who, Door) and standing in who}
        for standing in Standing
    }
    everybody = set.intersection(*opens.values())

    assert opens[Standing.OPERATOR] - everybody == {"system.show"}, "no case"
    reads = {"log.show", "contacts.show", "statistics.show", "cases.show", "cases.open_one"}
    assert opens[Standing.REVIEWER] - everybody == reads, "to read only"
    written = (
        "contacts",
        "notes",
        "cases_brief",
        "voicemails",
        "attachments",
        "follow_ups",
        "exports",
        "log",
    )
    led = ("review", "access_log", "retention", "team_accounts")
    parts = {page.split(".")[0] for page in opens[Standing.ADMINISTRATOR]}
    assert not parts & {*written, *led}, "numbers and feedback, no notes"
