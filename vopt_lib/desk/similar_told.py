"""This is where what looks like a photo becomes lines that a person reads, and plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from vopt_lib.schema.similar import EVIDENCE, PriceBand, Similar
from vopt_lib.schema.vinted_terms import conditions
from vopt_lib.words import N_, Words


def lines(found: Similar, words: Words) -> Iterator[str]:
    """What looks like it, the most alike first, and what that costs."""
    if not found.photos:
        yield words.say(N_("No photo of a listing is known yet. `vopt embed` fetches some."))
    elif found.market.is_empty():
        yield words.say(N_("None of {n} photos of listings fits what you ask for."), n=found.photos)
    for row in found.market.iter_rows(named=True):
        yield f"{words.percent(row['likeness'])}  {_listing(row, words)}"
        if row["url"]:
            yield f"      {row['url']}"
    yield from _bands(found, words)
    if not found.own.is_empty():
        yield words.say(N_("Among your own things:"))
    for row in found.own.iter_rows(named=True):
        asked = None if row["asked"] is None else words.money(row["asked"], row["currency"])
        yield f"{words.percent(row['likeness'])}  " + ", ".join(filter(None, (row["title"], row["brand"], asked)))


def as_json(found: Similar) -> dict[str, Any]:
    """The same as plain values: amounts as text, likeness from -1 to 1, null where nobody knows."""
    return {
        "photos": found.photos,
        "asked": None if found.asked is None else asdict(found.asked),
        "sold": None if found.sold is None else asdict(found.sold),
        "market": [_plain(row) for row in found.market.iter_rows(named=True)],
        "own": [_plain(row) for row in found.own.iter_rows(named=True)],
    }


def _listing(row: Mapping[str, Any], words: Words) -> str:
    condition = next((one.labels[words.language] for one in conditions() if one.id == row["condition_id"]), None)
    price = None if row["price_eur"] is None else words.money(row["price_eur"])
    state = words.say(EVIDENCE[row["evidence"]])
    return ", ".join(filter(None, (row["title"], row["brand"], condition, price, state)))


def _bands(found: Similar, words: Words) -> Iterator[str]:
    asked = N_("Look-alikes on sale ask {low} to {high}, half of them less than {middle} ({listings}).")
    sold = N_("Look-alikes that were sold last asked {low} to {high}, half of them less than {middle} ({listings}).")
    for band, sentence in ((found.asked, asked), (found.sold, sold)):
        if band is not None:
            listings = words.count(N_("{n} listing"), N_("{n} listings"), band.listings)
            yield words.say(sentence, **_amounts(band, words), listings=listings)


def _amounts(band: PriceBand, words: Words) -> dict[str, str]:
    return {name: words.money(amount) for name, amount in asdict(band).items() if name != "listings"}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float | None) else str(value) for name, value in row.items()}
