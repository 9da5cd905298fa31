"""This is where the leading photos of listings become vectors: fetched as politely as anything else, some at a time.

What was fetched lies on the disk before its vector is made, so that a killed run asks for no photo twice; a photo that
is here already is described by another model without being asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from vopt_lib.desk.describing import Described, Describer, MapBatches
from vopt_lib.desk.embedding import OnPhoto, Shown, Work, begun, describing, in_batches, nobody
from vopt_lib.desk.heavy import heavy
from vopt_lib.desk.instance import Desk, client_of
from vopt_lib.desk.market_photos import USELESS, MarketPhotos, forget_old, market_photos
from vopt_lib.desk.runs import Outcome, Run
from vopt_lib.errors import BudgetSpent, CollectingError, ForeignAddress, PageGone, UnexpectedAnswer
from vopt_lib.schema.tables import LISTING_PHOTO
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.photo import fetch_photo, unsigned
from vopt_lib.sources.vinted.site import Site
from vopt_lib.vision.embedder import DEFAULT, embedder

MOST_IN_VAIN: Final = 5
"""Photos one after the other that lead to nothing: then it is the site that has changed, and nothing is believed."""


def embed_market(
    desk: Desk,
    market: str = "it",
    *,
    model: str = DEFAULT,
    most: int | None = None,
    on_photo: OnPhoto = nobody,
    map_batches: MapBatches = map,
) -> Run:
    """Describe the leading photos of the live listings of a market that are not yet, those seen last
    first, one of each catalogue in turn.

    most: photos that are fetched at most (default: the setting photos_a_run). What the marketplace refuses becomes the
    run's outcome and error: it is reported, not raised, and what was fetched before it stays.
    map_batches: lets other processes describe batches of files that are here side by side; only this one fetches and
    writes.

    Returns: its run; pages: photos fetched; rows: described; listings: linked to their photo; rejected: no photos.
    Raises: UnknownEmbedder; ClipError; UnknownMarket; AlreadyRunning; LakeError; VectorsNotKept.
    """
    site, made_by = desk.site(market), embedder(model, desk.paths.weights)
    most = desk.settings.photos_a_run if most is None else most
    desk.lake.ensure_kept_here()
    with describing(desk):
        work = begun(desk, made_by, site.source, market)
        due = _due(desk, site, work)
        told = _Told(on_photo, len(due.here) + min(most, len(due.away)))
        with heavy(desk, "vopt embed"):
            _take_here(work, due, map_batches(Describer(made_by.name, made_by), _files(due, work)), told)
        with client_of(desk, site) as client:
            fetching = _Fetching(client, due.photos, most)
            for some in in_batches(_away(due, fetching)):
                work.take(some)
                _taken(work, due, told, len(some))
            fetching.close()
        forget_old(desk, _links(desk, site), desk.clock.now())
        return _ended(work, fetching)


@dataclass
class _Told:
    """Tells whoever watches how many photos are done."""

    on_photo: OnPhoto
    of: int
    done: int = 0


@dataclass(frozen=True)
class _Due:
    """What is missing. here: photos whose file is on this disk, or whose vector is known; away: listings whose photo
    must be asked for, and where. linked: the listings and photos that the lake knows.
    """

    photos: MarketPhotos
    linked: set[tuple[int, str]]
    here: list[Shown] = field(default_factory=list)
    away: list[tuple[int, str]] = field(default_factory=list)


def _due(desk: Desk, site: Site, work: Work) -> _Due:
    live = _live(desk, site)
    photos = market_photos(desk, site, live["thumbnail_url"].to_list())
    # A photo whose file has gone is not asked for again only to be known again.
    known = {sha256 for sha256 in work.known if sha256 in work.fingerprinted or not photos.has(sha256)}
    links = _links(desk, site).select("listing_id", "photo_sha256", "photo_url").rows()
    linked = {(listing_id, sha256) for listing_id, sha256, _ in links}
    by_address = {(listing_id, unsigned(url or "")): sha256 for listing_id, sha256, url in links}
    due = _Due(photos, linked)
    for listing_id, url in live.select("listing_id", "thumbnail_url").iter_rows():
        sha256 = photos.hash_of(url)
        sha256 = by_address.get((listing_id, unsigned(url))) if sha256 is None else sha256
        if sha256 is None or (sha256 and sha256 not in known and not photos.has(sha256)):
            due.away.append((listing_id, url))
        elif sha256 != USELESS and not (sha256 in known and (listing_id, sha256) in linked):
            due.here.append(Shown(listing_id, sha256, b"", url, (listing_id, sha256) in linked))
    are_live = set(live["listing_id"])
    due.here.extend(
        Shown(listing_id, sha256, b"")
        for listing_id, sha256, _ in links
        if listing_id not in are_live and sha256 not in known and photos.has(sha256)
    )
    return due


def _live(desk: Desk, site: Site) -> pl.DataFrame:
    """The listings on sale that tell where their photo is, those that searches still show and saw last first; one of
    each catalogue in turn, so that none waits until all of another, which was collected later, are done.
    """
    here = pl.col("market").eq(site.market) & pl.col("source").eq(site.source)
    return (
        desk.lake.scan("listing_live", version="newest")
        .filter(here, pl.col("thumbnail_url").is_not_null())
        .sort(pl.col("missed_at").is_not_null(), -pl.col("last_seen_at").cast(pl.Int64), "listing_id")
        .with_columns(turn=pl.int_range(pl.len()).over("leaf_catalog_id"))
        .sort(pl.col("missed_at").is_not_null(), "turn", maintain_order=True)
        .select("listing_id", "thumbnail_url")
        .collect()
    )


def _links(desk: Desk, site: Site) -> pl.DataFrame:
    here = pl.col("market").eq(site.market) & pl.col("source").eq(site.source)
    return desk.lake.scan(LISTING_PHOTO.name, version="newest").filter(here).collect()


def _files(due: _Due, work: Work) -> Iterator[list[Path]]:
    """The files of the photos that are here and still to be described, in the batches of `due.here`."""
    for some in in_batches(due.here):
        yield [due.photos.folder / one.sha256 for one in some if not work.is_done(one.sha256)]


def _take_here(work: Work, due: _Due, batches: Iterable[Described], told: _Told) -> None:
    """Take what is here as it is described. A file that is no longer whole is asked for again."""
    for some, found in zip(in_batches(due.here), batches, strict=True):
        gone = [one for one in some if one.sha256 not in found and one.sha256 not in work.known]
        due.away[:0] = [(one.listing_id, one.url) for one in gone if one.url is not None]
        work.take_described(some, found)
        _taken(work, due, told, len(some))


def _taken(work: Work, due: _Due, told: _Told, photos: int) -> None:
    """So many more are taken, of which some were no photos."""
    for one in work.useless:
        due.photos.refuse(one.url or "", one.sha256)
    told.done += photos
    told.on_photo(told.done, told.of)


def _away(due: _Due, fetching: _Fetching) -> Iterator[Shown]:
    """What is fetched."""
    for one in fetching.photos_of(due.away):
        yield one._replace(is_linked=(one.listing_id, one.sha256) in due.linked)


@dataclass
class _Fetching:
    """Fetches photos until so many are here, the budget is spent or the site objects."""

    client: VintedClient
    photos: MarketPhotos
    most: int
    fetched: int = 0
    in_vain: list[str] = field(default_factory=list)
    error: CollectingError | None = None

    def photos_of(self, listings: list[tuple[int, str]]) -> Iterator[Shown]:
        """The photos of these listings, each kept on the disk before it is given."""
        for listing_id, url in listings[: self.most]:
            try:
                content = fetch_photo(self.client, url)
            except BudgetSpent:
                return
            except ForeignAddress:
                self.photos.give_up(url)
                continue
            except (PageGone, UnexpectedAnswer) as error:
                self.in_vain.append(url)
                if len(self.in_vain) < MOST_IN_VAIN:
                    continue
                self.error = error
            except CollectingError as error:
                self.error = error
            if self.error is not None:
                return
            self.fetched += 1
            self._believe()
            yield Shown(listing_id, self.photos.keep(url, content), content, url)

    def close(self) -> None:
        """Believe that the last photos are gone, where others came and the site did not object."""
        if self.fetched and self.error is None:
            self._believe()

    def _believe(self) -> None:
        for url in self.in_vain:
            self.photos.give_up(url)
        self.in_vain.clear()


def _ended(work: Work, fetching: _Fetching) -> Run:
    stats, error = fetching.client.stats, fetching.error
    has_done = bool(work.run.rows or work.run.listings)
    outcome: Outcome = "done" if error is None else "partial" if has_done else "failed"
    work.run = replace(
        work.run,
        outcome=outcome,
        error=error,
        pages=fetching.fetched,
        requests=stats.requests,
        retries=stats.retries,
        waited_s=stats.waited_s,
        received_bytes=stats.received_bytes,
        events=tuple(stats.events),
    )
    return work.ended()
