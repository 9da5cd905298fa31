"""This is where listings are compared: what others like it ask, were they of its brand, size and condition.

Those most alike in title, brand, size and condition are taken from the same catalogue (its parent's where they are
few), and the price of each is moved by what `effects` learnt of the attributes that differ. Medians and middle
distances let no bundle or nonsense price move the answer. What is asked while on sale and what was last asked before a
proven sale are never put into one median.

How wide an interval is comes from how far the comparables lie apart, stretched until it holds the asked prices of eight
in ten listings of the market: that is measured each time, not assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.market.ages import spread
from vopt_lib.market.effects import (
    PARTS,
    Features,
    Floats,
    Taught,
    distances,
    read_features,
    robust_spread,
    shrunken_spread,
    teach,
    with_features,
)
from vopt_lib.market.fitness import with_reasons
from vopt_lib.market.wording import Meaning, stacked, subject_of, with_brands
from vopt_lib.schema.comparables import COMPARABLE, Comparables, Effect, FairPrice, Shortage, Subject, Unfit
from vopt_lib.schema.vinted_terms import conditions, folded

MOST_ALIKE: Final = 40
"""Listings that a price rests on: with more they are less alike, with fewer chance decides."""

LEAST_ALIKE: Final = 6
SHOWN: Final = 12
WANTED: Final = 30
"""Listings below which a catalogue alone is too few, and its parents are asked too."""

LEAST_LIKENESS: Final = 0.2
"""Below it, two listings have a catalogue in common and little more."""

KIN: Final = 0.2
"""How alike two titles must be for both to name the same kind of thing, brand and size aside."""

COVERED: Final = 0.80
FAR_OFF: Final = 5.0
"""So many times dearer or cheaper than its like is no price but nonsense."""

_NORMAL_STRETCH: Final = 1.2816
_ALIKE: Final = {"subject": 0.6, "brand_told": 0.2, "size": 0.1, "condition": 0.1}
_MEDIOCRE: Final = 0.4
_AT_ONCE: Final = 2_000_000
"""Pairs of listings that are compared at once: 16 MB for each figure of theirs."""

_SAMPLE: Final = 1_000
"""Listings on which the reach of intervals is measured: ±2.5 % of them, with a confidence of 95 %."""

_RERANKED: Final = 120

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Book:
    """The listings of one market, ready to be compared: what `read_market` makes.

    rows: the listings, with why they cannot be compared (unfit) and what `effects` needs; logs: log prices; parts: what
    each of PARTS adds to them by each fold's teaching, (rows, FOLDS); titles: sparse vectors; groups: the catalogues in
    which those of a catalogue are compared, and whether they are more than itself; usual: how far a log price usually
    lies from what is taught.
    """

    rows: pl.DataFrame
    features: Features
    taught: Sequence[Taught]
    logs: Floats
    parts: Mapping[str, Floats]
    titles: Any
    groups: Mapping[int, tuple[int, ...]]
    usual: float

    @cached_property
    def expected(self) -> Floats:
        """Log of what each would be asked while on sale, by each fold's teaching, (rows, FOLDS)."""
        base = np.array([one.base for one in self.taught])
        return np.asarray(base + sum(self.parts[part] for part in PARTS if part != "evidence"))

    @cached_property
    def folds(self) -> Places:
        """The fold of each."""
        return self.rows["fold"].to_numpy()

    @cached_property
    def codes(self) -> Mapping[str, Places]:
        """Brand, size and twin as numbers, -1 where there is none."""
        names = ("brand_told", "size", "twin")
        return {name: self.rows[name].rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1 for name in names}

    @cached_property
    def qualities(self) -> Floats:
        """How worn each is, 0 (new) to 1; as the mediocre where it is not known."""
        known = {condition.id: condition.order / 50.0 for condition in conditions()}
        worn = self.rows["condition_id"].replace_strict(known, default=_MEDIOCRE, return_dtype=pl.Float64)
        return worn.fill_null(_MEDIOCRE).to_numpy()

    @cached_property
    def stretch(self) -> float:
        """How many spreads to either side hold the asked prices of eight in ten listings, by a sample of them."""
        fit = self.rows.with_row_index("place").filter(pl.col("unfit").is_null(), pl.col("evidence") == "on_sale")
        sample = fit.sort(spread(), "listing_id").head(_SAMPLE)["place"].to_numpy().astype(np.int64)
        known = prices(self, sample).drop_nulls("middle")
        away = ((known["price_eur"] / known["middle"]).log() / known["spread"]).abs()
        return float(away.quantile(COVERED) or _NORMAL_STRETCH)

    def estimated_size(self) -> int:
        """What it takes in memory, in bytes, vocabularies left out."""
        arrays = (self.logs, self.titles.data, self.titles.indices, *self.parts.values())
        return int(self.rows.estimated_size()) + sum(int(array.nbytes) for array in arrays)

    def comparable_with(self, catalog_id: int | None, evidence: str) -> Places:
        """The rows with this evidence that a listing of a catalogue can be compared with."""
        within = list(self.groups.get(catalog_id or 0, ()))
        is_it = pl.col("unfit").is_null() & pl.col("leaf_catalog_id").is_in(within) & (pl.col("evidence") == evidence)
        return _places(self.rows, is_it)


def read_market(listings: pl.DataFrame, catalogues: pl.DataFrame) -> Book:
    """Everything that is needed to compare any listing of a market with the others.

    Needs: listing_id, title, brand, size, condition_id, url, leaf_catalog_id, price_eur (asked last; null: not in
           euro), promoted, seller_hash, last_seen_at, evidence (on_sale, sold, left); catalogues (`market.catalogues`).
    """
    rows = listings.pipe(with_reasons).pipe(with_brands).pipe(with_features)
    features = read_features(rows)
    matrices = features.matrices(rows)
    logs = rows["price_eur"].cast(pl.Float64).clip(0.01).log().fill_null(0.0).to_numpy()
    fit, folds = rows["unfit"].is_null().to_numpy(), rows["fold"].to_numpy()
    taught = teach(matrices, logs, folds, fit)
    off = distances(taught, matrices, logs, folds)
    is_nonsense = pl.lit(pl.Series(fit & (np.abs(off) > np.log(FAR_OFF))))
    rows = rows.with_columns(unfit=pl.when(is_nonsense).then(pl.lit(Unfit.NONSENSE.value)).otherwise("unfit"))
    return Book(
        rows=rows,
        features=features,
        taught=taught,
        logs=logs,
        parts={part: np.column_stack([one.adds(matrices, part) for one in taught]) for part in PARTS},
        titles=features.titles.likeness(rows["subject"].to_list()),
        groups=_groups(rows, catalogues),
        usual=robust_spread(off[fit]),
    )


def comparables_of(book: Book, listing_id: int, *, meaning: Meaning | None = None) -> Comparables | None:
    """What a listing of the book is compared with; None: the book does not hold it.

    `meaning` (`wording.meaning`) looks once more at the titles of those that are most alike by their letters.
    """
    places = _places(book.rows, pl.col("listing_id") == listing_id)
    return _compared(book, int(places[-1]), meaning) if len(places) else None


def comparables_for(book: Book, subject: Subject, *, meaning: Meaning | None = None) -> Comparables:
    """What a thing that is only described is compared with. `meaning`: as for `comparables_of`."""
    return _compared(_with_guest(book, subject), len(book.logs), meaning)


def prices(book: Book, places: Places | None = None) -> pl.DataFrame:
    """What listings on sale would be asked by their comparables: all of them, or those at these places of the book.

    Returns: listing_id, price_eur, unfit; expected (EUR, by attributes and title alone), middle (EUR, by comparables;
             null: too few), spread (of log prices), listings (comparables), kin (those with a title like its own).
    Grain: one listing.
    """
    wanted = _places(book.rows, pl.col("evidence") == "on_sale") if places is None else places
    catalogues = book.rows["leaf_catalog_id"].fill_null(0).to_numpy()
    found = np.full((4, len(book.logs)), np.nan)
    for catalog_id in np.unique(catalogues[wanted]).tolist():
        others, own = book.comparable_with(catalog_id, "on_sale"), wanted[catalogues[wanted] == catalog_id]
        step = max(1, _AT_ONCE // max(len(others), 1))
        for start in range(0, len(own) if len(others) > LEAST_ALIKE else 0, step):
            rows = own[start : start + step]
            found[:, rows] = _told(book, rows, others)
    told = book.rows.select("listing_id", pl.col("price_eur").cast(pl.Float64), "unfit").with_columns(
        expected=pl.Series(np.exp(book.expected[np.arange(len(book.logs)), book.folds])),
        middle=pl.Series(np.exp(found[0])),
        spread=pl.Series(found[1]),
        listings=pl.Series(np.nan_to_num(found[2]).astype(np.int64)),
        kin=pl.Series(np.nan_to_num(found[3]).astype(np.int64)),
    )
    return told[wanted].with_columns(pl.col("middle", "spread").fill_nan(None))


def titles_alike(book: Book, rows: Places, others: Places) -> Floats:
    """How alike the titles of `rows` and of `others` are, beside brand and size, (rows, others), 0 to 1."""
    return np.asarray((book.titles[rows] @ book.titles[others].T).toarray(), dtype=np.float64)


def likeness(book: Book, rows: Places, others: Places, titles: Floats) -> Floats:
    """How alike each of `rows` and each of `others` are, (rows, others), 0 to 1; -1 for the same or a twin offer."""
    alike = _ALIKE["subject"] * titles
    for name in ("brand_told", "size"):
        alike += _ALIKE[name] * (book.codes[name][rows][:, None] == book.codes[name][others])
    alike += _ALIKE["condition"] * (1.0 - np.abs(book.qualities[rows][:, None] - book.qualities[others]))
    twins = book.codes["twin"]
    is_twin = (twins[rows][:, None] == twins[others]) & (twins[rows] >= 0)[:, None]
    return np.where(is_twin | (rows[:, None] == others), -1.0, alike)


def _told(book: Book, rows: Places, others: Places) -> Floats:
    """What the most alike of `others` tell of `rows`: log price, spread, how many they are, and how many are kin."""
    titles = titles_alike(book, rows, others)
    nearest = _nearest(likeness(book, rows, others, titles), min(MOST_ALIKE, len(others) - 1))
    moved = _moved(book, rows, others[nearest])
    kin = (np.take_along_axis(titles, nearest, axis=1) >= KIN).sum(axis=1)
    return np.stack(
        [np.median(moved, axis=1), shrunken_spread(moved, book.usual), np.full(len(rows), nearest.shape[1]), kin]
    )


def _nearest(alike: Floats, most: int) -> Places:
    """Where the most alike are, in each row, in no order."""
    return np.argpartition(-alike, most - 1, axis=1)[:, :most]


def _moved(book: Book, rows: Places, found: Places) -> Floats:
    """Log prices of what was found for each of `rows`, moved to what they would be for it."""
    fold = book.folds[rows]
    expected = book.expected[found, fold[:, None]]
    return np.asarray(book.logs[found] - expected + book.expected[rows, fold][:, None])


def _groups(rows: pl.DataFrame, catalogues: pl.DataFrame) -> dict[int, tuple[int, ...]]:
    """For each catalogue, those in which its listings are compared: itself, or the nearest ancestor with enough."""
    fit = rows.filter(pl.col("unfit").is_null(), pl.col("evidence") == "on_sale")
    counts = dict(fit.group_by("leaf_catalog_id").len().drop_nulls().rows())
    depth = dict(catalogues.group_by("catalog_id").len().rows())
    known = sorted({*counts, *rows["leaf_catalog_id"].drop_nulls(), *catalogues["catalog_id"]})
    above: dict[int, set[int]] = {}
    for catalog_id, ancestor_id in catalogues.rows():
        above.setdefault(catalog_id, {catalog_id}).add(ancestor_id)
    groups = {}
    for catalog_id in known:
        steps = sorted(above.get(catalog_id, {catalog_id}), key=lambda one: (one != catalog_id, -depth.get(one, 0)))
        tried = [
            tuple(sorted({one for one in counts if step in above.get(one, {one})} | {catalog_id})) for step in steps
        ]
        enough = (group for group in tried if sum(counts.get(one, 0) for one in group) >= WANTED)
        groups[catalog_id] = next(enough, tried[-1])
    return groups


def _places(rows: pl.DataFrame, is_it: pl.Expr) -> Places:
    return rows.select(is_it.fill_null(False)).to_series().arg_true().to_numpy().astype(np.int64)


def _with_guest(book: Book, subject: Subject) -> Book:
    """The book with one row more, which nobody is compared with."""
    told = {
        "listing_id": 0, "title": subject.title, "brand": subject.brand, "size": subject.size,
        "condition_id": subject.condition_id, "leaf_catalog_id": subject.catalog_id, "evidence": "guest",
    }  # fmt: skip
    brand = folded(subject.brand) if subject.brand else None
    plain_title = folded(subject.title)
    told |= {"plain_title": plain_title, "brand_told": brand, "subject": subject_of(plain_title, brand, subject.size)}
    schema = {name: book.rows.schema[name] for name in told}
    guest = pl.DataFrame([told], schema=schema).with_columns(evidence=pl.lit("on_sale")).pipe(with_features)
    matrices = book.features.matrices(guest)
    parts = {part: np.array([[one.adds(matrices, part)[0] for one in book.taught]]) for part in PARTS}
    made = replace(
        book,
        rows=pl.concat([book.rows, guest.with_columns(evidence=pl.lit("guest"))], how="diagonal_relaxed"),
        logs=np.append(book.logs, 0.0),
        parts={part: np.vstack([book.parts[part], parts[part]]) for part in PARTS},
        titles=stacked(book.titles, book.features.titles.likeness(guest["subject"].to_list())),
    )
    vars(made)["stretch"] = book.stretch  # of the others: a guest has no price
    return made


def _compared(book: Book, place: int, meaning: Meaning | None) -> Comparables:
    row = np.array([place])
    catalog_id = book.rows["leaf_catalog_id"][place]
    group = list(book.groups.get(catalog_id or 0, ()))
    here = pl.col("leaf_catalog_id").is_in(group)
    on_sale, sold = (_places(book.rows, here & (pl.col("evidence") == kind)) for kind in ("on_sale", "sold"))
    alike = likeness(book, row, on_sale, titles_alike(book, row, on_sale))[0]
    fit = book.rows["unfit"].is_null().to_numpy()
    found = _most_alike(book, place, on_sale[fit[on_sale]], meaning)
    found_sold = _most_alike(book, place, sold[fit[sold]], meaning)
    shown = _table(book, place, found[0][:SHOWN], found[1][:SHOWN])
    least = float(shown["likeness"].min() or 0.0) if shown.height else 0.0  # type: ignore[arg-type]
    left_out = (~fit[on_sale] | (alike < 0)) & ((alike >= least) | (alike < 0)) & (on_sale != place)
    lack = Shortage.NO_CATALOGUE if catalog_id is None or not group else Shortage.FEW_ALIKE
    of_parent = len(group) > 1
    unfit = book.rows[on_sale]["unfit"].drop_nulls().value_counts().rows()
    return Comparables(
        on_sale=shown,
        sold=_table(book, place, found_sold[0][:SHOWN], found_sold[1][:SHOWN]),
        fair=_fair(book, row, found[0], of_parent) or lack,
        last_seen=_fair(book, row, found_sold[0], of_parent) or lack,
        effects=_effects(book, place, on_sale),
        excluded=_left_out(book, place, on_sale[left_out], alike[left_out]),
        reasons={Unfit(reason): int(count) for reason, count in sorted(unfit)},
    )


def _most_alike(book: Book, place: int, others: Places, meaning: Meaning | None) -> tuple[Places, Floats]:
    """The most alike of others, at most MOST_ALIKE, the most alike first, and how alike they are."""
    titles = titles_alike(book, np.array([place]), others)
    alike = likeness(book, np.array([place]), others, titles)[0]
    best = np.argsort(-alike, kind="stable")[: _RERANKED if meaning else MOST_ALIKE]
    best = best[alike[best] >= LEAST_LIKENESS]
    if meaning is not None and len(best):
        vectors = meaning([book.rows["title"][int(one)] or "" for one in (place, *others[best])])
        alike[best] += _ALIKE["subject"] * (vectors[1:] @ vectors[0] - titles[0, best]) / 2
        best = best[np.argsort(-alike[best], kind="stable")][:MOST_ALIKE]
    return others[best], alike[best]


def _fair(book: Book, row: Places, found: Places, of_parent: bool) -> FairPrice | None:
    if len(found) < LEAST_ALIKE:
        return None
    moved = _moved(book, row, found[None, :])
    middle, away = float(np.median(moved)), book.stretch * float(shrunken_spread(moved, book.usual)[0])
    low, high = np.exp(middle - away), np.exp(middle + away)
    return FairPrice(float(low), float(np.exp(middle)), float(high), len(found), of_parent)


def _table(book: Book, place: int, found: Places, alike: Floats) -> pl.DataFrame:
    """COMPARABLE of what was found, with what moved each price."""
    fold = int(book.folds[place])
    moves = {part: book.parts[part][place, fold] - book.parts[part][found, fold] for part in PARTS}
    words = moves["words"] + moves["place"]
    rows = book.rows[found]
    return rows.with_columns(
        pl.col("price_eur").cast(pl.Float64),
        adjusted_eur=pl.Series(_moved(book, np.array([place]), found[None, :])[0], dtype=pl.Float64).exp(),
        by_brand=pl.Series(np.expm1(moves["brand"])),
        by_size=pl.Series(np.expm1(moves["size"])),
        by_condition=pl.Series(np.expm1(moves["condition"])),
        by_words=pl.Series(np.expm1(words)),
        likeness=pl.Series(alike),
    ).select(pl.col(name).cast(dtype) for name, dtype in COMPARABLE.items())


def _left_out(book: Book, place: int, found: Places, alike: Floats) -> pl.DataFrame:
    """COMPARABLE and reason of the most alike that cannot be compared; an offer of the same thing is a duplicate."""
    best = np.argsort(np.where(alike < 0, -2.0, -alike), kind="stable")[:SHOWN]
    rows = _table(book, place, found[best], np.abs(alike[best]))
    reasons = [book.rows["unfit"][int(one)] or Unfit.DUPLICATE.value for one in found[best]]
    return rows.with_columns(reason=pl.Series(reasons, dtype=pl.String))


def _effects(book: Book, place: int, others: Places) -> tuple[Effect, ...]:
    """What brand, size and condition do to this listing's price, against the usual of its catalogue."""
    fold, rows, own = int(book.folds[place]), book.rows[others], book.rows.row(place, named=True)
    told = []
    for part, name in (("brand", "brand_told"), ("size", "size"), ("condition", "condition_id")):
        if own[name] is not None and len(others):
            log = book.parts[part][place, fold] - float(np.mean(book.parts[part][others, fold]))
            n = rows.filter(pl.col(name) == own[name]).height
            told.append(
                Effect(
                    part, str(own["brand"] or own[name]) if part == "brand" else str(own[name]), float(np.expm1(log)), n
                )
            )
    return tuple(told)
