"""This is where the first page is put into words: its answer, the week's figures, what ran, and how to start."""

from __future__ import annotations

import polars as pl

from vopt_lib.desk import permission
from vopt_lib.desk.home import Home
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.runs import Run, headline, outcome
from vopt_lib.market.totals import Week, newest_week, trend
from vopt_lib.schema.home_page import FirstStep
from vopt_lib.schema.tile import Tile
from vopt_lib.words import N_, Words


def answer(now: Home, words: Words, parcels: int = 0) -> str:
    """The page in a few words: whether anything waits for her, what is watched, what moved most.

    parcels: how many sales wait to be sent.
    """
    if now.trouble is not None:
        return words.say(N_("Your market cannot be shown right now."))
    if now.is_empty:
        return words.say(N_("Welcome. A few steps, and you see what things cost."))
    watched = words.count(N_("You watch {n} listing on sale."), N_("You watch {n} listings on sale."), now.on_sale)
    return " ".join(filter(None, (_lead(now, parcels, words), watched, _moved_most(now, words))))


def figures(now: Home, words: Words) -> list[Tile]:
    """What matters of the week; empty where no whole catalogue or brand is followed."""
    totals = now.market.totals
    if totals.is_empty():
        return []
    seen = newest_week(totals, "seen")
    on_sale = Tile(
        words.say(N_("On sale")),
        words.number(now.on_sale),
        words.say(N_("listings")),
        change=seen.change if seen else None,
        trend=trend(totals, "seen"),
        href="/market",
    )
    counted = {
        "new": N_("New in a week"),
        "gone": N_("Gone in a week"),
        "price_cuts": N_("Price cuts in a week"),
    }
    return [on_sale, *(_weekly(now, name, words.say(title), words) for name, title in counted.items())]


def ran(now: Home, words: Words) -> pl.DataFrame:
    """What ran lately, newest first. Returns: at (datetime, UTC), what (text)."""
    rows = [(run.ended_at, run_told(run, words)) for run in now.runs]
    return pl.DataFrame(rows, schema={"at": pl.Datetime("us", "UTC"), "what": pl.String}, orient="row")


def steps(desk: Desk, now: Home, words: Words, market: str = "it") -> list[FirstStep]:
    """What to do first, in this order, and what of it is done; nothing once there is something to see and to follow."""
    if now.trouble is not None or (now.is_followed and not now.is_empty):
        return []
    found = [
        FirstStep(
            words.say(N_("Follow a search")),
            words.say(N_("Choose what you sell: a category, a brand, or a search that you copy from Vinted.")),
            words.say(N_("Choose a search")),
            now.is_followed,
        )
    ]
    if desk.site(market).is_real:
        found.append(
            FirstStep(
                words.say(N_("Agree to the conditions")),
                words.say(N_("vopt looks at Vinted slowly and politely, and only once you allow it.")),
                words.say(N_("Read the conditions")),
                permission.is_given(desk, market),
            )
        )
    return [
        *found,
        FirstStep(
            words.say(N_("Collect")),
            words.say(N_("vopt reads the listings and works out the prices. Then you see them here.")),
            words.say(N_("Collect now")),
            is_done=False,
        ),
    ]


def _lead(now: Home, parcels: int, words: Words) -> str:
    waiting = parcels + sum(one.waits_for_her for one in now.noticed)
    if waiting:
        return words.count(N_("One thing waits for you."), N_("{n} things wait for you."), waiting)
    if any(one.kind == "collecting" for one in now.noticed):
        return words.say(N_("New listings are coming in right now."))
    return words.say(N_("Nothing waits for you.") if now.noticed else N_("Everything is up to date."))


def _moved_most(now: Home, words: Words) -> str:
    """The catalogue that moved most, else the brand, of those that moved by more than chance."""
    sure = now.market.moved.filter("is_sure")
    moved = sure.sort(pl.col("is_brand"), pl.col("change").abs(), descending=[False, True])
    if moved.is_empty():
        return words.say(N_("No price moved by more than chance this week.")) if now.market.has_movements else ""
    title, change = moved.select("title", "change").row(0)
    sentence = (
        N_("Prices of {name} rose {share} this week.") if change > 0 else N_("Prices of {name} fell {share} this week.")
    )
    return words.say(sentence, name=title, share=words.percent(abs(change)))


def _weekly(now: Home, name: str, title: str, words: Words) -> Tile:
    week, known = newest_week(now.market.totals, name), trend(now.market.totals, name)
    if week is None:
        return Tile(title, "–", detail=words.say(N_("known after a week")), trend=known, href="/market")
    return Tile(
        title,
        words.number(week.count),
        words.say(N_("listings")),
        _until(week, now, words),
        week.change,
        trend=known,
        href="/market",
    )


def _until(week: Week, now: Home, words: Words) -> str:
    """Up to which day it counts, where that is not the newest: what is gone is known after three days without it."""
    return "" if week.until == now.newest_day else words.say(N_("up to {day}"), day=week.until)


def run_told(run: Run, words: Words) -> str:
    """One line of what a run did."""
    if run.kind == "ingest":
        return f"{words.say(N_('Saved pages'))}: {outcome(run, words)}"
    if run.kind == "publish":
        return words.error(run.error) if run.error else words.say(N_("New figures were put on the pages."))
    return headline(run, words)
