"""This is where listings that searches no longer show are asked about on their own pages, before these vanish too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import polars as pl

from vopt_lib.desk.instance import Desk, client_of
from vopt_lib.desk.runs import Run, new_run_id
from vopt_lib.errors import (
    BudgetSpent,
    CollectingError,
    EndpointMoved,
    ForeignAddress,
    ItemPagesSpent,
    UnexpectedAnswer,
)
from vopt_lib.files import only_one
from vopt_lib.market.catalogues import ancestors
from vopt_lib.market.recheck import to_visit
from vopt_lib.market.watching import with_known_until
from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.sources.vinted.answer import Origin
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.parse import Page, frames, rejects_by_reason
from vopt_lib.sources.vinted.pseudonyms import load_pseudonyms
from vopt_lib.sources.vinted.visit import is_gone, visit
from vopt_lib.words import N_

UPLOADS_KNOWN_FOR = timedelta(days=60)
"""Upload times that were read longer ago tell little of the ids in use now."""

SEARCHED_LATELY = timedelta(days=30)
"""What was searched whole longer ago is not any more."""

WORTH_WAITING = timedelta(minutes=2)
"""A round an hour after another meets the end of that one's hour at every page: so long it waits for the next."""

_Visit = tuple[int, str | None, datetime]
_VISIT = ("listing_id", "url", "last_seen_at")

OnPage = Callable[[int, int], None]
"""Is told how many pages have been visited, and of how many."""


def nobody(done: int, of: int) -> None:
    """Nobody watches."""


def recheck(desk: Desk, market: str, *, pages: int | None = None, on_page: OnPage = nobody) -> Run:
    """One round of visits to pages of this market's listings: as many as an hour allows, or so many.

    What the round learnt is durable all at once, with its run. What the marketplace refuses becomes the run's outcome
    and error: it is reported, not raised, and what was read before it stays. No listing is visited twice on a day.

    Raises: AlreadyRunning; UnknownMarket; LakeError.
    """
    site = desk.site(market)
    with only_one(desk.paths.locks / f"recheck-{market}.lock", "vopt recheck"):
        desk.lake.ensure_kept_here()
        desk.lake.recover()
        started_at = desk.clock.now()
        run_id = new_run_id("recheck", started_at)
        run = Run(run_id, "recheck", started_at, started_at, source=site.source, market=market)
        round_ = _Round(desk, run)
        chosen = _chosen(desk, market, desk.settings.item_pages_per_hour if pages is None else pages)
        with client_of(desk, site) as client:
            round_.visit_all(client, chosen, on_page)
            return round_.committed(client)


def _chosen(desk: Desk, market: str, pages: int) -> pl.DataFrame:
    now = desk.clock.now()
    is_here = pl.col("market") == market
    dated = desk.lake.scan("listing_seen", version="newest").filter(
        is_here, pl.col("day") > now.date() - UPLOADS_KNOWN_FOR, pl.col("shape") == "item-page"
    )
    read = dated.select("listing_id", "observed_at", "uploaded_at").collect()
    live = desk.lake.scan("listing_live", version="newest").filter(is_here).collect()
    coverage = desk.lake.scan("crawl_coverage", version="newest").filter(
        is_here, pl.col("day") > now.date() - SEARCHED_LATELY
    )
    misses, tree = desk.settings.misses_until_gone, ancestors(catalogue_nodes())
    return to_visit(
        with_known_until(live, coverage.collect(), catalogues=tree, misses_until_gone=misses),
        at=now,
        pages=pages,
        visits=read.group_by("listing_id").agg(visited_at=pl.col("observed_at").max()),
        uploads_known=read.drop_nulls("uploaded_at")["listing_id"].n_unique(),
    )


@dataclass
class _Round:
    """One round of visits. `doubtful` are pages that are gone, while no page of the site could be read yet."""

    desk: Desk
    run: Run
    pages: list[Page] = field(default_factory=list)
    doubtful: list[Page] = field(default_factory=list)
    has_read: bool = False
    error: CollectingError | None = None

    def visit_all(self, client: VintedClient, chosen: pl.DataFrame, on_page: OnPage) -> None:
        """Visit these listings until the budget is spent or the site objects."""
        wanted = list(chosen.select(_VISIT).iter_rows())
        for number, _ in enumerate(self._visits(client, wanted), start=1):
            on_page(number, len(wanted))
        if self.doubtful and self.error is None:
            self._believe_or_drop(client)

    def _visits(self, client: VintedClient, wanted: list[_Visit]) -> Iterator[None]:
        origin = Origin(source=client.site.source, market=client.site.market, run_id=self.run.run_id)
        asked = partial(visit, client, origin=origin, pseudonyms=load_pseudonyms(self.desk.paths.seller_key))
        for listing_id, url, seen_at in wanted:
            try:
                self._take(self._waited_for(partial(asked, listing_id, url, seen_at=seen_at)))
            except BudgetSpent:
                return
            except (UnexpectedAnswer, ForeignAddress):
                told = N_("The page of listing {id} could not be read; vopt went on to the next.")
                client.stats.note(self.desk.clock.now(), told, id=listing_id)
            except CollectingError as error:
                self.error = error
                return
            yield

    def _waited_for(self, asked: Callable[[], Page]) -> Page:
        """The page, also where the hour's budget has room for it only in a moment."""
        try:
            return asked()
        except ItemPagesSpent as spent:
            until = spent.facts["until"]
            assert isinstance(until, datetime)
            wait = until - self.desk.clock.now()
            if wait > WORTH_WAITING:
                raise
            self.desk.clock.sleep(wait.total_seconds())
            return asked()

    def _take(self, page: Page) -> None:
        if is_gone(page) and not self.has_read:
            self.doubtful.append(page)
            return
        if not self.has_read:
            self.has_read = True
            self.pages += self.doubtful
            self.doubtful = []
        self.pages.append(page)

    def _believe_or_drop(self, client: VintedClient) -> None:
        """All pages were gone: look at that of a listing that searches still show. Is it gone, too, the site moved."""
        on_sale = self.desk.lake.scan("listing_live", version="newest").filter(
            pl.col("market") == self.run.market, pl.col("missed_at").is_null()
        )
        newest = on_sale.sort("last_seen_at", descending=True).head(1).select(_VISIT).collect()
        known_before = len(self.doubtful)
        for _ in self._visits(client, list(newest.iter_rows())):
            pass
        if len(self.doubtful) > known_before:
            answer = self.doubtful[-1].answer
            self.error = EndpointMoved(url=answer.url, host=client.site.name, status=answer.status)

    def committed(self, client: VintedClient) -> Run:
        """The run, in the lake together with what it learnt."""
        written = frames(self.pages)
        stats, seen = client.stats, written["listing_seen"]
        run = replace(
            self.run,
            ended_at=self.desk.clock.now(),
            outcome="done" if self.error is None else "partial" if self.pages else "failed",
            error=self.error,
            pages=len(self.pages),
            rows=seen.height,
            listings=seen["listing_id"].n_unique(),
            rejects_by_reason=rejects_by_reason(written["rejected"]),
            requests=stats.requests,
            retries=stats.retries,
            waited_s=stats.waited_s,
            received_bytes=stats.received_bytes,
            events=tuple(stats.events),
        )
        self.desk.lake.commit({**written, "run": run.row()}, app=run.run_id, number=1)
        return run
