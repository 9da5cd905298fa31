"""This is where a table of second-hand things becomes what a price model learns from (PRICED): no input or output.

Which column is what, is said (title=name,price=price) or guessed from the usual names. Prices are in one currency; what
has none, is nothing to learn from. What is only known once a thing is listed (likes, views) is never read.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from vopt_lib.errors import (
    ColumnMissing,
    CurrenciesMixed,
    KnownAfterwards,
    NothingToLearnFrom,
    PriceColumnMissing,
    WrongCondition,
    WrongMapping,
)
from vopt_lib.imports.cells import amount, day
from vopt_lib.imports.columns import guessed, pairs_of
from vopt_lib.schema.own_tables import head_word
from vopt_lib.schema.pricing import CATEGORY_SEPARATOR, PRICED
from vopt_lib.words import N_

USUAL: Final = {
    "id": "id, item id, listing id, product id, id annuncio, item link, url, link",
    "title": "title, name, item title, item name, product name, titolo, titre",
    "brand": "brand, brand name, item brand, marca, marque, marke",
    "category": "category, category path, category name, categoria, catalogue, categorie, catalogo",
    "size": "size, size label, item size, taglia, taille",
    "condition": "condition, item condition, condition label, condition name, item condition id, condizioni, etat",
    "color": "color, colour, colors, colours, item color, colore, couleur",
    "material": "material, item material, materiale, matiere",
    "description": "description, item description, descrizione",
    "price": "price, price eur, asked price, price amount, item price, prezzo, prix",
    "currency": "currency, price currency, valuta, devise",
    "day": "online date, listed on, date listed, listing date, published on, date scrapped, day",
    "location": "location, country, seller country, item country, paese, luogo, pays",
    "gender": "gender, sesso, sexe",
    "department": "department, reparto, rayon",
    "sub_category": "sub category, subcategory, sottocategoria, sous categorie",
    "season": "season, stagione, saison",
}
"""What columns are usually called, the plainest first; the names that imports know count, too."""

ROW: Final = " row"
"""The column with a row's number; no head of a text table begins with a space."""

LONGEST: Final = 10_000
"""Letters of a text that are read."""

_OF_IMPORTS: Final = {"colour": "color", "listing_number": "id"}
_ALIKE: Final = " alike"
_AND: Final = "+"
_AFTERWARDS: Final = frozenset(
    {
        *("likes", "views", "favourites", "favorites", "followers", "favs", "hearts", "watchers", "wishlists"),
        *("preferiti", "visualizzazioni", "visite", "cuori", "vues", "favoris", "abonnes", "impressions"),
    }
)
_AFTERWARDS_HEADS: Final = frozenset(
    {
        *("we love", "num like", "like count", "likes count", "view count", "views count", "nb vues", "love"),
        *("favourite count", "favorite count", "follower count", "days to sell", "sold", "sold at", "sold on"),
        *("date sold", "item date sold", "sold price", "sale price sold", "days elapsed", "popularity score"),
    }
)
_NOTHING: Final = ("", "-", "–", "—", "n/a", "n/d", "nd", "no data", "null", "#n/a", "?", "nan", "none")
_SIGNS: Final = {"€": "EUR", "£": "GBP", "$": "USD"}
_CODES: Final = frozenset(
    {
        *("EUR", "GBP", "USD", "PLN", "CHF", "CZK", "SEK", "DKK", "RON", "HUF", "NOK", "BGN", "TRY", "UAH", "ZAR"),
        *("AUD", "BRL", "CAD", "CNY", "HKD", "IDR", "INR", "JPY", "KRW", "MXN", "MYR", "NZD", "SGD", "THB"),
    }
)
_LEVELS_PARTED_BY: Final = (">", "/", "|", "›", "»")
_MONEY: Final = re.compile(r"(?P<before>[^\d\s.,'-]{0,3})\s*(?P<number>\d[\d.,' ]*?)\s*(?P<after>[^\d\s.,'-]{0,3})")
_IN_LINK: Final = r"^https?://[^?]*/(\d{6,15})(?:[-/?]|$)"
_PLAIN: Final = r"^[0-9]{1,9}(\.[0-9]+)?$"
_PLAINLY_DECIMAL: Final = r"\.([0-9]{1,2}|[0-9]{4,})$"


@dataclass(frozen=True)
class Reading:
    """Which columns of a table are what: {key: its columns}, and the keys that were guessed.

    Keys: those of PRICED, with price and currency instead of price_eur, day, and any other name of a label.
    """

    columns: Mapping[str, tuple[str, ...]]
    guessed: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Every column that is read, once."""
        return list(dict.fromkeys(name for columns in self.columns.values() for name in columns))


@dataclass(frozen=True)
class Priced:
    """Things with their prices (PRICED, and more labels), and what was left out.

    currency: what all prices are in, None where the table does not say. unpriced: rows without a price above 0.
    repeated: rows that a later one of the same thing replaces.
    """

    rows: pl.DataFrame
    currency: str | None
    unpriced: int
    repeated: int


def reading_of(text: str, head: Sequence[str], *, sample: Sequence[Sequence[str]] = (), file: str) -> Reading:
    """What is said (title=name,category=gender+sub_category, or brand= for "none of them"), and what is guessed from
    the heads; of some also from a sample of the rows.

    Raises: WrongMapping; ColumnMissing; KnownAfterwards; PriceColumnMissing; NothingToLearnFrom.
    """
    said: dict[str, tuple[str, ...]] = {}
    for pair in pairs_of(text):
        name, equals, column = (part.strip() for part in pair.partition("="))
        key = _key(name)
        if not equals or not key:
            raise WrongMapping(text=pair, why=N_("it is not NAME=COLUMN"), known=", ".join(USUAL))
        if key in said:
            raise WrongMapping(text=pair, why=N_("this was said before"), known=", ".join(USUAL))
        for known_later in filter(_is_known_afterwards, (name, *column.split(_AND))):
            raise KnownAfterwards(column=known_later)
        said[key] = _columns(column, head) if column else ()
    prices = set(said.get("price", ()))
    if any(key != "price" and prices.intersection(names) for key, names in said.items()):
        raise WrongMapping(text=text, why=N_("a price cannot be told from itself"), known=", ".join(USUAL))
    found = {key: (column,) for key, column in _guessed(head, sample).items() if key not in said}
    free = {
        key: names
        for key, names in found.items()
        if names[0] not in {name for group in said.values() for name in group}
    }
    reading = Reading({**{key: names for key, names in said.items() if names}, **free}, tuple(free))
    _must_suffice(reading, head, file)
    return reading


def conditions_of(texts: Sequence[str], head: Sequence[str]) -> dict[str, str]:
    """{column: value} of what to keep, each written COLUMN=VALUE. Raises: WrongCondition; ColumnMissing."""
    kept = {}
    for text in texts:
        column, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not column:
            raise WrongCondition(text=text)
        kept[_column(column, head)] = value
    return kept


def kept_rows(rows: pl.DataFrame, conditions: Mapping[str, str]) -> pl.DataFrame:
    """The rows that have these values, whatever the case of their letters."""
    return rows.filter(
        *(pl.col(name).fill_null("").str.to_lowercase() == value.lower() for name, value in conditions.items())
    )


def priced(rows: pl.DataFrame, reading: Reading, *, file: str) -> Priced:
    """The things of a table of texts.

    Needs: the reading's columns (String; every column, where none is the id), ROW (its number, the id where there is
           none).
    Raises: CurrenciesMixed.
    """
    cleaned = _cleaned(rows, reading.names)
    texts = cleaned.select(ROW, *(_joined(key, names) for key, names in reading.columns.items()))
    if "id" not in reading.columns:
        texts = texts.with_columns(rows.select(pl.struct(pl.all().exclude(ROW)).hash().alias(_ALIKE)))
    if len(reading.columns.get("category", ())) == 1:
        texts = texts.with_columns(_with_levels(texts["category"]))
    amounts = _amounts(texts["price"])
    currencies = _currencies(texts, amounts)
    if len(currencies) > 1:
        raise CurrenciesMixed(file=file, known=", ".join(currencies))
    price = pl.col("price_eur")
    known = texts.with_columns(price_eur=amounts["eur"]).filter(price.is_finite() & (price > 0))
    once = _once(known.pipe(_with_ids), has_ids="id" in reading.columns, by_day="day" in reading.columns)
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in PRICED.items() if name not in once.columns]
    labels = sorted(set(once.columns) - {*PRICED, "price", "currency", ROW, _ALIKE})
    return Priced(
        rows=once.with_columns(missing).select(*PRICED, *labels),
        currency=next(iter(currencies), None) or _currency_in(" ".join(reading.columns["price"])),
        unpriced=texts.height - known.height,
        repeated=known.height - once.height,
    )


def _key(name: str) -> str:
    """The key that a name means: itself, another word for it, or a label of that name."""
    word = head_word(name)
    for key in USUAL:
        if word == key or word in (f"{key} eur", _british(key)):
            return key
    return re.sub(r"\W+", "_", word)


def _british(key: str) -> str:
    return "colour" if key == "color" else key


def _columns(text: str, head: Sequence[str]) -> tuple[str, ...]:
    """One column, or several with + between them."""
    if text in head:
        return (text,)
    return tuple(_column(part.strip(), head) for part in text.split(_AND))


def _column(name: str, head: Sequence[str]) -> str:
    if name in head:
        return name
    alike = [known for known in head if head_word(known) == head_word(name)]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(name, head, n=1, cutoff=0.0)
    raise ColumnMissing(column=name, near=near[0] if near else "", known=", ".join(head))


def _is_known_afterwards(name: str) -> bool:
    word = re.sub(r"\d+", "", head_word(name)).strip()
    return word in _AFTERWARDS_HEADS or not _AFTERWARDS.isdisjoint(word.split())


def _guessed(head: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, str]:
    """{key: column} by the usual names, the plainest of each."""
    usual = {key: names.split(", ") for key, names in USUAL.items()}
    by_word = {head_word(name): name for name in reversed(head) if head_word(name)}
    found = {key: next((by_word[word] for word in words if word in by_word), None) for key, words in usual.items()}
    of_imports = {_OF_IMPORTS.get(field, field): column for field, column in guessed(head, sample).items()}
    told = {key: found[key] or of_imports.get(key) for key in usual}
    return {key: column for key, column in told.items() if column and not _is_known_afterwards(column)}


def _must_suffice(reading: Reading, head: Sequence[str], file: str) -> None:
    facts = {"file": file, "known": ", ".join(head), "first": next(iter(head), "")}
    if "price" not in reading.columns:
        raise PriceColumnMissing(**facts)
    if not set(reading.columns) - {"price", "currency", "id", "day"}:
        raise NothingToLearnFrom(**facts)


def _cleaned(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """These columns with one space between words, null where nothing is said."""
    text = pl.col(*names)
    short = rows.with_columns(text.str.slice(0, LONGEST).str.replace_all(r"\s+", " ").str.strip_chars())
    return short.with_columns(pl.when(~text.str.to_lowercase().is_in(_NOTHING)).then(text))


def _joined(key: str, names: Sequence[str]) -> pl.Expr:
    """The columns of one key as one text: levels of a category, words of anything else; null where there is nothing."""
    if len(names) == 1:
        return pl.col(*names).alias(key)
    joined = pl.concat_str(names, separator=CATEGORY_SEPARATOR if key == "category" else " ", ignore_nulls=True)
    return pl.when(joined != "").then(joined).alias(key)


def _with_levels(categories: pl.Series) -> pl.Series:
    """Categories that are written as paths, Women/Tops/Blouses, with our separator between their levels."""
    known = categories.drop_nulls()
    for sign in _LEVELS_PARTED_BY:
        if 2 * int(known.str.contains(sign, literal=True).sum()) >= max(known.len(), 1):
            levels = categories.str.split(sign).list.eval(pl.element().str.strip_chars())
            return levels.list.eval(pl.element().filter(pl.element() != "")).list.join(CATEGORY_SEPARATOR)
    return categories


def _amounts(texts: pl.Series) -> pl.DataFrame:
    """eur (null where there is no amount) and currency of each price.

    12.50, 40.545 and 1000 in one column are plain numbers with a point; alone, 1.234 means thousands, as people write.
    """
    are_plain = texts.drop_nulls().str.contains(_PLAIN).all() and texts.str.contains(_PLAINLY_DECIMAL).any()
    if are_plain:
        return pl.DataFrame({"eur": texts.cast(pl.Float64)}).with_columns(currency=pl.lit(None, pl.String))
    known = {text: _amount(text) for text in texts.drop_nulls().unique()}
    schema = {"text": pl.String, "eur": pl.Float64, "currency": pl.String}
    table = pl.DataFrame([(text, *told) for text, told in known.items()], schema=schema, orient="row")
    return texts.alias("text").to_frame().join(table, on="text", how="left", maintain_order="left").drop("text")


def _amount(text: str) -> tuple[float | None, str | None]:
    try:
        found = amount(text)
    except ValueError:
        return _foreign(text) or (_number(text), None)
    return (float(found.value), found.currency) if found else (None, None)


def _number(text: str) -> float | None:
    """A number as programs write it: 12.299999."""
    return float(text) if re.fullmatch(r"\d{1,9}\.\d{4,}", text) else None


def _foreign(text: str) -> tuple[float, str] | None:
    """An amount in a currency of which Vinted knows nothing: ¥ 1,200; None: it is none."""
    found = _MONEY.fullmatch(text)
    signs = {sign.upper() for sign in (found["before"], found["after"]) if sign} if found else set()
    if found is None or len(signs) != 1:
        return None
    (sign,) = signs
    if sign not in _CODES and not (len(sign) == 1 and unicodedata.category(sign) == "Sc"):
        return None
    try:
        value = amount(found["number"])
    except ValueError:
        return None
    return (float(value.value), sign) if value else None


def _currencies(texts: pl.DataFrame, amounts: pl.DataFrame) -> list[str]:
    """Those that the prices, or a column of their own, are in; the commonest first."""
    said = [amounts["currency"]]
    if "currency" in texts.columns:
        said.append(texts["currency"].filter(amounts["eur"].is_not_null()).str.to_uppercase())
    known = [series.drop_nulls().replace(_SIGNS) for series in said]
    return pl.concat(known).value_counts(sort=True).to_series().to_list()


def _currency_in(head: str) -> str | None:
    """The one that the head of the prices names: "price_eur", "Prix (€)"."""
    parts = re.split(r"[\W_]+", _with_codes(head))
    return next((part.upper() for part in parts if part.upper() in _CODES), None)


def _with_codes(text: str) -> str:
    for sign, code in _SIGNS.items():
        text = text.replace(sign, code)
    return text


def _with_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row's id: the number in Vinted's own address, what stands there, or the number of the row."""
    if "id" not in rows.columns:
        return rows.with_columns(id=pl.col(ROW).cast(pl.String))
    number = pl.col("id").str.extract(_IN_LINK)
    return rows.with_columns(id=pl.coalesce(number, "id", pl.format("row {}", ROW)))


def _once(rows: pl.DataFrame, *, has_ids: bool, by_day: bool) -> pl.DataFrame:
    """Of each thing its last row; of the latest day, where days are told. Without ids, rows that are alike are one."""
    if by_day:
        told = {text: _day(text) for text in rows["day"].drop_nulls().unique()}
        rows = rows.with_columns(pl.col("day").replace_strict(told, default=None, return_dtype=pl.Date))
        rows = rows.sort("day", nulls_last=False, maintain_order=True)
    if has_ids:
        once = rows.unique("id", keep="last", maintain_order=True).sort(ROW)
    else:
        once = rows.unique(_ALIKE, keep="first", maintain_order=True).sort(ROW)
    return once.with_columns(pl.col("day").cast(pl.String)) if by_day else once


def _day(text: str) -> date | None:
    try:
        return day(text)
    except ValueError:
        return None
