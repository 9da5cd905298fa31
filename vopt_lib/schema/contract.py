"""This is where a frame is held against its table: what breaks a rule leaves with its reason, the rest goes in.

A frame whose columns are not the table's is refused whole (ContractBroken). A row that breaks a rule is refused alone.
What JSON types an answer must have is judged before, in `records`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from vopt_lib.errors import ContractBroken
from vopt_lib.schema.records import SHAPE_REASONS
from vopt_lib.schema.tables import Table, table
from vopt_lib.words import N_

CONDITION_IDS = (1, 2, 3, 4, 6, 7)
"""Source: the conditions of all markets, recorded April 2026."""

STATES = ("on_sale", "sold", "reserved", "hidden", "closed", "deleted")

ABSURD_EUR = 100_000
"""No listing asks more. Vinted's dearest catalogue (designer bags) stays below; bundles and jokes like 9999 pass."""

UNITS_PER_EUR = {"HUF": 400.0, "CZK": 25.0, "RON": 5.0, "PLN": 4.3, "SEK": 11.0, "DKK": 7.5}
"""Rough worth of a euro in the currencies of Vinted's markets that are worth less; only scales ABSURD_EUR."""

LONGEST_TITLE = 300
"""Vinted lets sellers type 100 characters; three times that is a parsing fault."""

LONGEST_TERM = 200
"""Longest brand, size or condition: the longest recorded are below 80."""

VINTED_BEGAN = pl.datetime(2008, 1, 1, time_zone="UTC")

_ISO_4217 = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""

CURRENCIES = tuple(_ISO_4217.split())
"""Source: ISO 4217, list one, without funds and metals."""

LINK = r"^https?://[^\s/?#]+(/\S*)?$"

VALUE_REASONS: dict[str, str] = {
    "id_not_positive": N_("the id is zero or negative"),
    "no_price": N_("there is no price"),
    "negative_price": N_("the price is negative"),
    "zero_price": N_("the price is zero"),
    "absurd_price": N_("the price is above 100,000 euro"),
    "no_currency": N_("the price has no currency"),
    "bad_currency": N_("the currency is not a currency code"),
    "negative_fee": N_("the buyer-protection fee is negative"),
    "total_below_price": N_("the price with fee is below the price"),
    "wrong_price_eur": N_("the price in euro is not the asked price in euro"),
    "negative_count": N_("favourites or views are negative"),
    "bad_condition": N_("the condition is none of Vinted's"),
    "long_title": N_("the title is longer than 300 characters"),
    "long_term": N_("brand, size or condition is longer than 200 characters"),
    "bad_url": N_("the address of the listing is not a web address"),
    "bad_photo_url": N_("the address of the photo is not a web address"),
    "bad_state": N_("the state is none of the known ones"),
    "bad_time": N_("it was observed before Vinted began"),
    "wrong_day": N_("the day is not the UTC day of the observation"),
    "future_upload": N_("it was uploaded more than a day after it was seen"),
    "bad_position": N_("page or position is below 1"),
    "no_value": N_("a value that every row must have is missing"),
    "duplicate_key": N_("another row has the same key"),
    "duplicate_in_page": N_("the same listing stands twice in one answer"),
}

REASONS: dict[str, str] = {**SHAPE_REASONS, **VALUE_REASONS}
"""Every word that `rejected.reason` may hold, with its sentence."""


@dataclass(frozen=True)
class Checked:
    """A frame taken apart. `good` has the table's schema; `bad` also has `refused_reason` and `refused_detail`."""

    good: pl.DataFrame
    bad: pl.DataFrame


@dataclass(frozen=True)
class _Rule:
    reason: str
    breaks: pl.Expr
    detail: str


def check(name: str, frame: pl.DataFrame) -> Checked:
    """The rows that keep every rule of the table, and the others with the first rule they break.

    Needs:   exactly the columns and dtypes of the table.
    Returns: good (the table's schema, order kept), bad (the same columns, refused_reason, refused_detail).
    Raises:  UnknownTable; ContractBroken when the columns or dtypes are not the table's.
    """
    _same_schema(table(name), frame)
    rules = _rules(name)
    broken = frame.select(pl.any_horizontal(rule.breaks for rule in rules).fill_null(False).alias("broken"))["broken"]
    if not broken.any():
        return Checked(frame, _without_rows(frame))
    reason = pl.coalesce(pl.when(rule.breaks).then(pl.lit(rule.reason)) for rule in rules)
    detail = pl.coalesce(pl.when(rule.breaks).then(_detail(rule.detail)) for rule in rules)
    bad = frame.with_columns(reason.alias("refused_reason"), detail.alias("refused_detail")).filter(broken)
    return Checked(frame.filter(~broken), bad)


def _same_schema(asked: Table, frame: pl.DataFrame) -> None:
    if frame.schema == asked.schema:
        return
    missing = [name for name in asked.schema if name not in frame.schema]
    unknown = [name for name in frame.schema if name not in asked.schema]
    other = [
        f"{n}: {frame.schema[n]}" for n in asked.schema if n in frame.schema and frame.schema[n] != asked.schema[n]
    ]
    parts = (("missing", missing), ("unknown", unknown), ("type", other))
    why = "; ".join(f"{what} {', '.join(names)}" for what, names in parts if names) or "columns in another order"
    raise ContractBroken(table=asked.name, why=why)


def _without_rows(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.clear().with_columns(refused_reason=pl.lit(None, pl.String), refused_detail=pl.lit(None, pl.String))


def _detail(column: str) -> pl.Expr:
    """The value that broke the rule as text, or the column's name where a value is missing."""
    text = pl.col(column).cast(pl.String).str.slice(0, 200)
    return text.fill_null(pl.lit(column))


@cache
def _rules(name: str) -> tuple[_Rule, ...]:
    asked = table(name)
    required = tuple(
        _Rule("no_value", pl.col(column.name).is_null(), column.name)
        for column in asked.columns
        if not column.nullable and not isinstance(column.dtype, pl.List)
    )
    own = _sighting_rules() if name == "listing_seen" else ()
    key = _Rule("duplicate_key", ~pl.struct(asked.key).is_first_distinct(), asked.key[-1])
    return (*required, *own, key)


def _sighting_rules() -> tuple[_Rule, ...]:
    return (*_money_rules(), *_text_rules(), *_place_rules())


def _money_rules() -> tuple[_Rule, ...]:
    asked, currency = pl.col("asked_amount"), pl.col("currency")
    limit = currency.replace_strict(UNITS_PER_EUR, default=1.0, return_dtype=pl.Float64) * ABSURD_EUR
    expected_eur = pl.when(currency == "EUR").then(asked)
    return (
        _Rule("id_not_positive", pl.col("listing_id") < 1, "listing_id"),
        _Rule("no_price", asked.is_null() & pl.col("state").is_in(["on_sale", "reserved"]), "asked_amount"),
        _Rule("negative_price", asked < 0, "asked_amount"),
        _Rule("zero_price", asked == 0, "asked_amount"),
        _Rule("absurd_price", asked.cast(pl.Float64) > limit, "asked_amount"),
        _Rule("no_currency", asked.is_not_null() & currency.is_null(), "currency"),
        _Rule("bad_currency", ~currency.is_in(CURRENCIES), "currency"),
        _Rule("negative_fee", pl.col("service_fee_amount") < 0, "service_fee_amount"),
        _Rule("total_below_price", pl.col("total_amount") < asked, "total_amount"),
        _Rule("wrong_price_eur", pl.col("price_eur").ne_missing(expected_eur), "price_eur"),
    )


def _text_rules() -> tuple[_Rule, ...]:
    terms = ("brand", "size", "condition_label")
    return (
        _Rule("bad_condition", ~pl.col("condition_id").is_in(CONDITION_IDS), "condition_id"),
        _Rule("long_title", pl.col("title").str.len_chars() > LONGEST_TITLE, "title"),
        *(_Rule("long_term", pl.col(term).str.len_chars() > LONGEST_TERM, term) for term in terms),
        _Rule("bad_url", ~pl.col("url").str.contains(LINK), "url"),
        _Rule("bad_photo_url", ~pl.col("photo_url").str.contains(LINK), "photo_url"),
        _Rule("bad_photo_url", ~pl.col("thumbnail_url").str.contains(LINK), "thumbnail_url"),
        _Rule("bad_state", ~pl.col("state").is_in(STATES), "state"),
    )


def _place_rules() -> tuple[_Rule, ...]:
    observed = pl.col("observed_at")
    return (
        _Rule("negative_count", pl.col("favourite_count") < 0, "favourite_count"),
        _Rule("negative_count", pl.col("view_count") < 0, "view_count"),
        _Rule("bad_time", observed < VINTED_BEGAN, "observed_at"),
        _Rule("wrong_day", pl.col("day") != observed.dt.date(), "day"),
        _Rule("future_upload", pl.col("uploaded_at") > observed + pl.duration(days=1), "uploaded_at"),
        _Rule("bad_position", pl.col("page") < 1, "page"),
        _Rule("bad_position", pl.col("position") < 1, "position"),
    )
