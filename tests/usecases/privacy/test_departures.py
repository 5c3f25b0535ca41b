"""Who leaves a team loses every way in at once, and their name when the team's rule says so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from oncall.alerts.team import Caller, Team
from oncall.contacts.model import Entry, Kind
from oncall.contacts.retention import NotToBeErased, StaffRetentionRule
from oncall.rota.duty import on_duty
from oncall.rota.model import PersonId, Tier
from oncall.store.accounts.credentials import account_of, find_account
from oncall.store.accounts.sign_in import sessions_of, start_session
from oncall.store.columns import DeterministicText
from oncall.store.contacts.log import list_contacts
from oncall.store.families.saving import save_cases
from oncall.store.journal.entries import read_notes
from oncall.store.journal.verification import verify
from oncall.store.line.messages import code_for, staff_with
from oncall.store.rota.feeds import feeds_of, make_feed
from oncall.store.session import Database, team_chain
from oncall.store.tables import Base
from oncall.store.team.changes import save_team
from oncall.store.team.teams import load_staff, read_team
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.accounts.invitation_links import NotOpen
from oncall.usecases.accounts.team import close_account, reset
from oncall.usecases.people import short_names
from oncall.usecases.privacy import erasure
from oncall.usecases.privacy.departures import (
    Departed,
    erase_former,
    hold_former,
    look_at_departed,
    release_former,
)
from oncall.usecases.privacy.subject_record import record_of_staff
from tests.cast import FATHER, KARI, KARIS_MAIL, KARIS_PHONE, OLA
from tests.scenes.stored import ENDED, NOW, RINGING, a_case, store_call, store_team

PASSWORD = "correct horse battery"
LEFT = NOW + timedelta(days=2)
CALLED = "Tidligere\N{NO-BREAK SPACE}kollega\N{NO-BREAK SPACE}1"
LATER = NOW + timedelta(days=800)
# Where a key may stand for ever: who had duty, who took which contact, and who did what, has to stay true.
KEYS_STAY = {"staff", "override", "absence", "contact", "entry"}


@pytest.fixture
def team(db: Database) -> Team:
    """A team that Kari has left, with all that somebody has who works there, and a rule of two years."""
    team_id = store_team(db, cases=[replace(a_case(), own_therapist=OLA)])
    add_account(db, "vestfold", KARI, KARIS_MAIL, PASSWORD)
    call = store_call(db, team_id, projection=ENDED)
    with db.writing(team_id) as writing:
        account = account_of(writing, team_id, KARI)
        assert account is not None
        start_session(writing, account.id, "Firefox", by_passkey=False, at=NOW)
        make_feed(writing, KARI, NOW, whole_team=False)
        code_for(writing, call.id, KARI)
    with db.reading() as reading:
        team = read_team(reading, team_id)
    leave(db, team)
    erasure.change_rules(db, team, (), "liv", LEFT, StaffRetentionRule(24, automatic=True))
    with db.reading() as reading:
        return read_team(reading, team_id)


def leave(db: Database, team: Team) -> None:
    people = {key: person for key, person in team.people.items() if key != KARI}
    duty = team.rotas[Tier.DUTY]
    without = replace(
        duty, layers=(replace(duty.layers[0], id="duty-2", effective_from=LEFT, participants=(OLA,)),)
    )
    with db.writing(team.id) as writing:
        rotas = {**team.rotas, Tier.DUTY: without}
        save_team(writing, replace(team, people=people, rotas=rotas), LEFT, "liv")


def departed(db: Database, team: Team, now: datetime = LATER) -> Departed:
    with db.reading() as reading:
        (one,) = look_at_departed(reading, team, now)
    return one


def test_who_leaves_is_signed_out_and_opens_nothing_any_more(db: Database, team: Team) -> None:
    with db.reading() as reading:
        account = account_of(reading, team.id, KARI)
        assert account is not None
        sessions = sessions_of(reading, account.id)
        feeds = feeds_of(reading, team.id, KARI)
        whose = staff_with(reading, team.id, KARIS_PHONE)
        notes = read_notes(reading, team_chain(team.id))

    assert (account.active, account.password, account.passkeys, account.has_totp) == (False, None, (), False)
    assert (sessions, feeds, whose) == ((), (), ())
    assert "account_closed" in [note.kind for note in notes]
    assert departed(db, team).left_on == date(2026, 11, 23)


def test_a_change_that_comes_later_does_not_move_the_day_and_coming_back_ends_it(
    db: Database, team: Team
) -> None:
    with db.writing(team.id) as writing:
        save_team(writing, replace(team, name="Vestfold"), LEFT + timedelta(days=9), "liv")
    assert departed(db, team).left_on == date(2026, 11, 23)

    with db.writing(team.id) as writing:
        people = {person.id: person for person, _ in load_staff(writing, team.id)}
        save_team(writing, replace(team, people=people), LATER, "liv")

    with db.reading() as reading:
        assert look_at_departed(reading, team, LATER) == ()


def test_the_rule_erases_who_they_were_and_the_past_still_reads(db: Database, team: Team) -> None:
    past = datetime(2026, 11, 13, 21, tzinfo=UTC)
    assert on_duty(team.rotas[Tier.DUTY], past) == KARI
    assert erasure.erase_what_rules_erase(db, team, LEFT + timedelta(days=700)) == ((), ())

    _, (receipt,) = erasure.erase_what_rules_erase(db, team, LATER)

    assert (receipt.staff, receipt.called, receipt.left_on) == (
        KARI,
        "Tidligere\xa0kollega\xa01",
        date(2026, 11, 23),
    )
    with db.reading() as reading:
        everybody = [person for person, _ in load_staff(reading, team.id)]
        (line,) = list_contacts(reading, team.id)
        now = read_team(reading, team.id)
        told = str([note.detail for note in read_notes(reading, team_chain(team.id))])
        assert list(verify(reading)) == []
        assert look_at_departed(reading, team, LATER) == ()
        with pytest.raises(LookupError):
            record_of_staff(reading, team, KARI, LATER)
    assert short_names(everybody)[KARI] == CALLED
    assert [person.phone for person in everybody if person.id == KARI] == [""]
    assert line.projection.answered_by == KARI
    assert on_duty(now.rotas[Tier.DUTY], past) == KARI
    assert "Nordmann" not in told
    assert KARIS_PHONE not in told
    assert tables_that_name(db, KARI) <= KEYS_STAY
    assert addresses(db) == 0


def addresses(db: Database) -> int:
    with db.reading() as reading:
        return reading.conn.scalar(select(func.count()).select_from(Base.metadata.tables["account"])) or 0


def tables_that_name(db: Database, person: PersonId) -> set[str]:
    """Return the tables that still have the person's key in a column made for keys of staff."""
    with db.reading() as reading:
        return {
            table.name
            for table in Base.metadata.tables.values()
            for column in table.columns
            if isinstance(column.type, DeterministicText) and column.type.kind == "staff"
            if reading.conn.scalar(select(func.count()).where(column == person))
        }


def test_what_still_hangs_on_somebody_keeps_their_name_and_is_said(db: Database, team: Team) -> None:
    duty = team.rotas[Tier.DUTY]
    forgotten = replace(duty, layers=(*duty.layers, replace(duty.layers[-1], id="old", participants=(KARI,))))
    with db.writing(team.id) as writing:
        rotas = {**team.rotas, Tier.DUTY: forgotten}
        save_team(writing, replace(team, static_number=KARIS_PHONE, rotas=rotas), LATER, "liv")
        save_cases(writing, [a_case("V-015", FATHER)])
    opened = Entry(0, NOW, Kind.FOLLOW_UP_OPENED, detail={"why": "hung_up"})
    owned = Entry(0, NOW, Kind.ACKNOWLEDGED, actor=KARI, detail={"by": "page"})
    waits = replace(RINGING, follow_up=True, engaged=frozenset())
    contact = store_call(db, team.id, "CA2", Caller("withheld"), waits, more=(opened, owned))
    hold_former(db, team, KARI, "liv", "a lawsuit", LATER)
    with db.reading() as reading:
        team = read_team(reading, team.id)

    with pytest.raises(NotToBeErased) as refusal:
        erase_former(db, team, KARI, "liv", LATER)
    erasure.erase_what_rules_erase(db, team, LATER)

    one = departed(db, team)
    assert refusal.value.why == "held"
    assert one.name == "Kari Nordmann"
    assert (one.held, one.on_rota, one.cases, one.contacts, one.rung) == (
        True,
        True,
        ("V-015",),
        (contact.id,),
        True,
    )
    release_former(db, team, KARI, "liv", "settled", LATER)
    assert not departed(db, team).held
    free = replace(one, held=False, on_rota=False, cases=(), contacts=(), rung=False)
    assert free.obstacle() is None
    for why, stands in (
        ("held", {"held": True}),
        ("on_rota", {"on_rota": True}),
        ("own_therapist", {"cases": ("V-015",)}),
        ("owner", {"contacts": (contact.id,)}),
        ("still_rung", {"rung": True}),
    ):
        assert replace(free, **stands).obstacle() == why


def test_a_closed_account_of_somebody_without_duty_goes_by_the_same_rule_and_its_number_to_nobody_else(
    db: Database, team: Team
) -> None:
    reviewer = {"role": "reviewer", "municipality": "Larvik"}
    add_account(db, "vestfold", None, "larvik@example.no", PASSWORD, **reviewer)
    with db.reading() as reading:
        account = find_account(reading, "larvik@example.no")
    assert account is not None
    close_account(db, team, account.id, "liv", LEFT)
    close_account(db, team, account.id, "liv", LATER)
    erase_former(db, team, KARI, "liv", LATER)
    one = departed(db, team)
    assert (one.name, one.left_on, one.obstacle()) == ("larvik@example.no", date(2026, 11, 23), None)
    with db.reading() as reading:
        record = record_of_staff(reading, team, account.key, LATER)
    assert record["account"]["email"] == "larvik@example.no"
    hold_former(db, team, account.key, "liv", "a lawsuit", LATER)
    assert erasure.erase_what_rules_erase(db, team, LATER) == ((), ())
    release_former(db, team, account.key, "liv", "settled", LATER)

    _, (receipt,) = erasure.erase_what_rules_erase(db, team, LATER)

    add_account(db, "vestfold", None, "larvik@example.no", PASSWORD, **reviewer)
    with db.reading() as reading:
        again = find_account(reading, "larvik@example.no")
        assert look_at_departed(reading, team, LATER) == ()
    assert receipt.staff == receipt.called == account.key
    assert again is not None
    assert again.id != account.id
    with pytest.raises(NotOpen):
        reset(db, team.id, account.id, "liv", LATER)


def test_of_two_who_close_each_other_in_the_same_moment_one_stays(db: Database, team: Team) -> None:
    both = []
    for email in ("one@example.no", "other@example.no"):
        add_account(db, "vestfold", None, email, PASSWORD, role="administrator")
        with db.reading() as reading:
            both += [account for account in (find_account(reading, email),) if account]
    one, other = both

    close_account(db, team, other.id, one.key, LATER)

    with pytest.raises(NotOpen):
        close_account(db, team, one.id, other.key, LATER)
