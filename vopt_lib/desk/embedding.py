"""This is where photos become vectors, some at a time: own ones here, those of listings in `market_embedding`.

Only what is missing is done. The vectors of a batch and the links to what shows its photos are written all or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.describing import Described, Describer, MapBatches, Seen, described
from vopt_lib.desk.heavy import heavy
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photo_index import bring_index_up_to_date, photos_described
from vopt_lib.desk.photo_pairs import compare_new_photos, fingerprinted, keep_fingerprints
from vopt_lib.desk.photos_forgotten import forget_in_indexes, forget_vectors
from vopt_lib.desk.runs import Run, new_run_id
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import VectorsNotKept, VoptError
from vopt_lib.files import only_one, reason
from vopt_lib.schema.tables import EMBEDDING, LISTING_PHOTO, OWN
from vopt_lib.shop.photographed import all_photos
from vopt_lib.vision.embedder import DEFAULT, Embedder, embedder

BATCH: Final = 25
"""Photos that are held in memory and written at once."""

UNUSABLE: Final = "photo_unusable"
"""Why a photo is refused."""

T = TypeVar("T")

OnPhoto = Callable[[int, int], None]
"""Is told how many photos are done, and of how many."""


class Shown(NamedTuple):
    """A photo, and the listing or own thing that shows it. is_linked: the lake knows already that it does."""

    listing_id: int
    sha256: str
    content: bytes
    url: str | None = None
    is_linked: bool = False


def nobody(done: int, of: int) -> None:
    """Nobody watches."""


def embed_own(desk: Desk, *, model: str = DEFAULT, on_photo: OnPhoto = nobody, map_batches: MapBatches = map) -> Run:
    """Describe the photos of own things that are not yet; those of deleted things are found no more, and what was made
    of photos that nothing shows any more is forgotten.

    map_batches: lets other processes describe batches of files side by side; only this one writes.
    Returns: its run; rows: photos described; rejected: files that cannot be opened, which are tried again next time.
    Raises: UnknownEmbedder; ClipError; AlreadyRunning; ShopError; LakeError; VectorsNotKept.
    """
    made_by = embedder(model, desk.paths.weights)
    with heavy(desk, "vopt embed"), describing(desk):
        work = begun(desk, made_by)
        with shop_of(desk).reading() as session:
            photos = all_photos(session)
        missing = sorted({sha256 for _, sha256 in photos if not work.is_done(sha256)})
        files = ([desk.paths.photos / sha256 for sha256 in some] for some in in_batches(missing))
        on_photo(0, len(missing))
        for number, found in enumerate(map_batches(Describer(made_by.name, made_by), files), start=1):
            work.take_described([Shown(0, sha256, b"") for sha256 in found], found)
            on_photo(min(number * BATCH, len(missing)), len(missing))
        _link_own(desk)
        if forget_vectors(desk, shop_of(desk)):
            reached(CommitPoint.EMBED_VECTORS_FORGOTTEN)
            forget_in_indexes(desk)
        return work.ended()


@dataclass
class Work:
    """A run that describes photos. known: hashes of those that have a vector by this model; fingerprinted: of those
    that are known again when they are copied.
    """

    desk: Desk
    made_by: Embedder
    run: Run
    known: set[str]
    fingerprinted: set[str]
    number: int = 0
    useless: list[Shown] = field(default_factory=list)

    def is_done(self, sha256: str) -> bool:
        """Whether all that is made of a photo is there."""
        return sha256 in self.known and sha256 in self.fingerprinted

    def take(self, photos: Iterable[Shown]) -> None:
        """Describe these photos where they are not yet, and write that down with who shows them: all or nothing.

        What cannot be opened is refused, and lies in `useless` until the next call.
        """
        some = list(photos)
        contents = {one.sha256: one.content for one in some if not self.is_done(one.sha256)}
        with heavy(self.desk, "vopt embed"):
            self.take_described(some, described(self.made_by, contents.items()))

    def take_described(self, photos: Iterable[Shown], found: Described) -> None:
        """The same with what was found of these photos; one that is neither described nor known is left."""
        fresh = {one: seen for one, seen in found.items() if seen is not None and not self.is_done(one)}
        shown, self.useless = [], []
        for one in photos:
            if one.sha256 in self.known or one.sha256 in fresh:
                shown.append(one)
            elif one.sha256 in found:
                self.useless.append(one)
        links = [one for one in shown if one.url is not None and not one.is_linked]
        refused = self.run.rejects_by_reason.get(UNUSABLE, 0) + len(self.useless)
        self.run = replace(
            self.run,
            rows=self.run.rows + len(fresh),
            listings=self.run.listings + len(links),
            rejects_by_reason={UNUSABLE: refused} if refused else {},
        )
        if fresh or links:
            self._write(fresh, links)

    def ended(self) -> Run:
        """Let the index hold what is new, compare it, remember the run. Raises: LikenessError; LakeError; OSError."""
        bring_index_up_to_date(self.desk, self.made_by.name, self.made_by.length)
        compare_new_photos(self.desk, self.made_by.name)
        self.run = replace(self.run, ended_at=self.desk.clock.now())
        self._commit({"run": self.run.row()})
        return self.run

    def _write(self, fresh: Mapping[str, Seen], links: Sequence[Shown]) -> None:
        prints = {sha256: seen.fingerprint for sha256, seen in fresh.items()}
        self.fingerprinted |= keep_fingerprints(self.desk, prints, known=self.fingerprinted)
        new = {sha256: seen.vector for sha256, seen in fresh.items() if sha256 not in self.known}
        at, source, market = self.desk.clock.now(), str(self.run.source), str(self.run.market)
        frames = {
            EMBEDDING.name: _vectors_frame(new, self.made_by.name, at),
            LISTING_PHOTO.name: _links_frame(links, source, market, at),
        }
        # Whoever lets vectors leave that nothing shows any more must not do so in between.
        with self.desk.lake.writing(EMBEDDING.name):
            self._commit(frames)
        self.known |= set(fresh)
        reached(CommitPoint.EMBED_BATCH_WRITTEN)

    def _commit(self, frames: dict[str, pl.DataFrame]) -> None:
        self.number += 1
        self.desk.lake.commit(frames, app=self.run.run_id, number=self.number)


@contextmanager
def describing(desk: Desk) -> Iterator[None]:
    """Be the only one who describes photos while the block runs. Raises: AlreadyRunning; VectorsNotKept."""
    try:
        with only_one(desk.paths.embed_lock, "vopt embed"):
            yield
    except VoptError:
        raise
    except OSError as error:
        raise VectorsNotKept(folder=str(desk.paths.data), why=reason(error)) from error


def begun(desk: Desk, made_by: Embedder, source: str | None = None, market: str | None = None) -> Work:
    """A run that begins now, of a market or of own things, once what others left half-way is finished.

    Raises: LakeError.
    """
    desk.lake.recover()
    at = desk.clock.now()
    run = Run(new_run_id("embed", at), "embed", at, at, source=source, market=market)
    return Work(desk, made_by, run, photos_described(desk, made_by.name), fingerprinted(desk))


def in_batches(photos: Iterable[T]) -> Iterator[list[T]]:
    """BATCH of them at a time, as they come."""
    rest = iter(photos)
    while some := list(islice(rest, BATCH)):
        yield some


def _link_own(desk: Desk) -> None:
    """Let the lake know which own things show which photos now, and nothing of what was deleted."""
    # The shop is asked while nobody else may write: who was erased a moment ago is not written down again.
    with desk.lake.writing(LISTING_PHOTO.name):
        is_own = pl.col("market") == OWN
        linked = desk.lake.scan(LISTING_PHOTO.name, version="newest").filter(is_own).collect()
        there = _own_links(desk, linked)
        if not there.equals(linked.sort("listing_id", "photo_sha256")):
            desk.lake.overwrite(LISTING_PHOTO.name, there, partitions=[{"market": OWN}])
    reached(CommitPoint.EMBED_OWN_LINKED)


def _own_links(desk: Desk, linked: pl.DataFrame) -> pl.DataFrame:
    """The photos that own things show now, sorted; those that were linked before with the time when they were."""
    with shop_of(desk).reading() as session:
        photos = all_photos(session)
    own = [Shown(item_id, sha256, b"") for item_id, sha256 in sorted(set(photos))]
    there = _links_frame(own, OWN, OWN, desk.clock.now())
    first_seen = linked.select("listing_id", "photo_sha256", known_at="observed_at")
    return (
        there.join(first_seen, on=["listing_id", "photo_sha256"], how="left", maintain_order="left")
        .with_columns(observed_at=pl.coalesce("known_at", "observed_at"))
        .drop("known_at")
    )


def _vectors_frame(vectors: Mapping[str, npt.NDArray[np.float32]], model: str, at: datetime) -> pl.DataFrame:
    rows = [(sha256, model, vector.tolist(), at) for sha256, vector in vectors.items()]
    return pl.DataFrame(rows, schema=EMBEDDING.schema, orient="row")


def _links_frame(links: Sequence[Shown], source: str, market: str, at: datetime) -> pl.DataFrame:
    rows = [(source, market, one.listing_id, one.sha256, one.url, at) for one in links]
    return pl.DataFrame(rows, schema=LISTING_PHOTO.schema, orient="row")
