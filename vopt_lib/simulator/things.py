"""This is where the things for sale are drawn: what they are, in what state, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Final

import numpy as np

from vopt_lib.schema.queries import Term
from vopt_lib.schema.vinted_terms import brands, colours
from vopt_lib.simulator.arrays import Flags, Floats, Ints
from vopt_lib.simulator.kinds import MATERIALS, brand_levels, leaves
from vopt_lib.simulator.prices import CONDITION_LOG_LEVELS, CONDITION_SHARES, HIDDEN_LOG_SD, MATERIAL_LOG_LEVELS, season

NONSENSE_SHARE: Final = 0.018
BUNDLE_SHARE: Final = 0.012
UNBRANDED_SHARE: Final = 0.09
BRAND_NOT_GIVEN_SHARE: Final = 0.08
"""Share of branded things whose seller left the brand field empty."""

NONE: Final = -1
_ELECTRONICS = "Elettronica"
_NOT_FULLY_WORKING = 7
_COMMON_COLOURS = {1: 22.0, 12: 10.0, 9: 8.0, 27: 7.0, 4: 6.0, 3: 6.0, 5: 5.0, 10: 4.0, 7: 4.0, 2: 4.0, 15: 6.0}


@dataclass(frozen=True)
class Things:
    """Attributes and worth of things, one value each.

    leaf, brand, size and material are places in `leaves()`, `brands()`, the leaf's sizes and MATERIALS; NONE means that
    there is none. `brand` is the true one, also where brand_is_given is false.
    attribute_log is the log of the euro that the attributes explain, hidden_log what they do not.
    """

    leaf: Ints
    brand: Ints
    brand_is_given: Flags
    condition_id: Ints
    size: Ints
    colour_ids: Ints
    material: Ints
    pieces: Ints
    is_nonsense: Flags
    seller: Ints
    seed: Ints
    attribute_log: Floats
    hidden_log: Floats

    def __len__(self) -> int:
        return len(self.leaf)

    @property
    def fair_eur(self) -> Floats:
        """What each thing is worth."""
        return np.asarray(np.exp(self.attribute_log + self.hidden_log))

    def taken(self, places: Ints) -> Things:
        """These things only, in this order."""
        return Things(**{field.name: getattr(self, field.name)[places] for field in fields(self)})


class Levels:
    """How dear each leaf is in one market, and each brand in it: log prices, drawn when they are first asked for."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    @cached_property
    def brand_in_leaf(self) -> Floats:
        """What a brand costs more or less in this leaf than elsewhere, (leaves, brands)."""
        return self._rng.normal(0.0, 0.10, (len(leaves()), len(brands())))

    @cached_property
    def leaf(self) -> Floats:
        """What a leaf costs more or less than in other markets."""
        return self._rng.normal(0.0, 0.08, len(leaves()))


def draw_things(
    rng: np.random.Generator, leaf: Ints, published_days: Floats, seller_weight: Floats, *, levels: Levels
) -> Things:
    """One thing per leaf given, as they are when published; days count from 1970."""
    n = len(leaf)
    brand, brand_log = _brands(rng, leaf, levels)
    condition_id, condition_log = _conditions(rng, leaf)
    size, size_log = _sizes(rng, leaf)
    material, material_log = _materials(rng, leaf)
    oddity = rng.random(n)
    pieces = np.where(oddity < BUNDLE_SHARE, rng.integers(2, 7, n), 1).astype(np.int64)
    usual = _usual_log(leaf, published_days, levels) + 0.8 * np.log(pieces)
    return Things(
        leaf=leaf,
        brand=brand,
        brand_is_given=rng.random(n) >= BRAND_NOT_GIVEN_SHARE,
        condition_id=condition_id,
        size=size,
        colour_ids=_colours(rng, n),
        material=material,
        pieces=pieces,
        is_nonsense=(oddity >= BUNDLE_SHARE) & (oddity < BUNDLE_SHARE + NONSENSE_SHARE),
        seller=rng.choice(len(seller_weight), n, p=seller_weight).astype(np.int64),
        seed=rng.integers(1, 2**62, n),
        attribute_log=usual + brand_log + condition_log + size_log + material_log,
        hidden_log=rng.normal(0.0, HIDDEN_LOG_SD, n),
    )


def shown_brand(things: Things, row: int) -> Term | None:
    """The brand in the listing's own field."""
    return true_brand(things, row) if things.brand_is_given[row] else None


def true_brand(things: Things, row: int) -> Term | None:
    """The brand that the thing is of."""
    place = int(things.brand[row])
    return None if place == NONE else brands()[place]


def _usual_log(leaf: Ints, published_days: Floats, levels: Levels) -> Floats:
    """Log of the leaf's usual price in that season; every market has leaves of its own level."""
    kinds = [found.kind for found in leaves()]
    level = np.log([found.eur for found in leaves()]) + levels.leaf
    peak_month = np.array([float(kind.peak_month) for kind in kinds])
    swing = np.array([kind.swing for kind in kinds])
    return np.asarray(level[leaf] + season(published_days, peak_month[leaf], swing[leaf]))


def _conditions(rng: np.random.Generator, leaf: Ints) -> tuple[Ints, Floats]:
    """Conditions and their log price over a very good one; electronics may also not work fully."""
    condition = rng.choice(list(CONDITION_SHARES), len(leaf), p=list(CONDITION_SHARES.values()))
    is_electronic = np.array([found.node.path.startswith(_ELECTRONICS) for found in leaves()])[leaf]
    broken = is_electronic & (rng.random(len(leaf)) < 0.06)
    condition = np.where(broken, _NOT_FULLY_WORKING, condition)
    levels = np.array([CONDITION_LOG_LEVELS.get(known, 0.0) for known in range(_NOT_FULLY_WORKING + 1)])
    return condition.astype(np.int64), levels[condition]


def _brands(rng: np.random.Generator, leaf: Ints, levels: Levels) -> tuple[Ints, Floats]:
    """Brands by what the leaf holds, and their log price over a plain one, with a part for each brand in each leaf."""
    brand, log = np.full(len(leaf), NONE), np.full(len(leaf), -0.15)
    places = {term.id: place for place, term in enumerate(brands())}
    own = levels.brand_in_leaf
    for brand_kind in sorted({found.brand_kind for found in leaves() if found.brand_kind}):
        known = brand_levels(brand_kind)
        weight = np.array([level.weight for level in known])
        here = np.flatnonzero(np.array([found.brand_kind == brand_kind for found in leaves()])[leaf])
        here = here[rng.random(len(here)) >= UNBRANDED_SHARE]
        picked = rng.choice(len(known), len(here), p=weight / weight.sum())
        brand[here] = np.array([places[level.brand.id] for level in known])[picked]
        log[here] = np.array([level.log_level for level in known])[picked] + own[leaf[here], brand[here]]
    return brand.astype(np.int64), log


def _sizes(rng: np.random.Generator, leaf: Ints) -> tuple[Ints, Floats]:
    """Sizes of the leaf, the middle ones most; the ends of the range cost a little less."""
    count = np.array([len(found.sizes) for found in leaves()])[leaf]
    middle = (count - 1) / 2.0
    place = np.clip(np.round(rng.normal(0.85 * middle, count / 5.5)), 0, np.maximum(count - 1, 0))
    off_centre = np.abs(place - middle) / np.maximum(middle, 1.0)
    missing = (count == 0) | (rng.random(len(leaf)) < 0.03)
    return np.where(missing, NONE, place).astype(np.int64), np.where(missing, 0.0, -0.08 * off_centre)


def _materials(rng: np.random.Generator, leaf: Ints) -> tuple[Ints, Floats]:
    """Materials of the leaf's kind; most sellers do not say."""
    table = _material_table()
    known = (table >= 0).sum(axis=1)[leaf]
    picked = np.floor(rng.random(len(leaf)) * np.maximum(known, 1)).astype(np.int64)
    silent = (known == 0) | (rng.random(len(leaf)) < 0.60)
    material = np.where(silent, NONE, table[leaf, picked])
    levels = np.array([MATERIAL_LOG_LEVELS.get(term.title, 0.0) for term in MATERIALS] + [0.0])
    return material.astype(np.int64), levels[material]


@cache
def _material_table() -> Ints:
    places = {term.id: place for place, term in enumerate(MATERIALS)}
    table = np.full((len(leaves()), len(MATERIALS)), NONE, dtype=np.int64)
    for row, leaf in enumerate(leaves()):
        table[row, : len(leaf.kind.materials)] = [places[term.id] for term in leaf.kind.materials]
    return table


def _colours(rng: np.random.Generator, n: int) -> Ints:
    """One or two colours each; 0 is no second one."""
    ids = np.array([colour.id for colour in colours()])
    weight = np.array([_COMMON_COLOURS.get(colour.id, 1.0) for colour in colours()])
    first, second = rng.choice(ids, (2, n), p=weight / weight.sum())
    return np.column_stack([first, np.where((rng.random(n) < 0.25) & (second != first), second, 0)]).astype(np.int64)
