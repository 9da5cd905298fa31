"""The searches as their page tells them: what each asks, sees and costs, and what may be pressed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.desk.conftest import BAGS
from tests.servers import RunningSimulator
from vopt_lib.desk import permission
from vopt_lib.desk.follow import add_follow, followed, set_paused
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.refresh import refresh
from vopt_lib.desk.watched import in_words, may_collect, searches
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.searches import Searches
from vopt_lib.sources.vinted.breaker import Breaker
from vopt_lib.sources.vinted.budget import Budget
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.words import Words

EN = Words("en")
SHIRTS = CatalogueQuery("it", Term(9000008, "Donna > Vestiti > T-shirt"), brands=(Term(12, "Zara"),))


def acts(found: Searches, thing: str) -> list[str]:
    return [act for act, _ in found.acts.get(thing, ())]


@pytest.mark.parametrize(
    ("query", "english", "italian"),
    [
        (SHIRTS, "Donna > Vestiti > T-shirt · Zara", "Donna > Vestiti > T-shirt · Zara"),
        (
            CatalogueQuery(
                "it",
                conditions=(Term(2, "Ottime"),),
                colours=(Term(1, "Nero"),),
                price_from=Decimal("5.50"),
                price_to=Decimal(20),
            ),
            "Very good · Black · €5.50 – €20",
            "Ottime · Nero · 5,50 € – 20 €",
        ),
        (CatalogueQuery("fr", search_text="lin"), "“lin” (vinted.fr)", "“lin” (vinted.fr)"),
    ],
)
def test_a_question_is_told_in_full_in_her_language(query: CatalogueQuery, english: str, italian: str) -> None:
    assert in_words(query, EN) == english
    assert in_words(query, Words("it")).replace("\xa0", " ") == italian


def test_what_was_collected_is_told_with_its_cost(desk: Desk) -> None:
    refresh(desk, (add_follow(desk, BAGS.query, "Borse"),))
    found = searches(desk, EN, may_change=True)
    (row,) = found.rows
    assert (row.name, row.asked, row.href, row.last.kind) == ("Borse", "Donna > Borse", "/market?catalog=19", "good")
    assert row.last.text.endswith("100% of the market")
    assert row.facts[0] == "share seen: 100%"
    assert found.effort == f"All together: {row.facts[1]}."
    assert acts(found, "") == ["collect-all"]
    assert acts(found, row.id) == ["collect", "pause", "remove"]


def test_a_paused_one_can_be_watched_again_and_is_not_collected(desk: Desk) -> None:
    follow = add_follow(desk, BAGS.query)
    set_paused(desk, follow.id, paused=True)
    found = searches(desk, EN, may_change=True)
    assert found.rows[0].is_paused
    assert (acts(found, ""), acts(found, follow.id)) == ([], ["resume", "remove"])
    assert [line.text for line in found.standing] == ["Everything you follow is paused."]


def test_removing_is_asked_twice(desk: Desk) -> None:
    follow = add_follow(desk, BAGS.query)
    assert acts(searches(desk, EN, may_change=True, sure=follow.id), follow.id) == ["remove-surely", "keep"]


def test_a_member_looks_and_presses_nothing(desk: Desk) -> None:
    add_follow(desk, BAGS.query)
    found = searches(desk, EN, may_change=False)
    assert len(found.rows) == 1
    assert found.acts == {}


def test_without_consent_the_conditions_are_shown_and_nothing_is_collected(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    follow = add_follow(desk, SHIRTS)
    found = searches(desk, EN, may_change=True)
    assert found.consent
    assert found.consent[0] == "Before vopt visits www.vinted.it:"
    assert (acts(found, ""), acts(found, "consent"), acts(found, follow.id)) == ([], ["accept"], ["pause", "remove"])

    permission.accept(desk, "it")
    found = searches(desk, EN, may_change=True)
    assert (found.consent, acts(found, ""), acts(found, "consent")) == (None, ["collect-all"], ["withdraw"])


def test_while_collecting_rests_it_is_told_and_not_offered(desk: Desk) -> None:
    follow = add_follow(desk, BAGS.query)
    state = desk.paths.host_state(desk.site("it").host)
    state.mkdir(parents=True)
    Breaker(state).open("403", desk.clock.now())
    found = searches(desk, EN, may_change=True)
    assert found.standing[0].text.startswith("Collecting rests until ")
    assert acts(found, follow.id) == ["pause", "remove"]


def test_an_hour_that_is_used_up_is_told(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path, requests_per_hour=2)
    add_follow(desk, SHIRTS)
    permission.accept(desk, "it")
    budget = Budget(desk.paths.host_state("vinted"), Pacing.polite(desk.settings))
    for minutes in (10, 5):
        budget.spend(None, desk.clock.now() - timedelta(minutes=minutes))
    (line,) = searches(desk, EN, may_change=True).standing
    assert line.text.startswith("The 2 requests allowed per hour are used up. Collecting can go on at ")


def test_what_is_remembered_of_the_site_and_cannot_be_read_is_said(desk: Desk) -> None:
    add_follow(desk, BAGS.query)
    state = desk.paths.host_state(desk.site("it").host)
    state.mkdir(parents=True)
    (state / "breaker.json").write_text("{")
    assert not may_collect(desk)
    assert searches(desk, EN, may_change=True).standing[0].text.startswith("vopt cannot read what it remembers in")


def test_the_cost_is_compared_with_what_an_hour_allows(desk: Desk, market: RunningSimulator) -> None:
    refresh(desk, (add_follow(desk, BAGS.query),))
    assert market.www
    real = open_desk(data=desk.paths.data, requests_per_hour=40, pause_min_s=10, pause_max_s=20)
    told = searches(real, EN, may_change=True).effort
    assert told
    assert " At most 40 an hour are allowed. Collecting everything takes about " in told


def test_what_one_hour_allows_is_not_spread_over_two(desk: Desk) -> None:
    refresh(desk, (add_follow(desk, BAGS.query),))
    requests = followed(desk)[0].requests_a_day
    told = searches(open_desk(data=desk.paths.data, requests_per_hour=requests), EN, may_change=True).effort
    assert told
    assert told.endswith((" minute.", " minutes."))
