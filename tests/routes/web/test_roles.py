"""Every route, asked for by every role, with another team's row, and by nobody signed in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from oncall.alerts.team import Role
from oncall.contacts.case import Case
from oncall.rota.model import PersonId, Tier
from oncall.routes.web.roles import ROLES, Door, Standing, may_open
from oncall.store.families.cases import load_cases
from oncall.store.families.check_ins import members_of
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.contacts.exports import begin_export
from oncall.usecases.line.check_ins import plan
from tests.cast import MIAS_PHONE, NAMED_STAFF, PASSWORD, by_key, person, turns
from tests.scenes.evening import AT_LAST, VESTFOLD, Evening, Visit, token
from tests.scenes.stored import a_case, a_team, store_call

pytestmark = pytest.mark.slow

PEOPLE_BY_ROLE = {
    Standing.LEADER: "liv",
    Standing.DEPUTY: "kim",
    Standing.THERAPIST: "kari",
    Standing.FAMILY_WORKER: "mona",
    Standing.ADMINISTRATOR: "adam",
}
MAILS = {
    **{role: f"{key}@vestfold.example" for role, key in PEOPLE_BY_ROLE.items()},
    Standing.REVIEWER: "reviewer@larvik.example",
    Standing.OPERATOR: "operator@example.no",
}
TEAM = replace(
    VESTFOLD,
    people=by_key(
        (
            *NAMED_STAFF,
            person("kim", MIAS_PHONE, Role.DEPUTY, name="Kim Vik"),
            # who has backup, and so a need
            person("mona", "+4790000006", Role.FAMILY_WORKER, name="Mona Lie"),
            person("adam", "+4790000007", Role.ADMINISTRATOR, name="Adam Moe"),
        )
    ),
    rotas={**VESTFOLD.rotas, Tier.BACKUP: turns(Tier.BACKUP, "mona")},
)


@pytest.fixture
def town(sqlite_url: str) -> Iterator["Town"]:
    town = Town(sqlite_url)
    yield town
    town.close()


class Town(Evening):
    """An evening at which somebody of each role is signed in, beside another team with the same."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url, TEAM)
        other = self.add_team(a_team("horten", line="+4733900077"), (a_case("H-1"),))
        own = self.missed(self.mother)  # a family of Larvik's
        theirs = store_call(self.service.db, other).id
        # What an address of ours names, and the same of another team.
        cases = [self.case_of(team) for team in (self.team_id, other)]
        self.rows = {
            "contact_id": (own, theirs),
            "case_id": (cases[0].id, cases[1].id),
            "check_in_id": (self.agreed(self.team_id, cases[0]), self.agreed(other, cases[1])),
            "member_id": (cases[0].members[0].id, cases[1].members[0].id),
            "person": ("nils", "nobody-of-ours"),
            "export_id": (self.given_out(self.team_id), self.given_out(other)),
        }
        self.rest = {
            "filename": "pages.css",
            "secret": "guess",
            "token": "guess",
            "form": "csv",
            "text_id": "1",
            "nth": 1,
            "hours": "always",
            "sid": "RE" + "0" * 32,
        }

    def case_of(self, team_id: int) -> Case:
        """A family of that team."""
        with self.service.db.reading() as reading:
            return load_cases(reading, team_id)[0]

    def agreed(self, team_id: int, case: Case) -> str:
        """A call is agreed on with a family; return its id."""
        now, who = self.carrier.now(), PersonId("kari")
        with self.service.db.reading() as reading:
            member = members_of(reading, team_id, case.label)[0]
        later = now + timedelta(days=1)
        return plan(self.service.context, team_id, case.id, member.id, later, "", who, now).id

    def given_out(self, team_id: int) -> str:
        """Somebody of the team asked for an export; return its id."""
        return begin_export(self.service.db, team_id, "liv", "csv", {}, "Tilsyn", self.service.clock())

    def visitors(self) -> dict[Standing, Visit]:
        """Somebody of each role, signed in."""
        db = self.service.db
        for role, key in PEOPLE_BY_ROLE.items():
            add_account(db, TEAM.slug, key, MAILS[role], PASSWORD)
        mail = MAILS[Standing.REVIEWER]
        add_account(db, TEAM.slug, None, mail, PASSWORD, role="reviewer", municipality="Larvik")
        add_account(db, None, None, MAILS[Standing.OPERATOR], PASSWORD, role="operator")
        return {role: self.signed_in(mail) for role, mail in MAILS.items()}

    def rules(self) -> list[tuple[Rule, str]]:
        """Every route with every method that it answers, those that end a session at the end."""
        found = [
            (rule, method)
            for rule in self.app.url_map.iter_rules()
            if rule.endpoint in ROLES  # one without a line fails a test of its own
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "PATCH"})
        ]
        return sorted(found, key=lambda one: (one[0].endpoint in AT_LAST, one[0].endpoint, one[1]))

    def knock(
        self, visit: Visit, form: str, rule: Rule, method: str, *, foreign: bool = False
    ) -> TestResponse:
        """Ask for the route with a form that holds its token and nothing else."""
        address = self.address(rule, foreign=foreign)
        answer = visit.open(address, method=method, headers={"X-CSRFToken": form})
        answer.close()
        return answer

    def address(self, rule: Rule, *, foreign: bool = False) -> str:
        """Where the route is reached, with rows of the own team or of the other."""
        values = self.rest | {name: pair[foreign] for name, pair in self.rows.items()}
        missing = rule.arguments - values.keys()
        assert not missing, f"say in this test which row {rule} has for {missing}"
        built = rule.build({name: values[name] for name in rule.arguments})
        assert built is not None
        return built[1]


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
