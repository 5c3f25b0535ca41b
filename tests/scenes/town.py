"""A team with somebody of every role, another team beside it, and the address of every route."""

from dataclasses import replace
from datetime import timedelta

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from oncall.alerts.team import Role
from oncall.contacts.case import Case
from oncall.rota.model import PersonId, Tier
from oncall.routes.web.roles import ROLES, Standing
from oncall.store.families.cases import load_cases
from oncall.store.families.check_ins import members_of
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.contacts.exports import begin_export
from oncall.usecases.line.check_ins import plan
from tests.cast import MIAS_PHONE, NAMED_STAFF, PASSWORD, by_key, person, turns
from tests.scenes.evening import AT_LAST, VESTFOLD, Evening, Visit
from tests.scenes.stored import a_case, a_team, store_call

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


class Town(Evening):
    """An evening at which somebody of each role is signed in, beside another team with the same."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url, TEAM)
        other = self.add_team(a_team("horten", line="+4733900077"), (a_case("HORTEN-001"),))
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
