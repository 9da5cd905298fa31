"""This is where we say which prices cannot be compared: several things at once, flaws, prices that mean nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Final

import polars as pl

from vopt_lib.schema.comparables import Unfit
from vopt_lib.schema.vinted_terms import folded, warning_words

LEAST_EUR: Final = 1.0
"""Up to here a price is a bait or stands for "make an offer"."""

SEEN_WITHIN: Final = timedelta(days=14)
"""What no search has shown for so long, before the newest sighting of all, may no longer be there."""

SOLD_WITHIN: Final = timedelta(days=120)

USUAL_SHARE: Final = 0.05
"""A word for another thing that more of a catalogue's titles use says what the catalogue holds."""

_MEANS: Final = {
    Unfit.BUNDLE: "bundle",
    Unfit.FLAWED: "flawed",
    Unfit.FAKE: "fake",
    Unfit.NOT_FOR_SALE: "not for sale",
    Unfit.ANOTHER_THING: "another thing",
}
_NOT = "senza|nessun|nessuna|no|zero|sans|aucun|aucune|pas de|without|not|ohne|keine|kein|sin|ningun|ninguna"
# From three on: a bikini has two.
_SEVERAL = r"(?:[3-9]|[1-9]\d)\s?(?:x|pezzi|pz|capi|paia|pieces|pcs|items|teile|stuck|piezas|prendas|articles)"
_TYPED: Final = (12.34, 123.45, 1234.0, 1234.56, 12345.0, 1111.0, 2222.0, 9999.0, 99999.0, 123456.0)


def with_reasons(listings: pl.DataFrame) -> pl.DataFrame:
    """Why a listing's price cannot be compared with others', as far as the listing itself tells.

    Needs: title, price_eur, promoted, seller_hash, last_seen_at, evidence (on_sale, sold, left), leaf_catalog_id.
    Adds: unfit (String, a value of Unfit; null: it can), plain_title (folded), twin (what a seller's offers of the same
          thing share; null where seller or title is not known). Grain: one row per listing, unchanged.
    """
    known = listings.with_columns(plain_title=pl.col("title").map_elements(folded, pl.String)).with_columns(
        twin=pl.concat_str("seller_hash", "plain_title", separator="\n")
    )
    newest = pl.col("last_seen_at").max()
    age = newest - pl.col("last_seen_at")
    is_old = age > pl.when(pl.col("evidence") == "on_sale").then(SEEN_WITHIN).otherwise(SOLD_WITHIN)
    later = pl.col("last_seen_at").rank("ordinal", descending=True).over("twin", "evidence")
    return known.with_columns(
        unfit=pl.coalesce(
            _when(pl.col("price_eur").is_null(), Unfit.CURRENCY),
            _when(is_typed(pl.col("price_eur")), Unfit.NONSENSE),
            *(_when(_warns(reason), reason) for reason in _MEANS),
            _when(pl.col("promoted").fill_null(False), Unfit.PROMOTED),
            _when(is_old, Unfit.OLD),
            _when(pl.col("twin").is_not_null() & (later > 1), Unfit.DUPLICATE),
        )
    )


def is_typed(price: pl.Expr) -> pl.Expr:
    """Whether a price was only typed to fill the field: 1 €, 11.11 €, 123.45 €, 9999 €."""
    cents = (price.cast(pl.Float64) * 100).round().cast(pl.Int64)
    repeated = pl.any_horizontal(cents == int(str(digit) * length) for digit in range(1, 9) for length in (4, 5))
    return (price <= LEAST_EUR) | repeated | cents.is_in([round(eur * 100) for eur in _TYPED])


def warns_of(title: str) -> Unfit | None:
    """What a title warns of, by its words alone.

    Example:
        >>> warns_of("Lotto 3 magliette"), warns_of("Abito senza difetti")
        (<Unfit.BUNDLE: 'bundle'>, None)
    """
    frame = pl.DataFrame({"plain_title": [folded(title)]})
    found = (reason for reason in _MEANS if frame.select(_has(reason)).item())
    return next(found, None)


def _when(condition: pl.Expr, reason: Unfit) -> pl.Expr:
    return pl.when(condition).then(pl.lit(reason.value))


def _warns(reason: Unfit) -> pl.Expr:
    has = _has(reason).fill_null(False)
    return has & (has.mean().over("leaf_catalog_id") <= USUAL_SHARE) if reason is Unfit.ANOTHER_THING else has


def _has(reason: Unfit) -> pl.Expr:
    named, denied = _patterns(reason)
    # "no difetti, no macchie" denies, "non funziona" does not: it is itself a word of the list.
    return pl.col("plain_title").str.replace_all(denied, " ").str.contains(named)


@cache
def _patterns(reason: Unfit) -> tuple[str, str]:
    words = [folded(known.word) for known in warning_words() if known.means == _MEANS[reason]]
    one = _one_of(words)
    several = f"|{_SEVERAL}" if reason is Unfit.BUNDLE else ""
    return rf"(?:^|\W)(?:{one}{several})(?:\W|$)", rf"(?:^|\W)(?:{_NOT})\s+(?:{one})"


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
