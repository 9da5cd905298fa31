"""This is where photos of a thing are looked at without a language model: look-alikes vote, colours are seen, and CLIP
compares sentences, where its weights are.

How sure each makes us was measured on drawn photos of made-up markets, 900 things of the seeds 101 to 103 among 1,500
described listings each (`vopt evaluate analysis` measures it on others).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from PIL.Image import Image

from vopt_lib.assistant.known_words import materials_named
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photo_suggestions import SEEN_NOT, VOTERS, suggest_by_words
from vopt_lib.desk.similar import LEAST_ALIKE, described_listings, question_by
from vopt_lib.errors import ClipError, LikenessError, NothingPublished
from vopt_lib.schema.photo_analysis import Field, Seen, Source
from vopt_lib.schema.photo_suggestions import Guess
from vopt_lib.schema.vinted_terms import catalogue_nodes, colours, materials, seen_as
from vopt_lib.vision.clip_weights import SHORT as CLIP
from vopt_lib.vision.colour_names import colour_shares
from vopt_lib.vision.descriptor import NAME as SHAPES
from vopt_lib.vision.descriptor import ShapesEmbedder
from vopt_lib.vision.embedder import vectors_name
from vopt_lib.vision.index_store import open_index

Evidence = tuple[Field, Seen]
Weights = npt.NDArray[np.float64]

FIRST_COUNTS: Final = 2.0
"""How much the first photo counts against each other one: it shows the whole thing, later ones come closer."""

LEAST_VOTERS: Final = 10
"""Look-alikes below which a vote tells nothing."""

LEAST_OF_TREE: Final = 0.75
"""Share of the known catalogues that must be among the voters' market before their vote alone can be sure: where only
20 of 116 are, half of the votes that agree put a thing that belongs elsewhere among them; where three quarters are,
none of 10."""

UNMEASURED: Final = 0.75
"""The most that is believed of what could not be measured: language models, CLIP, votes in a narrow market. Two such
that agree are sure, one never is."""

LEAST_OFFERED: Final = 0.1
"""Confidence below which nothing is offered."""

LEAST_BRAND: Final = 0.4
"""Share of the look-alikes with a brand that must agree before it is offered."""

BRAND_BY_VOTE: Final = 0.1
"""How sure we are of it: no surer than of any, since what is drawn shows no brand (8 % of the first were right)."""

TAKEN_FOR_OTHERS: Final = frozenset({3, 4, 12, 20, 21, 24, 25, 27})
"""Grey, beige, white, cream, apricot, rose, lilac and navy: lamps and other sellers' words make them something else."""

CLEAR_COLOURS: Final = ((0.6, 0.96), (0.5, 0.78), (0.3, 0.68), (0.0, 0.3))
OTHER_COLOURS: Final = ((0.8, 0.74), (0.6, 0.52), (0.4, 0.38), (0.0, 0.2))
"""From which share of the surface on the colour seen most is right how often, of TAKEN_FOR_OTHERS and of others."""


def clip_here(desk: Desk) -> str | None:
    """The CLIP model whose weights are here; None: there is none."""
    try:
        return vectors_name(CLIP, desk.paths.weights)
    except ClipError:
        return None


def by_eye(desk: Desk, photos: Sequence[Image], *, market: str, listings: pl.DataFrame | None = None) -> list[Evidence]:
    """What look-alikes and colours tell of these photos (mode RGB). listings: `described_listings`, where at hand."""
    return [*by_look_alikes(desk, photos, market=market, listings=listings), *by_colours(photos)]


def by_look_alikes(
    desk: Desk, photos: Sequence[Image], *, market: str, listings: pl.DataFrame | None = None
) -> list[Evidence]:
    """What listings that look like these photos (mode RGB) are, by their vote; nothing where no listing is described.

    listings: `described_listings`, where at hand. The condition is not voted on: it is right as often as the commonest.
    """
    try:
        index = open_index(desk.paths.photo_index(SHAPES), SHAPES)
        shown = described_listings(desk, market) if listings is None else listings
    except (LikenessError, NothingPublished):
        return []
    question = question_by(ShapesEmbedder().vectors(photos), SHAPES)
    among = shown["photo_sha256"].unique().to_list()
    found = index.search(question.vector, model=SHAPES, count=VOTERS, among=among)
    ballot = (
        found.with_columns(likeness=pl.col("likeness") * question.by)
        .filter(pl.col("likeness") > LEAST_ALIKE)
        .join(shown, on="photo_sha256", maintain_order="left_right")
        .group_by("query", maintain_order=True)
        .head(VOTERS)
        .with_columns(weight=_weight(len(photos)) * (pl.col("likeness") - LEAST_ALIKE) ** 2)
    )
    if ballot["listing_id"].n_unique() < LEAST_VOTERS:
        return []
    return [*_catalogues(ballot, shown), *_brand(ballot), *_materials(ballot)]


def by_colours(photos: Sequence[Image]) -> list[Evidence]:
    """The colours that are seen on the thing, the most of it first."""
    known = [one for one in colours() if one.id not in SEEN_NOT]
    hexes = [one.hex for one in known]
    shares = np.average([colour_shares(one, hexes) for one in photos], axis=0, weights=weights(len(photos)))
    best = np.argsort(-shares, kind="stable")
    told = [(known[at], float(shares[at])) for at in best.tolist()]
    first = _first_colour(*told[0])
    rest = [(one, share) for one, share in told[1:] if share >= LEAST_OFFERED]
    return [
        ("colours", Seen(one.labels["it"], _labels(one.labels), confidence, "colours"))
        for one, confidence in [(told[0][0], first), *((one, min(share, first)) for one, share in rest)]
    ]


def by_clip(desk: Desk, photos: Sequence[bytes]) -> list[Evidence]:
    """What sentences tell best what is on these photos; nothing where CLIP cannot be used."""
    try:
        told = [suggest_by_words(desk, one) for one in photos]
    except ClipError:
        return []
    share = weights(len(photos))
    return [
        *_averaged("catalog_id", [one.catalogues for one in told], share),
        *_averaged("colours", [one.colours for one in told], share),
        *_averaged("pattern", [one.patterns for one in told], share),
    ]


def weights(count: int) -> Weights:
    """How much each of so many photos counts, together 1."""
    counted = np.array([FIRST_COUNTS, *[1.0] * (count - 1)])
    return np.asarray(counted / counted.sum())


def catalogue_labels(catalog_id: int) -> dict[Any, str]:
    """What people call a catalogue; its number, where it is not known."""
    path = _paths().get(catalog_id, str(catalog_id))
    return {"it": path, "en": seen_as().get(catalog_id, path)}


def _weight(count: int) -> pl.Expr:
    return pl.col("query").replace_strict(dict(enumerate(weights(count).tolist())), return_dtype=pl.Float64)


def _catalogues(ballot: pl.DataFrame, market: pl.DataFrame) -> Iterator[Evidence]:
    """The share of the votes is how often it is right, or less: of .7 to .9 all but 3 %, of more than .9 all but 1 %;
    on 500 photos of people in 10 kinds .9 is needed for that."""
    known = len(set(market["catalog_id"].drop_nulls()) & set(seen_as())) / len(seen_as())
    most = 1.0 if known >= LEAST_OF_TREE else UNMEASURED
    for catalog_id, share in _shares(ballot, "catalog_id"):
        yield "catalog_id", Seen(catalog_id, catalogue_labels(catalog_id), min(share, most), "alike")


def _brand(ballot: pl.DataFrame) -> Iterator[Evidence]:
    for brand, share in _shares(ballot, "brand")[:1]:
        if share >= LEAST_BRAND:
            yield "brand", Seen(brand, {"it": brand, "en": brand}, BRAND_BY_VOTE, "alike")


def _materials(ballot: pl.DataFrame) -> Iterator[Evidence]:
    """By the titles that tell one. Few do: their share of all votes is less than how often it is right."""
    votes: dict[str, float] = defaultdict(float)
    for title, weight in ballot.select("title", "weight").iter_rows():
        for name in materials_named(title or ""):
            votes[name] += weight
    labels = {one.name: one.labels for one in materials()}
    every = float(ballot["weight"].sum())
    for name, weight in votes.items():
        share = weight / every
        yield "material", Seen(labels[name]["it"], _labels(labels[name]), min(share, UNMEASURED), "alike")


def _shares(ballot: pl.DataFrame, column: str) -> list[tuple[Any, float]]:
    told = ballot.drop_nulls(column)
    shares = told.group_by(column).agg(share=pl.col("weight").sum() / told["weight"].sum())
    return list(shares.sort(-pl.col("share"), column).iter_rows())


def _first_colour(colour: Any, share: float) -> float:
    steps = OTHER_COLOURS if colour.id in TAKEN_FOR_OTHERS else CLEAR_COLOURS
    return next(right for least, right in steps if share >= least)


def _averaged(field: Field, told: Sequence[Sequence[Guess]], share: Weights) -> Iterator[Evidence]:
    """What is believed of CLIP's guesses on several photos, each counted as it should be."""
    chances: dict[int | str, float] = defaultdict(float)
    labels: dict[int | str, Mapping[Any, str]] = {}
    for guesses, counts in zip(told, share.tolist(), strict=True):
        for one in guesses:
            value = one.labels["it"] if field == "colours" else one.id
            chances[value] += counts * one.probability
            labels[value] = one.labels
    source: Source = "clip"
    for value, chance in chances.items():
        yield field, Seen(value, _labels(labels[value]), chance * UNMEASURED, source)


def _labels(labels: Mapping[Any, str]) -> dict[Any, str]:
    return {"it": labels["it"], "en": labels["en"]}


def _paths() -> dict[int, str]:
    return {node.catalog_id: node.path for node in catalogue_nodes()}
