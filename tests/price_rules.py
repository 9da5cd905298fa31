"""This is where tests get somebody who prices things and advises, by rules that can be reckoned in the head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl

from vopt_lib.desk.pricing_known import Models, Pricing
from vopt_lib.schema.model_card import CategoryQuality, KeptModel, ModelCard, PriceBand, Quality, Reason
from vopt_lib.schema.price_page import OwnOffer
from vopt_lib.schema.pricing import (
    CURVE,
    ESTIMATED,
    Advice,
    Factor,
    OfferAdvice,
    Repricing,
    Selling,
    Unlearnt,
    Worth,
)
from vopt_lib.schema.survival import Lack
from vopt_lib.words import N_

USUAL_EUR = 20.0
OF_BRAND = {"Zara": 2.0, "Nike": 10.0, "Levi's": 14.0}


class RuleModel:
    """Everything is worth 20 €, and more of some brands; a thing without a catalogue is not learnt."""

    def worth(self, row: pl.DataFrame, /) -> Worth | Unlearnt:
        """What the rules say of it."""
        thing = row.row(0, named=True)
        if thing["category"] is None:
            return Unlearnt.NO_CATALOGUE
        more = OF_BRAND.get(thing["brand"] or "", 0.0)
        told = [Factor("brand", thing["brand"], more)] if more else []
        told += [Factor("condition", thing["condition"], -1.5)] if thing["condition"] else []
        middle = USUAL_EUR + more
        return Worth(middle * 0.7, middle, middle * 1.4, (*told, Factor("category", thing["category"], 0.8)))

    def estimates(self, rows: pl.DataFrame, /) -> pl.DataFrame:
        """The same of each."""
        told = [self.worth(rows[place]) for place in range(rows.height)]
        known = [
            (one.middle, one.low, one.high, None) if isinstance(one, Worth) else (None, None, None, one.value)
            for one in told
        ]
        made = [(row["id"], *one) for row, one in zip(rows.iter_rows(named=True), known, strict=True)]
        return pl.DataFrame(made, schema=ESTIMATED, orient="row")


class RuleAdviser:
    """At its worth half are sold in 20 days; the chance falls straight, and is none at twice the worth."""

    def advise(self, worth_eur: float, selling: Selling, /) -> Advice | Lack:
        """Prices from half to double the worth."""
        prices = [round(worth_eur * (0.5 + step / 40), 2) for step in range(61)]
        rows = []
        for price in prices:
            days = 20.0 * (price / worth_eur) ** 2
            shares = [round(1 - 0.5 ** (within / days), 4) for within in (7, 14, 30, 60)]
            profit = (price - selling.cost_eur) * shares[3] - selling.holding_eur_a_day * min(days, 60.0)
            rows.append((price, *shares, days, profit))
        curve = pl.DataFrame(rows, schema=CURVE, orient="row")
        best = float(curve.sort("profit_eur")["price_eur"][-1])
        floor = selling.cost_eur + selling.other_costs_eur
        return Advice(curve, best, worth_eur * 0.75, best * 1.15, floor, 3.2)

    def on_offer(
        self, offer_eur: float, worth_eur: float, selling: Selling, /, *, asked_eur: float, days_listed: float
    ) -> OfferAdvice:
        """Four fifths of what is asked are enough."""
        waiting = round(0.8 * asked_eur, 2)
        return OfferAdvice(offer_eur >= waiting, waiting, None if offer_eur >= waiting else asked_eur * 0.9)

    def best_changes(self, offers: Sequence[OwnOffer], /, *, most: int) -> list[Repricing]:
        """What asks another price than its worth should ask that."""
        told = [
            Repricing(
                one.listing_id,
                one.title,
                one.asked_eur,
                one.worth_eur,
                abs(one.worth_eur - one.asked_eur) / 4,
                one.days_listed,
                N_("Others like it ask less."),
            )
            for one in offers
            if one.asked_eur != one.worth_eur
        ]
        return sorted(told, key=lambda one: -one.gain_eur)[:most]


RULES = Pricing(RuleModel(), RuleAdviser())
UNSURE = Pricing(RuleModel(), Lack.FEW_SOLD)

FAIR = Quality(1_240, 0.93, 0.294, 0.36, 0.51, 7.4, 0.012, 0.803, 1.79)
PLAIN = Quality(1_240, 1.0, 0.372, 0.29, 0.602, 9.1, 0.02)
CARD = ModelCard(
    version="it-2026-11-15-1",
    market="it",
    source="vinted",
    trained_at=datetime(2026, 11, 15, 4, 12, tzinfo=UTC),
    vopt="0.6.0",
    rows=11_160,
    first_day=date(2026, 8, 20),
    last_day=date(2026, 11, 14),
    left_out={"bundle": 210, "nonsense": 34, "sold": 0},
    quality=FAIR,
    plain=PLAIN,
    rival="it-2026-11-08-1",
    rival_quality=replace(FAIR, median_ape=0.301),
    categories=(
        CategoryQuality("Donna > Scarpe > Sneakers", replace(FAIR, rows=160, median_ape=0.41, coverage=0.74)),
        CategoryQuality("Donna > Vestiti > Abiti", replace(FAIR, rows=480, bias=-0.03)),
        CategoryQuality("Donna > Borse", replace(FAIR, rows=600, median_ape=0.25)),
    ),
    calibration=tuple(
        PriceBand(400, told, told * slant, 0.1 + off, 0.5 + off, 0.9 - off)
        for told, slant, off in ((6.0, 1.08, 0.03), (12.0, 1.02, 0.0), (21.0, 0.99, -0.02), (60.0, 0.93, 0.04))
    ),
    seconds=48.2,
    megabytes=6.4,
)
OLDER = replace(CARD, version="it-2026-11-08-1", trained_at=datetime(2026, 11, 8, 4, tzinfo=UTC))
WORSE = replace(OLDER, version="it-2026-11-01-1", refused=(Reason("It is worse."),))
MODELS = Models(
    (
        KeptModel(CARD.version, CARD, True),
        KeptModel(OLDER.version, OLDER, False),
        KeptModel(WORSE.version, WORSE, False),
    )
)
