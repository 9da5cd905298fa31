"""This is where the demo's days become a page that a seller reads: what came in, what things cost, what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import polars as pl

from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.report import event_line
from vopt_lib.desk.runs import Run
from vopt_lib.errors import Challenged, CollectingPaused
from vopt_lib.market.movement import movements as movements_of
from vopt_lib.schema.queries import CatalogueQuery, Follow
from vopt_lib.words import N_, Words

USUAL = 3  # what is noticed on more days than this is no trouble but how this market is
TOLD_BY_EVENTS = (Challenged, CollectingPaused)


@dataclass(frozen=True)
class Movement:
    """What one followed search costs and how that moves; amounts in EUR, counts over the newest week.

    median: asked price, of the newest day. change: mean of the daily medians of the newest week against the week
    before, as a share. None: not known.
    """

    name: str
    median: float | None
    change: float | None
    seen: int | None
    new: int | None
    gone: int | None


def movements(desk: Desk) -> list[Movement]:
    """Each follow's prices, in the order followed; of a narrower search those of its brand."""
    days = desk.lake.scan("catalog_day").collect()
    brands = desk.lake.scan("brand_day").collect()
    return [movement(follow_title(follow.query), _days_of(follow, days, brands)) for follow in follows(desk)]


def movement(name: str, days: pl.DataFrame) -> Movement:
    """The movement in these days. Needs: what market.movement.movements needs. Grain: one row per day."""
    if days.is_empty():
        return Movement(name, None, None, None, None, None)
    row = movements_of(days.with_columns(name=pl.lit(name)), by=("name",)).row(0, named=True)
    return Movement(**{field: row[field] for field in Movement.__dataclass_fields__})


def follow_title(query: CatalogueQuery) -> str:
    """A search in the reader's eyes: the catalogue's path, then what narrows it."""
    path = [query.catalog.title] if query.catalog else []
    narrowed = ["/".join(term.title for term in terms) for terms in (query.brands, query.sizes) if terms]
    return " · ".join([*path, *narrowed, *([query.search_text] if query.search_text else [])])


def collected_lines(desk: Desk, runs: Sequence[Run], words: Words) -> list[str]:
    """How much was collected, and what is always so."""
    collected = [run for run in runs if run.kind == "collect"]
    seen = desk.lake.scan("listing_seen").select(pl.len(), ids=pl.col("listing_id").n_unique()).collect().row(0)
    first = words.say(
        N_("{listings} different listings, seen {sightings} times on {pages} pages ({requests} requests)."),
        listings=seen[1],
        sightings=seen[0],
        pages=sum(run.pages for run in collected),
        requests=sum(run.requests for run in collected),
    )
    return [first, *(words.say(N_("On most days: {what}"), what=text) for text in _usual(collected, words))]


def trouble_lines(runs: Iterable[Run], late: Iterable[date], words: Words) -> list[str]:
    """What went wrong and how it was handled, each thing once, day by day."""
    known = sorted(runs, key=lambda run: run.started_at)
    usual = _usual(known, words)
    told = {day: [words.say(N_("Its data came a day late. It was sorted in where it belongs."))] for day in late}
    for day, todays in groupby(known, lambda run: run.started_at.date()):
        told.setdefault(day, [])
        told[day] += _day_troubles(list(todays), usual, words)
        if any(_is_held_back(run) for run in known if run.started_at.date() == day):
            told[day] += _aftermath(day, known, words)
    return [f"{words.day(day)}: {' '.join(lines)}" for day, lines in sorted(told.items()) if lines]


def _days_of(follow: Follow, days: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    query = follow.query
    catalog_id = query.catalog.id if query.catalog else None
    if query.brands:
        names = [brand.title for brand in query.brands[:1]]
        return brands.filter((pl.col("catalog_id") == catalog_id) & pl.col("brand").is_in(names))
    return days.filter(pl.col("catalog_id") == catalog_id)


def _is_held_back(run: Run) -> bool:
    """Whether a day was; a price model may be, too."""
    return run.kind == "publish" and run.outcome == "held_back"


def _usual(runs: Iterable[Run], words: Words) -> list[str]:
    """What was noticed on so many days that it is no trouble."""
    days = Counter(text for _, text in {(run.started_at.date(), text) for run in runs for text in _events(run, words)})
    return [text for text, count in days.items() if count > USUAL]


def _day_troubles(runs: Sequence[Run], usual: Sequence[str], words: Words) -> list[str]:
    texts = Counter(text for run in runs for text in _events(run, words) if text not in usual)
    lines = [_repeated(text, n, words) for text, n in texts.items()]
    errors = [run.error for run in runs if run.kind == "collect" and run.error]
    lines += dict.fromkeys(words.error(error) for error in errors if not isinstance(error, TOLD_BY_EVENTS))
    return lines


def _repeated(text: str, times: int, words: Words) -> str:
    return text if times == 1 else words.say(N_("{what} ({n} times)."), what=text.rstrip("."), n=times)


def _aftermath(day: date, runs: Sequence[Run], words: Words) -> list[str]:
    """What a day that was held back meant, and when it came out."""
    collecting = [run for run in runs if run.kind == "collect" and run.started_at.date() == day]
    missing = sum(run.outcome != "done" for run in collecting)
    lines = [
        words.say(N_("What it brought looked wrong; the day was held back."))
        if not missing
        else words.count(
            N_("{n} of {all} searches was not collected in full; the day was held back."),
            N_("{n} of {all} searches were not collected in full; the day was held back."),
            missing,
            all=len(collecting),
        )
    ]
    published = [run for run in runs if run.kind == "publish" and run.outcome == "done"]
    after = next((run.started_at.date() for run in published if run.started_at.date() > day), None)
    if after is not None:
        lines.append(words.say(N_("What it had was published with {day}."), day=after))
    return lines


def _events(run: Run, words: Words) -> list[str]:
    return [event_line(_for_readers(event), words) for event in run.troubles]


def _for_readers(event: Mapping[str, object]) -> Mapping[str, object]:
    """An event that names the site as a person does, and not the computer that answered."""
    facts = event.get("facts")
    return {**event, "facts": {**facts, "host": N_("The site")}} if isinstance(facts, dict) else event
