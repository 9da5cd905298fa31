"""This is where runs and figures become text that a seller reads: a day's report, and the summary of the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.runs import Run, headline
from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.words import N_, Words

TREND_DAYS = 7  # movement compares the newest week with the week before, so that weekdays cancel out


def newest_runs(desk: Desk, kind: str | None = None, limit: int = 50) -> list[Run]:
    """The newest runs, newest first."""
    rows = desk.lake.scan("run", version="newest")
    if kind:
        rows = rows.filter(pl.col("kind") == kind)
    return [
        Run.from_row(row) for row in rows.sort("ended_at", descending=True).head(limit).collect().iter_rows(named=True)
    ]


def day_report(desk: Desk, words: Words) -> str:
    """Markdown of what the newest day's runs did, from the `run` rows alone."""
    runs = newest_runs(desk)
    if not runs:
        return words.say(N_("Nothing has run yet."))
    day = runs[0].started_at.date()
    todays = [run for run in reversed(runs) if run.started_at.date() == day]
    lines = [f"# {words.day(day)}", ""]
    lines += [f"- {headline(run, words)}" for run in todays if run.kind == "collect"]
    held = [run for run in todays if run.outcome == "held_back" and run.error]
    lines += ["", *(words.error(run.error) for run in held if run.error)] if held else []
    events = [event for run in todays for event in run.events]
    if events:
        lines += ["", "## " + words.say(N_("What went wrong and how it was handled")), ""]
        lines += [f"- {event_line(event, words)}" for event in events]
    return "\n".join(lines) + "\n"


def event_line(event: Mapping[str, object], words: Words) -> str:
    """One event of a run as a sentence."""
    facts = event.get("facts")
    return words.say(str(event["what"]), **(facts if isinstance(facts, dict) else {}))


def catalogue_movement(desk: Desk) -> pl.DataFrame:
    """Each catalogue's newest median asked price and its movement against the week before.

    Returns: source, market, catalog_id, day (Date), seen, price_eur_median (EUR), change (share; null when either
    week has no price), new and gone in the newest week. Grain: one catalogue.
    """
    days = desk.lake.scan("catalog_day").collect()
    if days.is_empty():
        return days.select("source", "market", "catalog_id", "day", "seen", "price_eur_median").with_columns(
            change=pl.lit(None, pl.Float64), new=pl.lit(None, pl.Int64), gone=pl.lit(None, pl.Int64)
        )
    newest = days["day"].max()
    assert newest is not None
    week = (pl.lit(newest) - pl.col("day")).dt.total_days() // TREND_DAYS
    median = pl.col("price_eur_median")
    return (
        days.with_columns(week=week)
        .group_by("source", "market", "catalog_id")
        .agg(
            pl.col("day").max(),
            pl.col("seen").sort_by("day").last(),
            median.sort_by("day").last(),
            change=median.filter(pl.col("week") == 0).mean() / median.filter(pl.col("week") == 1).mean() - 1,
            new=_week_sum("new"),
            gone=_week_sum("gone"),
        )
        .sort("source", "market", "catalog_id")
    )


def _week_sum(name: str) -> pl.Expr:
    """Sum over the newest week's days that are known; null when none is."""
    days = pl.col(name).filter(pl.col("week") == 0).drop_nulls()
    return pl.when(days.len() > 0).then(days.sum())


def demo_summary(desk: Desk, words: Words) -> list[str]:
    """What the demo collected, what things cost and how that moved, and what went wrong: lines for a seller."""
    runs = newest_runs(desk, limit=10_000)
    collected = [run for run in runs if run.kind == "collect"]
    return [
        "",
        _collected_line(desk, collected, words),
        "",
        *_price_lines(desk, words),
        "",
        words.say(N_("What went wrong, and how it was handled:")),
        *_trouble_lines(runs, words),
        "",
    ]


def _collected_line(desk: Desk, collected: Sequence[Run], words: Words) -> str:
    seen = desk.lake.scan("listing_seen").select(pl.len(), ids=pl.col("listing_id").n_unique()).collect().row(0)
    return words.say(
        N_("{sightings} sightings of {listings} different listings, on {pages} pages with {requests} requests."),
        sightings=seen[0],
        listings=seen[1],
        pages=sum(run.pages for run in collected),
        requests=sum(run.requests for run in collected),
    )


def _price_lines(desk: Desk, words: Words) -> list[str]:
    titles = {node.catalog_id: node.path for node in catalogue_nodes()}
    lines = []
    for row in catalogue_movement(desk).iter_rows(named=True):
        if row["price_eur_median"] is None:
            continue
        line = words.say(
            N_("{catalogue}: median asked price {price}, {seen} on sale"),
            catalogue=titles.get(row["catalog_id"], str(row["catalog_id"])),
            price=words.money(row["price_eur_median"]),
            seen=row["seen"],
        )
        if row["change"] is not None:
            line += ", " + words.say(N_("{change} in a week"), change=_signed_percent(row["change"], words))
        if row["new"] is not None:
            line += ", " + words.say(N_("{n} new in 7 days"), n=row["new"])
        if row["gone"] is not None:
            line += ", " + words.say(N_("{n} gone"), n=row["gone"])
        lines.append("• " + line)
    return lines


def _trouble_lines(runs: Sequence[Run], words: Words) -> list[str]:
    """Each kind of trouble once per day, oldest first."""
    told = [
        (run.started_at.date(), text)
        for run in sorted(runs, key=lambda run: run.started_at)
        for text in [
            *(event_line(event, words) for event in run.events),
            *([words.error(run.error)] if run.error else []),
        ]
    ]
    lines = [f"• {words.day(day)}: {text}" for day, text in dict.fromkeys(told)]
    return lines or ["• " + words.say(N_("nothing"))]


def _signed_percent(share: float, words: Words) -> str:
    return ("+" if share > 0 else "") + words.percent(share, 1)
