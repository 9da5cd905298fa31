"""How vopt says it is: fresh or not, resting, held back, and each follow's last run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.desk.conftest import BAGS, START
from tests.servers import RunningSimulator
from vopt_lib.desk.collect import collect
from vopt_lib.desk.follow import add_follow, set_paused
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.report import day_report
from vopt_lib.desk.status import lines, status_of
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")


@pytest.fixture
def following(desk: Desk) -> Desk:
    """A vopt that follows bags."""
    add_follow(desk, BAGS.query)
    return desk


def live_a_day(desk: Desk) -> None:
    from vopt_lib.desk.follow import follows

    for follow in follows(desk):
        collect(desk, follow)
    refine_day(desk)
    publish_day(desk)


def test_a_fresh_vopt_says_where_to_start(desk: Desk) -> None:
    assert lines(desk, EN) == [
        "There is no published data yet. Start with `vopt demo`, `vopt ingest FILE` or `vopt follow add`."
    ]
    now = status_of(desk)
    assert (now.published_at, now.newest_day, now.collected_at, now.sightings, now.follows) == (None, None, None, 0, [])


def test_a_collected_day_is_told_with_its_moment_and_share(following: Desk) -> None:
    live_a_day(following)
    now = status_of(following)
    assert now.newest_day == "2026-11-01"
    assert now.collected_at is not None
    assert START <= now.collected_at < START + timedelta(days=1)
    assert (now.follows[0].last_outcome, now.follows[0].share_seen, now.follows[0].last_error) == ("done", 1.0, None)
    told = lines(following, IT)
    assert told[0].startswith("Dati aggiornati al 1 nov 2026 ")
    assert told[0].endswith("il giorno più recente è 1 nov 2026.")
    assert told[-1].startswith("• Borse (Donna), 1 nov 2026 ")
    assert told[-1].endswith("100% del mercato")


def test_data_that_grew_old_says_so(following: Desk, on_day: Callable[[int], None]) -> None:
    live_a_day(following)
    assert not any("Nothing has come in" in line for line in lines(following, EN))
    on_day(2)
    assert any(line.startswith("Nothing has come in since 1 Nov 2026 ") for line in lines(following, EN))
    set_paused(following, "borse", paused=True)
    assert not any("Nothing has come in" in line for line in lines(following, EN))
    assert lines(following, EN)[-1].startswith("• Borse (Donna) (paused), ")


def test_a_rest_and_a_day_held_back_are_told(
    following: Desk, market: RunningSimulator, on_day: Callable[[int], None]
) -> None:
    live_a_day(following)
    on_day(1)
    market.switch_on("challenge_datadome:1@catalogue")
    live_a_day(following)
    now = status_of(following)
    assert now.resting_until is not None
    assert now.resting_until > following.clock.now()
    assert (
        now.held_back
        == "Not published, because “Borse (Donna)” could not be collected. What was there before stays visible."
    )
    told = "\n".join(lines(following, EN))
    assert "Collecting rests until " in told
    assert "Not published, because “Borse (Donna)” could not be collected." in told
    assert "nothing collected. " in told


def test_what_was_checked_is_told(following: Desk, market: RunningSimulator, on_day: Callable[[int], None]) -> None:
    live_a_day(following)
    assert status_of(following).checks_failed == 0
    [checked] = [line for line in lines(following, EN) if line.startswith("Checked 1 Nov 2026 ")]
    assert checked.endswith(" checks passed.")
    on_day(1)
    market.switch_on("other_currency")
    live_a_day(following)
    now = status_of(following)
    assert now.checks_failed > 0
    assert now.held_back
    assert now.held_back.startswith("100% of today's prices are in PLN instead of EUR")
    assert any(line.endswith(" failed.") for line in lines(following, EN))


def test_the_days_report_is_markdown_in_her_language(following: Desk, market: RunningSimulator) -> None:
    assert day_report(following, EN) == "Nothing has run yet."
    market.switch_on("timeout_504:2@catalogue")
    live_a_day(following)
    report = day_report(following, IT)
    assert report.startswith("# 1 nov 2026\n\n- Borse (Donna): ")
    assert "## Che cosa è andato storto e come è stato risolto" in report
    assert "vopt richiede" in report
    assert "0 secondi" not in report
