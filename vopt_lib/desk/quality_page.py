"""This is where the page of data quality gets what it tells: checks, coverage and its gaps, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from vopt_lib.desk.follow import follows
from vopt_lib.desk.gaps import gaps
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.desk.last_evaluation import evaluation_told
from vopt_lib.desk.progress import prices_at
from vopt_lib.desk.report import published_at
from vopt_lib.desk.runs import Run, error_from
from vopt_lib.errors import NothingPublished, VoptError
from vopt_lib.market.ages import age_error, searches, uploads_told
from vopt_lib.market.catalogues import ancestors
from vopt_lib.market.exposures import missed_share
from vopt_lib.quality.report import kept as kept_reports
from vopt_lib.schema.contract import REASONS
from vopt_lib.schema.quality import CHECKS, Finding, QualityReport, Result
from vopt_lib.schema.quality_page import Cell, Covered, QualityPage
from vopt_lib.schema.queries import Follow
from vopt_lib.schema.searches import Told
from vopt_lib.schema.tables import UTC_TIME
from vopt_lib.schema.tile import Tile
from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.words import N_, Words

SHOWN_DAYS: Final = 30
SHOWN_ROUNDS: Final = 30

_DRIFTS = pl.Schema(
    [
        *(("name", pl.String), ("listings", pl.Int64), ("before", pl.Int64)),
        *(("median_change", pl.Float64), ("psi", pl.Float64), ("before_on", pl.Date)),
    ]
)

RESULTS: Mapping[Result, str] = {
    "passed": N_("passed"),
    "warned": N_("warning"),
    "failed": N_("failed"),
    "untold": N_("too little to tell"),
}


def quality_page(desk: Desk, words: Words, market: str = "it") -> QualityPage:
    """What the page of data quality shows now. Whatever goes wrong is told as its trouble."""
    try:
        return _page(desk, words, market)
    except VoptError as trouble:
        return QualityPage(trouble=trouble)


def _page(desk: Desk, words: Words, market: str) -> QualityPage:
    today = desk.clock.now().date()
    days = [today - timedelta(days=back) for back in range(SHOWN_DAYS - 1, -1, -1)]
    runs, reports = _runs(desk, market, days[0]), kept_reports(desk.paths.quality)
    newest = reports[-1] if reports else None
    watched = [follow for follow in follows(desk) if follow.query.market == market]
    return QualityPage(
        published_at=published_at(desk),
        newest_day=max((run.started_at.date() for run in runs if run.rows), default=None),
        verdict=_verdict(newest, words) if newest else None,
        checks=_checks(newest, words) if newest else None,
        rounds=_rounds(reports, words) if newest else None,
        drifts=_drifts(newest) if newest and newest.searches else None,
        days=days,
        covered=tuple(_covered(watched, runs, days, words)),
        gaps=gaps(desk, runs, watched, days=days, words=words),
        refused=_refused(runs, words),
        tiles=_tiles(desk, market, runs, words),
        evaluated=evaluation_told(desk, words),
        has_docs=(desk.paths.quality_docs / "index.html").is_file(),
    )


def _runs(desk: Desk, market: str, since: date) -> list[Run]:
    """What was collected and visited since a day, oldest first; what is not published yet, too."""
    rows = desk.lake.scan("run", version="newest").filter(
        pl.col("started_at").dt.date() >= since,
        pl.col("kind").is_in(["collect", "recheck", "ingest"]),
        pl.col("market") == market,
    )
    return [Run.from_row(row) for row in rows.sort("started_at").collect().iter_rows(named=True)]


# Checks


def _verdict(report: QualityReport, words: Words) -> Told:
    error = _error(report)
    if error is not None:
        return Told(words.error(error), "bad")
    passed, warned = report.count("passed"), report.count("warned")
    good = words.count(N_("The newest day passed its {n} check."), N_("The newest day passed all {n} checks."), passed)
    if not warned:
        return Told(good, "good")
    odd = words.count(
        N_("The newest day is published. {n} check looks unusual: see below."),
        N_("The newest day is published. {n} checks look unusual: see below."),
        warned,
    )
    return Told(odd, "warn")


def _error(report: QualityReport) -> VoptError | None:
    import orjson

    return error_from(report.error, orjson.dumps(report.error_facts).decode())


def _checks(report: QualityReport, words: Words) -> pl.DataFrame:
    """The checks of a round; those that broke come first."""
    order = {"failed": 0, "warned": 1, "passed": 2, "untold": 3}
    found = sorted(report.findings, key=lambda one: (order[one.result], list(CHECKS).index(one.check)))
    rows = [
        (
            words.say(CHECKS[one.check].title),
            words.say(CHECKS[one.check].loud),
            words.say(RESULTS[one.result]),
            one.result,
            _detail(one, report, words),
        )
        for one in found
    ]
    return pl.DataFrame(rows, schema=["title", "loud", "result", "kind", "detail"], orient="row")


def _detail(found: Finding, report: QualityReport, words: Words) -> str:
    check = CHECKS[found.check]
    if found.result == "untold":
        return ""
    if check.table == "crawl_coverage":
        held = words.count(N_("{n} search compared"), N_("{n} searches compared"), found.rows)
        names = ", ".join(report.searches[place].name for place in found.culprits if place < len(report.searches))
        return f"{held}: {names}" if names else held
    rows = words.count(N_("{n} row"), N_("{n} rows"), found.rows)
    if check.kind == "rows":
        return rows
    # Rounded down: one row of ten thousand that breaks it is not all of them.
    share = words.percent(int(found.kept_share * 1000) / 1000, 0 if not found.broken else 1)
    return words.say(N_("{share} of {rows}"), share=share, rows=rows)


def _rounds(reports: Sequence[QualityReport], words: Words) -> pl.DataFrame:
    """Every round of checks that is remembered, newest first."""
    rows = []
    for report in reversed(reports[-SHOWN_ROUNDS:]):
        error = _error(report)
        told = words.error(error) if error else words.say(N_("published"))
        rows.append((report.checked_at, *(report.count(result) for result in ("passed", "warned", "failed")), told))
    counted = [(name, pl.Int64) for name in ("passed", "warned", "failed")]
    return pl.DataFrame(rows, schema=pl.Schema([("at", UTC_TIME), *counted, ("told", pl.String)]), orient="row")


def _drifts(report: QualityReport) -> pl.DataFrame:
    rows = [
        (
            one.name,
            one.listings,
            one.listings_before,
            one.median_ratio - 1 if one.median_ratio is not None else None,
            one.psi,
            date.fromisoformat(one.before_on) if one.before_on else None,
        )
        for one in report.searches
    ]
    return pl.DataFrame(rows, schema=_DRIFTS, orient="row").sort("name")


# Coverage


def _covered(watched: Iterable[Follow], runs: Sequence[Run], days: Sequence[date], words: Words) -> Iterator[Covered]:
    """Every search that is followed, and what it saw on each day."""
    for follow in watched:
        own = [run for run in runs if run.follow_id == follow.id]
        cells = [_cell([run for run in own if run.started_at.date() == day], day, words) for day in days]
        yield Covered(follow.name, _href(follow), cells)


def _href(follow: Follow) -> str | None:
    return prices_at(follow.query.market, follow.query.catalog.id if follow.query.catalog else None)


def _cell(runs: Sequence[Run], day: date, words: Words) -> Cell:
    if not runs:
        return Cell("none", None, words.say(N_("{day}: not collected"), day=day))
    brought = [run for run in runs if run.rows or run.is_exhaustive]
    if not brought:
        return Cell("failed", None, words.say(N_("{day}: nothing came in"), day=day))
    best = max(brought, key=lambda run: (bool(run.is_exhaustive), run.share_seen or 0.0))
    whole = bool(best.is_exhaustive)
    sentence = N_("{day}: searched whole") if whole else N_("{day}: searched in part")
    told = words.say(sentence, day=day)
    if best.share_seen is not None:
        told += ", " + words.say(N_("{share} of the market seen"), share=words.percent(min(best.share_seen, 1.0)))
    return Cell("whole" if whole else "part", best.share_seen, told)


def _refused(runs: Sequence[Run], words: Words) -> pl.DataFrame:
    """How many rows were refused, by reason, most first."""
    counted: dict[str, int] = {}
    for run in runs:
        for reason, rows in run.rejects_by_reason.items():
            counted[reason] = counted.get(reason, 0) + rows
    most = sorted(counted.items(), key=lambda one: -one[1])
    told = [(words.say(REASONS.get(reason, reason)), count) for reason, count in most]
    return pl.DataFrame(told, schema={"reason": pl.String, "rows": pl.Int64}, orient="row")


# What is not known


def _tiles(desk: Desk, market: str, runs: Sequence[Run], words: Words) -> list[Tile]:
    met = sum(run.rows + run.rejected for run in runs)
    if not met:
        return []
    visits = [run for run in runs if run.kind == "recheck"]
    try:
        proven, missed, age = _known(read_published(desk, market), runs[0].started_at.date())
    except NothingPublished:
        proven, missed, age = 0, None, {}
    pages = words.number(sum(run.pages for run in visits))
    refused = words.percent(sum(run.rejected for run in runs) / met, 1)
    ages = age.get("median_days")
    return [
        Tile(
            words.say(N_("Refused rows")), refused,
            detail=words.count(N_("of {n} row in 30 days"), N_("of {n} rows in 30 days"), met),
        ),
        Tile(
            words.say(N_("Pages visited")), pages,
            detail=words.count(N_("{n} sale proven in 30 days"), N_("{n} sales proven in 30 days"), proven),
        ),
        Tile(
            words.say(N_("What searches miss")), words.percent(missed, 1) if missed is not None else "–",
            detail=words.say(N_("of the listings that they should show")),
        ),
        Tile(
            words.say(N_("Age of a listing")),
            f"± {words.number(ages, 1)}" if ages is not None else "–",
            words.say(N_("days")) if ages is not None else "",
            words.say(N_("half of the ages told by ids are nearer")) if ages is not None
            else words.say(N_("not enough pages were visited to tell")),
        ),
    ]  # fmt: skip


@kept
def _known(reading: Reading, since: date) -> tuple[int, float | None, Mapping[str, float | None]]:
    """Sales proven since a day, the share that searches miss, and the error of ages (`ages.age_error`)."""
    ended = reading.scan("listing_ended").filter(pl.col("ended_month") >= f"{since:%Y-%m}", pl.col("gone_on") >= since)
    proven = ended.filter(pl.col("evidence") == "sold").select(pl.len()).collect().item()
    coverage = reading.scan("crawl_coverage").filter(pl.col("day") >= since).collect()
    columns = ("source", "market", "leaf_catalog_id", "first_seen_on", "last_seen_on", "days_seen")
    live = reading.scan("listing_live").select(columns)
    spells = pl.concat([live, ended.select(columns)]).filter(pl.col("first_seen_on") >= since).collect()
    leaves = spells["leaf_catalog_id"].drop_nulls().unique().to_list()
    searched = searches(coverage, leaves, catalogues=ancestors(catalogue_nodes()))
    pages = reading.scan("listing_seen").filter(pl.col("day") >= since, pl.col("shape") == "item-page")
    uploads = uploads_told(pages.select("source", "listing_id", "observed_at", "uploaded_at").collect())
    missed = missed_share(spells, searched) if searched.height else None
    return proven, missed, age_error(uploads).row(0, named=True)
