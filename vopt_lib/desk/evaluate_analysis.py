"""This is where it is measured how right vopt is about what photos tell, without a language model: things of a made-up
market whose truth is known, photographed once to thrice each, among listings whose leading photos are described."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import polars as pl

from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.photo_analysis import filled_in, weighed
from vopt_lib.desk.photo_evidence import by_eye
from vopt_lib.schema.photo_analysis import Analysis, Field
from vopt_lib.schema.similar import FOUND
from vopt_lib.schema.vinted_terms import colours
from vopt_lib.simulator.arrays import Ints
from vopt_lib.simulator.generate import generate
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.offers import Offer
from vopt_lib.simulator.photos import draw_photo
from vopt_lib.simulator.stock import ON_SALE, epoch_s
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.descriptor import NAME as SHAPES
from vopt_lib.vision.descriptor import ShapesEmbedder
from vopt_lib.vision.foreground import LONGEST
from vopt_lib.vision.index_store import Photos, update_index

START: Final = datetime(2026, 9, 1, 7, tzinfo=UTC)
LISTINGS: Final = 1_500
THINGS: Final = 300
MOST_PHOTOS: Final = 3
LEAST_RIGHT: Final = 0.9
"""Share of the values shown as sure that are to be right."""

_LISTED: Final = (310, 430)
_TAKEN: Final = (600, 800)
"""Pixels of a listing's small photo, and of one that somebody takes of her thing."""

_TRIED: Final[tuple[Field, ...]] = ("catalog_id", "colours", "material", "brand")

OnThing = Callable[[int, int], None]


@dataclass(frozen=True)
class AnalysisTrial:
    """The market to make, how many of its listings are described, and how many of its things are photographed."""

    seed: int
    listings: int = LISTINGS
    things: int = THINGS


@dataclass(frozen=True)
class FieldScore:
    """How right one field is. things: whose truth is told; shown: of these so many with a value; first_right: of these;
    sure: so many shown as sure; sure_right: of these."""

    things: int
    shown: int
    first_right: int
    sure: int
    sure_right: int

    @property
    def coverage(self) -> float:
        """Share of the things where it is shown as sure."""
        return self.sure / self.things if self.things else 0.0

    @property
    def right_of_sure(self) -> float | None:
        """Share of those that is right; None where none is sure."""
        return self.sure_right / self.sure if self.sure else None

    @property
    def right_of_first(self) -> float | None:
        """Share of the first values that is right; None where none is shown."""
        return self.first_right / self.shown if self.shown else None


@dataclass(frozen=True)
class AnalysisEvaluation:
    """What photos told of things whose truth is known. photos: so many of all things; seconds: median, a thing."""

    seed: int
    listings: int
    things: int
    photos: int
    seconds: float
    fields: Mapping[Field, FieldScore]

    @property
    def is_good(self) -> bool:
        """Whether every field that is ever sure is right as often as it is to be."""
        return all(one.sure_right >= LEAST_RIGHT * one.sure for one in self.fields.values())

    def as_json(self) -> str:
        """The same for programs."""
        shares = ("coverage", "right_of_sure", "right_of_first")
        told = {
            field: asdict(one) | {share: getattr(one, share) for share in shares} for field, one in self.fields.items()
        }
        return json.dumps({**asdict(self), "fields": told, "is_good": self.is_good}, indent=2)


def evaluate_analysis(trial: AnalysisTrial, on_thing: OnThing = lambda done, of: None) -> AnalysisEvaluation:
    """Make the market of this seed, describe listings of it, and look at photos of other things."""
    market = generate(trial.seed, START, 2)
    rng = np.random.default_rng([trial.seed, 8])
    listed, held_out = _parted(market, trial, rng)
    judged: dict[Field, list[_Judged]] = defaultdict(list)
    seconds, photos = [], 0
    with TemporaryDirectory() as folder:
        desk = open_desk(data=Path(folder) / "data", ollama_url="off")
        listings = _described(desk, market.offers(listed.tolist(), START))
        things = market.offers(held_out.tolist(), START)
        for place, offer in enumerate(things):
            on_thing(place, len(things))
            taken = _taken(offer, int(rng.integers(1, MOST_PHOTOS + 1)))
            began = time.perf_counter()
            found = _told(desk, taken, listings)
            seconds.append(time.perf_counter() - began)
            photos += len(taken)
            for field, one in _judge(found, offer):
                judged[field].append(one)
    scores = {field: _score(judged[field]) for field in _TRIED}
    return AnalysisEvaluation(trial.seed, len(listed), len(held_out), photos, median(seconds), scores)


@dataclass(frozen=True)
class _Judged:
    """One field of one thing: whether its first value is right (None: there is none), and all that is filled in."""

    first: bool | None
    sure: bool | None


def _parted(market: StockedMarket, trial: AnalysisTrial, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Rows of listings to describe, and of things to photograph: none of these was ever on sale before, or shows
    somebody else's photos."""
    truth = market.truth
    assert truth is not None  # whatever is generated knows its truth
    status, _ = market.stock.timeline.status_and_cents(epoch_s(START))
    on_sale = np.flatnonzero(status == ON_SALE)
    tied = truth.relist_of + truth.photos_of + truth.same_thing_as
    is_fresh = (tied[on_sale] == 0) & (truth.oddity[on_sale] != "bundle")
    held_out = rng.permutation(on_sale[is_fresh])[: trial.things]
    return rng.permutation(np.setdiff1d(on_sale, held_out))[: trial.listings], held_out


def _described(desk: Desk, offers: Sequence[Offer]) -> pl.DataFrame:
    """Let the index hold their leading photos. Returns: FOUND, without likeness."""
    made_by = ShapesEmbedder()
    contents = [draw_photo(offer, 1, _LISTED) for offer in offers]
    keys = [hashlib.sha256(one).hexdigest() for one in contents]
    by_key = dict(zip(keys, contents, strict=True))

    def vectors_of(some: Sequence[str]) -> Any:
        return made_by.vectors([open_photo(by_key[key], longest=LONGEST) for key in some])

    folder = desk.paths.photo_index(SHAPES)
    folder.mkdir(parents=True)
    update_index(folder, Photos(SHAPES, made_by.length, list(by_key), vectors_of))
    schema = pl.Schema({name: dtype for name, dtype in FOUND.items() if name != "likeness"})
    rows = [
        {
            "photo_sha256": key,
            "listing_id": offer.listing_id,
            "title": offer.title,
            "brand": offer.brand.title if offer.brand else None,
            "catalog_id": offer.catalog_id,
            "condition_id": offer.condition_id,
        }
        for key, offer in zip(keys, offers, strict=True)
    ]
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def _taken(offer: Offer, count: int) -> list[bytes]:
    return [draw_photo(offer, number, _TAKEN, "jpeg") for number in range(1, count + 1)]


def _told(desk: Desk, taken: Sequence[bytes], listings: pl.DataFrame) -> Analysis:
    opened = [open_photo(one, longest=LONGEST) for one in taken]
    return weighed(by_eye(desk, opened, market="it", listings=listings))


def _judge(found: Analysis, offer: Offer) -> Iterator[tuple[Field, _Judged]]:
    """Each field whose truth its seller tells."""
    for field, right in _truth(offer).items():
        shown, filled = found.fields.get(field, ()), filled_in(found, field)
        yield (
            field,
            _Judged(
                first=shown[0].value in right if shown else None,
                sure=all(one.value in right for one in filled) if filled else None,
            ),
        )


def _truth(offer: Offer) -> dict[Field, set[int | str]]:
    named = {one.id: one.labels["it"] for one in colours()}
    truth: dict[Field, set[int | str]] = {
        "catalog_id": {offer.catalog_id},
        "colours": {named[one] for one in offer.colour_ids},
    }
    if offer.material:
        truth["material"] = {offer.material.lower()}
    if offer.brand:
        truth["brand"] = {offer.brand.title}
    return truth


def _score(judged: Sequence[_Judged]) -> FieldScore:
    return FieldScore(
        things=len(judged),
        shown=sum(one.first is not None for one in judged),
        first_right=sum(one.first is True for one in judged),
        sure=sum(one.sure is not None for one in judged),
        sure_right=sum(one.sure is True for one in judged),
    )
