"""This is where a made-up market is watched for some weeks, as a real one would be, and then held against its truth."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any, Final

import polars as pl

from vopt_lib.desk.collect import collect
from vopt_lib.desk.comparables import read_book
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, make_folders, open_desk
from vopt_lib.desk.publish import refine_day
from vopt_lib.desk.recheck import recheck
from vopt_lib.desk.services import READY_WITHIN_S, opened, simulator
from vopt_lib.desk.watching import watched
from vopt_lib.market.ages import age_error
from vopt_lib.market.catalogues import ancestors
from vopt_lib.market.deals import deals
from vopt_lib.market.evaluation import (
    deals_against_truth,
    groups_against_truth,
    plainer_medians,
    proofs_against_truth,
    score,
    true_median_days,
)
from vopt_lib.market.survival import median_days
from vopt_lib.paths import Paths
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term
from vopt_lib.schema.survival import Interval, Lack
from vopt_lib.schema.tables import UTC_TIME
from vopt_lib.schema.vinted_terms import CatalogueNode, catalogue_nodes
from vopt_lib.simulator.clock import SimulatorClock
from vopt_lib.simulator.generate import ON_SALE_AT_ONCE
from vopt_lib.sources.vinted.pacing import Pacing

START: Final = datetime(2026, 9, 1, 7, tzinfo=UTC)
MARKET: Final = "it"
HOUR: Final = timedelta(hours=1)
MOST_ROUNDS: Final = 22
MADE_WITHIN_S: Final = 10.0  # for each 8,000 listings: a tenth of that on a quiet machine
SMALL_CATALOGUES: Final = 3
GROUPED_BY: Final = ("brand", "condition_id", "main_catalog_id")

OnDay = Callable[[int], None]


@dataclass(frozen=True)
class Evaluation:
    """How right we are about one made-up market.

    All days to sell are medians in days, `told` with its 80 % interval, or None and what is `lacking`. `groups` is
    `evaluation.score`, `plainer` what other ways tell, `sales` `evaluation.proofs_against_truth`, `ages`
    `ages.age_error`, `deals` `evaluation.deals_against_truth`.
    """

    seed: int
    days: int
    dropped: float
    family: str
    listings: int
    sightings: int
    pages: int
    missed_share: float
    true_days: float | None
    told_days: Interval | None
    lacking: Lack | None
    plainer: Mapping[str, float | None]
    groups: Mapping[str, float | int | None]
    sales: Mapping[str, float | int | None]
    ages: Mapping[str, float | int | None]
    deals: Mapping[str, float | int | None]

    def as_json(self) -> str:
        """The same for programs."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)


@dataclass(frozen=True)
class Trial:
    """The market to be watched: its seed, for how many days, the share of sightings dropped, how many times 8,000
    listings it holds, and the pages of listings that may be visited in a day.

    requests_a_day: None, and every catalogue is searched whole every day, without a pause; or so many, at the pace that
    a real site gets: of each main catalogue the newest, and some small catalogues whole.
    """

    seed: int
    days: int
    dropped: float = 0.0
    scale: float = 1.0
    pages_a_day: int = 360
    requests_a_day: int | None = None


def evaluate_market(trial: Trial, *, on_day: OnDay = lambda day: None) -> Evaluation:
    """Watch a fresh market of this seed, every catalogue whole every day, through the same jobs as a real one.

    Raises: ServiceError, when the simulator does not start; LakeError.
    """
    with tempfile.TemporaryDirectory(prefix="vopt-evaluate-") as folder:
        data = Path(folder)
        paths = Paths(data, str(data / "lake"))
        make_folders(paths, [paths.locks])
        options = [
            *("--port", "0", "--seed", str(trial.seed), "--days", str(trial.days), "--scale", str(trial.scale)),
            *("--start", START.date().isoformat(), "--missed-share", str(trial.dropped), "--truth", "--no-promoted"),
        ]
        with simulator(paths, options, within_s=READY_WITHIN_S + trial.scale * MADE_WITHIN_S) as market:
            hosts = {f"vinted_{name}": f"http://{name}.vinted.localhost:{market.port}" for name in ("www", "api")}
            given: dict[str, Any] = {"data": data, "lake": str(data / "lake"), **hosts}
            desk = open_desk(**given)
            _watch(desk, trial, on_day)
            return _told(desk, trial, _truth(market.port))


def _watch(desk: Desk, trial: Trial, on_day: OnDay) -> None:
    clock = SimulatorClock(desk.site(MARKET).www)
    way = _Freely(desk) if trial.requests_a_day is None else _Politely(desk, clock, trial.requests_a_day)
    follows = [add_follow(desk, CatalogueQuery(MARKET, Term(node.catalog_id, node.path))) for node in way.catalogues()]
    for day in range(trial.days):
        clock.move_to(START + timedelta(days=day))
        way.search(follows)
        refine_day(desk)
        clock.move_to(START + timedelta(days=day) + HOUR)
        way.visit(trial.pages_a_day)
        refine_day(desk)
        on_day(day + 1)


def _roots() -> list[CatalogueNode]:
    return [node for node in catalogue_nodes() if node.parent_id is None]


@dataclass(frozen=True)
class _Freely:
    """Everything is searched whole, without a pause."""

    desk: Desk

    def catalogues(self) -> list[CatalogueNode]:
        return _roots()

    def search(self, follows: Sequence[Follow]) -> None:
        for follow in follows:
            collect(self.desk, follow)

    def visit(self, pages: int) -> None:
        recheck(self.desk, MARKET, pages=pages)


@dataclass(frozen=True)
class _Politely:
    """At the pace that a real site gets: what the day's requests and the hour allow."""

    desk: Desk
    clock: SimulatorClock
    requests_a_day: int

    def catalogues(self) -> list[CatalogueNode]:
        return [*_roots(), *_small_catalogues()]

    def search(self, follows: Sequence[Follow]) -> None:
        requests = self.requests_a_day
        for follow in follows:
            pacing = replace(Pacing.polite(self.desk.settings), requests_per_run=requests)
            requests -= collect(replace(self.desk, pacing=pacing), follow).requests
            if requests <= 0:
                break

    def visit(self, pages: int) -> None:
        """Hour by hour, as many in each as a real site gets."""
        polite = replace(self.desk, pacing=Pacing.polite(self.desk.settings))
        begun, an_hour = self.clock.now(), self.desk.settings.item_pages_per_hour
        for hour in range(min(ceil(pages / an_hour), MOST_ROUNDS)):
            self.clock.move_to(begun + hour * HOUR)
            recheck(polite, MARKET, pages=min(an_hour, pages - hour * an_hour))


def _small_catalogues() -> list[CatalogueNode]:
    """A few of those that are never crowded."""
    parents, busy = {node.parent_id for node in catalogue_nodes()}, ON_SALE_AT_ONCE
    leaves = [node for node in catalogue_nodes() if node.catalog_id not in parents]
    return [node for node in leaves if not node.path.startswith(tuple(busy))][:SMALL_CATALOGUES]


def _truth(port: int) -> dict[str, Any]:
    with opened(f"http://127.0.0.1:{port}/__truth__", timeout_s=60) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def _told(desk: Desk, trial: Trial, truth: Mapping[str, Any]) -> Evaluation:
    known = watched(desk, MARKET, version="newest")
    exposures = known.exposures().pipe(_with_main_catalogue, "leaf_catalog_id")
    listings = _listings(truth).pipe(_with_main_catalogue, "catalog_id")
    born = listings.filter(pl.col("listed_at").is_between(START, START + timedelta(days=trial.days), closed="left"))
    median = median_days(exposures)
    seen = desk.lake.scan("listing_seen", version="newest")
    pages = seen.filter(pl.col("shape") == "item-page").select("listing_id", "observed_at").collect()
    return Evaluation(
        seed=trial.seed,
        days=trial.days,
        dropped=trial.dropped,
        family=truth["family"],
        listings=known.spells["listing_id"].n_unique(),
        sightings=seen.select(pl.len()).collect().item(),
        pages=pages.height,
        missed_share=known.missed_share,
        true_days=true_median_days(born, truth["unsold_days"]),
        told_days=median if isinstance(median, Interval) else None,
        lacking=median if isinstance(median, Lack) else None,
        plainer=plainer_medians(exposures),
        groups=score(groups_against_truth(exposures, born, truth["unsold_days"], by=GROUPED_BY)),
        sales=proofs_against_truth(known.spells.filter(pl.col("evidence").is_not_null()), pages, listings),
        ages=age_error(known.uploads).row(0, named=True),
        deals=_deals(desk, listings),
    )


def _with_main_catalogue(rows: pl.DataFrame, leaf: str) -> pl.DataFrame:
    mains = {node.catalog_id for node in catalogue_nodes() if node.parent_id is None}
    above = ancestors(catalogue_nodes()).filter(pl.col("ancestor_id").is_in(mains))
    return rows.join(above.rename({"catalog_id": leaf, "ancestor_id": "main_catalog_id"}), on=leaf, how="left")


def _deals(desk: Desk, truth: pl.DataFrame) -> dict[str, Any]:
    book = read_book(lambda name: desk.lake.scan(name, version="newest").filter(pl.col("market") == MARKET))
    on_sale = book.rows.filter(pl.col("evidence") == "on_sale", pl.col("price_eur").is_not_null())
    return deals_against_truth(deals(book, now=desk.clock.now()), on_sale, truth)


def _listings(truth: Mapping[str, Any]) -> pl.DataFrame:
    listings = pl.DataFrame(truth["listings"], infer_schema_length=None)
    moments = (pl.from_epoch(name, "s").cast(UTC_TIME) for name in ("listed_at", "ended_at"))
    return listings.with_columns(*moments, pl.col("condition_id").cast(pl.Int32))
