"""What holds of alerts whatever happens: somebody is asked until somebody has it in hand."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from oncall.alerts.paging import due_pages, ladder_of
from oncall.contacts.model import Entry, Kind
from tests.cast import KARI, LIV, NILS, OLA
from tests.scenes.call import TEAM, build_team
from tests.scenes.follow_up import AT_NIGHT, BY_DAY, FollowUp

LATEST_STEP = timedelta(minutes=10)
PEOPLE = (KARI, OLA, LIV, NILS)
STATES = ("queued", "sent", "delivered", "undelivered", "failed", "no-answer", "completed")

acts = st.one_of(
    st.tuples(st.just("wait"), st.floats(0.01, 30)),
    st.tuples(st.just("hear"), st.booleans()),
    st.tuples(st.just("call"), st.booleans()),
    st.tuples(st.just("take"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("answer"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("report"), st.tuples(st.integers(0, 30), st.sampled_from(STATES))),
    st.tuples(st.just("reopen"), st.none()),
    st.tuples(st.just("close"), st.sampled_from(PEOPLE)),
)
histories = st.lists(acts, max_size=12)
begins = st.builds(
    FollowUp,
    now=st.sampled_from((BY_DAY, AT_NIGHT)),
    team=st.sampled_from((TEAM, build_team(on_duty={}), build_team(away=(KARI,)))),
    why=st.sampled_from(("text", "hung_up", "nobody")),
    urgent=st.booleans(),
)


def play(follow_up: FollowUp, history: list[tuple[str, object]]) -> None:
    for what, how in history:
        match what, how:
            case "wait", float(minutes):
                follow_up.wait(minutes)
            case "hear", bool(urgent):
                follow_up.hear(urgent=urgent)
            case "call", bool(soon):
                follow_up.call_again(soon=soon)
            case "take", str(person):
                follow_up.tell(Entry(0, follow_up.now, Kind.ACKNOWLEDGED, actor=person))
            case "answer", str(person):
                follow_up.tell(
                    Entry(0, follow_up.now, Kind.TEXT_RELAYED, actor=person, detail={"body": "ja"})
                )
            case "report", (int(nth), str(state)) if follow_up.waiting.pages:
                follow_up.report(follow_up.waiting.pages[nth % len(follow_up.waiting.pages)], state, "30003")
            case "reopen", _:
                opened = Entry(0, follow_up.now, Kind.FOLLOW_UP_OPENED, detail={"why": "nobody"})
                follow_up.tell(opened)
            case "close", str(person):
                follow_up.tell(Entry(0, follow_up.now, Kind.CLOSED, actor=person, detail={}))


@given(begins, histories)
def test_what_waits_always_has_a_next_alert_within_the_ladders_time(
    follow_up: FollowUp, history: list[tuple[str, object]]
) -> None:
    play(follow_up, history)

    due = due_pages(follow_up.waiting, follow_up.team, follow_up.now)

    assert (due is not None) == follow_up.waiting.open
    if due is not None and follow_up.waiting.asking_since is not None:
        assert due - follow_up.now <= LATEST_STEP


@given(begins, histories)
def test_while_nobody_has_it_everyone_is_alerted_within_ten_minutes(
    follow_up: FollowUp, history: list[tuple[str, object]]
) -> None:
    play(follow_up, history)
    asking = follow_up.waiting.asking_since is not None
    before = len(follow_up.waiting.pages)

    follow_up.wait(10.1)

    alerted = {page.person for page in follow_up.waiting.pages[before:]}
    if asking:
        assert {OLA, LIV, NILS} <= alerted


@given(begins, histories)
def test_no_step_is_skipped_or_repeated_before_the_last(
    follow_up: FollowUp, history: list[tuple[str, object]]
) -> None:
    play(follow_up, history)
    follow_up.wait(30)

    taken = [number for number, _ in follow_up.waiting.steps]
    last = len(ladder_of(follow_up.team)) - 1

    assert taken[: last + 1] == list(range(len(taken[: last + 1])))
    assert set(taken[last + 1 :]) <= {last}


@given(begins, histories)
def test_no_step_comes_before_its_time_unless_somebody_was_not_reached(
    follow_up: FollowUp, history: list[tuple[str, object]]
) -> None:
    play(follow_up, [act for act in history if act[0] != "report"])
    waiting = follow_up.waiting
    if follow_up.team is not TEAM or waiting.asking_since is None or waiting.owner is not None:
        return

    for number, at in waiting.steps:
        after = timedelta(minutes=ladder_of(follow_up.team)[number].after_minutes)
        assert at - waiting.asking_since >= after


@given(begins, histories, st.sampled_from(PEOPLE))
def test_whoever_takes_it_is_not_woken_within_the_hour(
    follow_up: FollowUp, history: list[tuple[str, object]], person: str
) -> None:
    play(follow_up, history)
    if not follow_up.waiting.open:
        return
    follow_up.tell(Entry(0, follow_up.now, Kind.ACKNOWLEDGED, actor=person))
    before = [page for page in follow_up.waiting.pages if page.by == "call"]

    follow_up.wait(59)

    assert [page for page in follow_up.waiting.pages if page.by == "call"] == before


@given(begins, histories)
def test_nothing_is_decided_twice_at_one_instant(
    follow_up: FollowUp, history: list[tuple[str, object]]
) -> None:
    play(follow_up, history)

    follow_up.tell()

    assert follow_up.tell() == ()


@given(begins, histories)
def test_nobody_is_alerted_twice_in_the_same_way_at_once(
    follow_up: FollowUp, history: list[tuple[str, object]]
) -> None:
    play(follow_up, history)
    follow_up.wait(15)

    for decided in follow_up.decisions:
        ways = [(each.actor, each.detail["by"]) for each in decided if each.kind is Kind.PAGED]
        assert len(ways) == len(set(ways))
