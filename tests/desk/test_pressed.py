"""What she presses on the page of searches: done, answered in a sentence, and refused in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.conftest import BAGS
from tests.desk.test_start import ended
from tests.shop.full import add_ben
from vopt_lib.desk import permission
from vopt_lib.desk.follow import add_follow, follows, set_paused
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.job import Job, JobFollow, write_job
from vopt_lib.desk.news import news
from vopt_lib.desk.pressed import first_moment, noticed, press, press_follow
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.start import stop
from vopt_lib.files import only_one
from vopt_lib.schema.draft import FollowDraft
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.searches import Moment, Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import Words

EN = Words("en")
ANNA = Visitor("anna-browser", "en", role="admin")


@pytest.fixture
def quiet(tmp_path: Path) -> Desk:
    """A vopt without a market, that follows bags."""
    desk = open_desk(data=tmp_path)
    add_follow(desk, BAGS.query, "Borse")
    return desk


def test_pausing_watching_again_and_removing_are_answered(quiet: Desk) -> None:
    moment = Moment()
    answers = []
    for act in ("pause", "resume", "remove", "keep", "remove", "remove-surely"):
        moment = press(quiet, ANNA, act, "borse")(moment)
        answers.append((moment.told.text if moment.told else None, moment.sure))
    assert answers == [
        ("“Borse” is paused. What it brought stays.", ""),
        ("“Borse” is watched again.", ""),
        (None, "borse"),
        (None, ""),
        (None, "borse"),
        ("“Borse” is no longer watched. What it brought stays.", ""),
    ]
    assert (follows(quiet), moment.turn) == ((), 6)


def test_what_another_person_has_removed_is_a_sentence(quiet: Desk) -> None:
    press(quiet, ANNA, "remove-surely", "borse")
    for act in ("pause", "remove-surely", "collect"):
        told = press(quiet, ANNA, act, "borse")(Moment()).told
        assert told
        assert (told.kind, told.text[:31]) == ("bad", "There is no follow “borse”. `vo")


def test_a_new_search_is_followed_offered_to_be_collected_and_leaves_an_empty_draft(desk: Desk) -> None:
    goes_on, left = press_follow(desk, ANNA, FollowDraft(catalog=19, name="Borse"))
    assert (goes_on(Moment()).told, left) == (Told("You follow “Borse” from now on.", "good", offers="borse"), "")


def test_a_draft_that_cannot_be_followed_is_kept(desk: Desk) -> None:
    draft = FollowDraft(way="link", link="https://example.com/")
    goes_on, left = press_follow(desk, ANNA, draft)
    told = goes_on(Moment()).told
    assert told
    assert (told.kind, left) == ("bad", draft.as_query())


def test_consent_is_given_by_its_button(quiet: Desk) -> None:
    told = press(quiet, ANNA, "accept", "consent")(Moment()).told
    assert told == Told("Thank you. vopt may visit Vinted now.", "good")
    assert permission.is_given(quiet, "it")


def test_consent_is_taken_back_as_easily(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    permission.accept(desk, "it")
    told = press(desk, ANNA, "withdraw", "consent")(Moment()).told
    assert told == Told("Consent withdrawn: vopt no longer visits Vinted.", "good")
    assert not permission.is_given(desk, "it")


def test_what_is_collected_arrives_in_the_news(desk: Desk) -> None:
    follow = add_follow(desk, BAGS.query, "Borse")
    before = first_moment(desk)
    after = press(desk, ANNA, "collect-all", "")(before)
    assert after.told is None
    ended(desk)
    now = news(desk, EN, after.told, may_change=True)
    assert now.mark != before.seen
    assert now.moving is None
    assert [(line.kind, line.href) for line in now.lines] == [("good", "/market?catalog=19")]
    assert press(desk, ANNA, "collect", follow.id)(before).told is None
    stop(desk.paths, within_s=60)


def test_a_stopped_job_goes_on_with_what_is_left_and_still_wanted(desk: Desk) -> None:
    add_follow(desk, BAGS.query, "Borse")
    set_paused(desk, add_follow(desk, CatalogueQuery("it", Term(4, "Donna > Vestiti")), "Vestiti").id, paused=True)
    left = [JobFollow(name, name, "it", None, None) for name in ("scarpe", "vestiti", "borse")]
    write_job(desk.paths.job, Job(desk.clock.now(), tuple(left), "collecting"))
    now = news(desk, EN, None, may_change=True)
    assert [(line.kind, line.offers) for line in now.lines] == [("warn", "")]
    assert now.acts == {"": (("go-on", "Go on"),)}
    assert press(desk, ANNA, "go-on", "")(Moment()).told is None
    job = ended(desk).job
    assert job
    assert [run.follow_id for run in job.collected] == ["borse"]


def test_while_one_collects_the_other_is_told_so_and_sees_it(desk: Desk) -> None:
    follow = add_follow(desk, BAGS.query, "Borse")
    write_job(
        desk.paths.job, Job(desk.clock.now(), (JobFollow(follow.id, "Borse", "it", 19, 9),), "collecting", "borse")
    )
    with only_one(desk.paths.job_lock, "Collecting"):
        told = press(desk, ANNA, "collect", follow.id)(Moment()).told
        now = news(desk, EN, told, may_change=True)
    assert told
    assert told.text.startswith("Collecting is already running (process ")
    assert (now.lines, now.moving, now.acts) == ((told,), ("Collecting “Borse”…", 0.0), {})


def test_a_refusal_is_over_when_there_are_news() -> None:
    assert noticed("new")(Moment(Told("no", "bad"))) == Moment(seen="new")
    assert noticed("new")(Moment(Told("yes", "good"))) == Moment(Told("yes", "good"), seen="new")


def test_a_member_is_offered_nothing(desk: Desk) -> None:
    add_follow(desk, CatalogueQuery("it", Term(19, "Donna > Borse")))
    assert news(desk, EN, Told("“Borse” is watched again.", "good", offers="borse-donna"), may_change=False).acts == {}


def test_a_member_who_presses_what_she_is_not_shown_is_refused(quiet: Desk) -> None:
    add_ben(shop_of(quiet))
    ben = Visitor("ben-browser", "en", role="member", member=2)
    for act in ("pause", "remove-surely", "collect-all", "accept"):
        told = press(quiet, ben, act, "borse")(Moment()).told
        assert told
        assert (told.kind, told.text[:45]) == ("bad", "Only an admin of your household may do this. "), act
    goes_on, left = press_follow(quiet, ben, FollowDraft(catalog=4))
    assert (goes_on(Moment()).told, left) == (told, FollowDraft(catalog=4).as_query())
    assert [(follow.id, follow.paused) for follow in follows(quiet)] == [("borse", False)]
    assert not permission.is_given(quiet, "it")
