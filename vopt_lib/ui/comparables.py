"""This is where what a thing was compared with is drawn: what others like it ask, and the listings one by one."""

from __future__ import annotations

from typing import Any

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.comparables import Comparables, Effect, FairPrice, Shortage, Unfit
from vopt_lib.ui.cells import MISSING, change_words, condition_words
from vopt_lib.ui.charts import price_among, shown
from vopt_lib.ui.layout import card, grid
from vopt_lib.ui.listings import beside_title, listing_address, shown_title
from vopt_lib.ui.markup import plain, tag
from vopt_lib.ui.states import notice
from vopt_lib.ui.tables import Column, table
from vopt_lib.words import N_, Words


def asked_card(compared: Comparables, words: Words, *, own: float | None = None) -> Markup:
    """What others like it ask, and where its own price (EUR) stands among them."""
    title, fair = words.say(N_("What others like it ask")), compared.fair
    if isinstance(fair, Shortage):
        return card(notice(words.say(fair.sentence)), title=title)
    chart = price_among(compared.on_sale, fair, words, own=own)
    note = words.count(
        N_("Of {n} listing on sale, adjusted to its brand, size, condition and words. Eight in ten lie in the band."),
        N_("Of {n} listings on sale, adjusted to its brand, size, condition and words. Eight in ten lie in the band."),
        fair.listings,
    )
    neighbours = words.say(N_("Its own catalogue has too few, so neighbouring ones are counted, too."))
    foot = tag("p", _effects_said(compared.effects, words)) if compared.effects else None
    return card(shown(chart), foot, title=title, note=f"{note} {neighbours}" if fair.of_parent else note)


def compared_cards(compared: Comparables, words: Words, *, market: str) -> Markup:
    """The comparables on sale, those that were sold, and what was left out and why; nothing where there are none."""
    if compared.on_sale.is_empty():
        return Markup("")
    asked = card(
        _rows(compared.on_sale, words, market, price=words.say(N_("Asks"))),
        title=words.say(N_("Most alike on sale")),
        note=words.say(N_("Adjusted: what it would ask with the brand, size, condition and words of this listing.")),
    )
    return grid(asked, _sold(compared, words, market), _left_out(compared, words, market), columns=1)


def _rows(rows: pl.DataFrame, words: Words, market: str, *, price: str, why: bool = False) -> Markup:
    def href(row: dict[str, Any]) -> str | None:
        return listing_address({**row, "market": market})

    def moved(row: dict[str, Any]) -> str | None:
        return _moves_said(row, words)

    def described(row: dict[str, Any]) -> Markup | None:
        said = (row["brand"], row["size"], condition_words(row["condition_id"], words))
        return beside_title(row, words, *(plain(one, 40) for one in said if one and one != MISSING))

    named = rows.with_columns(
        title=pl.Series([shown_title(row, words) for row in rows.iter_rows(named=True)], dtype=pl.String)
    )
    columns = [
        Column("title", words.say(N_("Listing")), href=href, note=described),
        Column("price_eur", price, "money"),
    ]
    if why:
        said = [words.say(Unfit(reason).sentence) for reason in rows["reason"]]
        named = named.with_columns(reason=pl.Series(said, dtype=pl.String))
        columns.append(Column("reason", words.say(N_("Left out because"))))
    else:
        columns += [
            Column("adjusted_eur", words.say(N_("Adjusted")), "money", note=moved),
            Column("likeness", words.say(N_("Likeness")), "percent"),
        ]
    return table(named, columns, words, caption=price)


def _sold(compared: Comparables, words: Words, market: str) -> Markup | None:
    if compared.sold.is_empty():
        return None
    last_seen = compared.last_seen
    told = words.say(N_("Last seen prices are not what was paid. They are not counted with those on sale."))
    if isinstance(last_seen, FairPrice):
        among = N_("Half of {n} such sales were last seen above {middle}, adjusted.")
        told = f"{words.say(among, n=last_seen.listings, middle=words.money(last_seen.middle))} {told}"
    rows = _rows(compared.sold, words, market, price=words.say(N_("Last seen price")))
    return card(rows, title=words.say(N_("Most alike, sold with proof")), note=told)


def _left_out(compared: Comparables, words: Words, market: str) -> Markup | None:
    if not compared.reasons and compared.excluded.is_empty():
        return None
    counted = ", ".join(f"{words.say(reason.sentence)} ({words.number(n)})" for reason, n in compared.reasons.items())
    title = words.say(N_("Left out"))
    rows = None
    if compared.excluded.height:
        listed = _rows(compared.excluded, words, market, price=words.say(N_("Asks")), why=True)
        rows = tag("details", tag("summary", words.say(N_("Show those most alike"))), listed, class_="vopt-more")
    told = tag("p", words.say(N_("In this catalogue: {reasons}."), reasons=counted)) if counted else None
    return card(told, rows, title=title, note=words.say(N_("Their prices would tell nothing about this one.")))


def _moves_said(row: dict[str, Any], words: Words) -> str | None:
    """What moved a price: "brand −12%, size +2%"; None where nothing did by one percent."""
    names = (
        ("by_brand", N_("brand {change}")),
        ("by_size", N_("size {change}")),
        ("by_condition", N_("condition {change}")),
        ("by_words", N_("words {change}")),
    )
    said = [
        words.say(sentence, change=change_words(row[name], words))
        for name, sentence in names
        if row[name] is not None and abs(row[name]) >= 0.01
    ]
    return ", ".join(said) or None


def _effects_said(effects: tuple[Effect, ...], words: Words) -> str:
    sentences = {
        "brand": N_("Brand {value}: {change}, from {n} listings."),
        "size": N_("Size {value}: {change}, from {n} listings."),
        "condition": N_("Condition {value}: {change}, from {n} listings."),
    }
    said = [words.say(N_("Against the usual price of its catalogue:"))]
    for effect in effects:
        value = plain(effect.value, 40)
        if effect.attribute == "condition":
            value = condition_words(int(effect.value), words)
        change = change_words(effect.change, words)
        said.append(words.say(sentences[effect.attribute], value=value, change=change, n=effect.listings))
    return " ".join(said)
