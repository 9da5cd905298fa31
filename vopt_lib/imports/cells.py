"""This is where one cell of somebody's table becomes an amount, a day, a moment or a number, however it is written.

What cannot be read in one way only is refused: a price or a day that is guessed wrongly is worse than one that is
asked for.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from vopt_lib.schema.own_figures import ZONE
from vopt_lib.schema.own_records import Amount
from vopt_lib.schema.own_tables import Cell, unguarded
from vopt_lib.schema.vinted_terms import folded

YEARS: Final = range(1990, 2100)
"""Years in which something was bought or sold: another one is a slip of the pen."""

_NOTHING: Final = frozenset({"", "-", "–", "—", "n/a", "n/d", "nd", "no data", "null", "#n/a", "?"})
_CENT: Final = Decimal("0.01")
_MOST: Final = Decimal(10**9)
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?P<group>[.,' ])\d{3}(?:(?P=group)\d{3})*(?:(?!(?P=group))[.,]\d{1,2})?")
_PLAIN: Final = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")
_MONEY: Final = re.compile(
    r"(?P<before>[^\d\s.,'()+-]{0,4})\s*(?P<number>\d[\d.,' ]*?)\s*(?P<after>[^\d\s.,'()+-]{0,4})"
)
_CURRENCIES: Final = {
    **{"€": "EUR", "eur": "EUR", "euro": "EUR", "£": "GBP", "gbp": "GBP", "zł": "PLN", "pln": "PLN", "$": "USD"},
    **{code.casefold(): code for code in ("USD", "CHF", "CZK", "SEK", "DKK", "RON", "HUF", "NOK", "BGN")},
}

_DAY_FIRST: Final = re.compile(r"(?P<d>\d{1,2})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})(?!\d)")
_YEAR_FIRST: Final = re.compile(r"(?P<y>\d{4})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)")
_WORDED: Final = re.compile(r"(?P<d>\d{1,2})[°o]?[ .-]+(?P<m>[a-z]{3,9})\.?[ .,-]+(?P<y>\d{4}|\d{2})(?!\d)")
_MONTH_FIRST: Final = re.compile(r"(?P<m>[a-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})(?!\d)")
_TIME: Final = re.compile(
    r"(?:t|,? (?:ore |alle |at )?)(?P<h>\d{1,2})[:.h](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:\.\d{1,9})?)?"
    r" ?(?P<zone>z|utc|[+-]\d{2}:?\d{2})?"
)
_MONTHS: Final = (
    ("gennaio", "january"),
    ("febbraio", "february"),
    ("marzo", "march"),
    ("aprile", "april"),
    ("maggio", "may"),
    ("giugno", "june"),
    ("luglio", "july"),
    ("agosto", "august"),
    ("settembre", "september"),
    ("ottobre", "october"),
    ("novembre", "november"),
    ("dicembre", "december"),
)
_SERIAL_BEGINS: Final = date(1899, 12, 30)
"""Day 0 of the numbers by which a spreadsheet counts days. Source: ECMA-376 part 1, §18.17.4.1."""


def text_of(cell: Cell) -> str:
    """What stands in a cell, on its own: without what guards it against being run, and without spaces around it."""
    if isinstance(cell, Decimal):
        whole = cell.is_finite() and abs(cell) < _MOST * _MOST and cell == cell.to_integral_value()
        return str(int(cell)) if whole else str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return "" if cell is None else unguarded(str(cell)).strip()


def is_nothing(text: str) -> bool:
    """Whether a cell only says that there is nothing to say."""
    return text.casefold() in _NOTHING


def amount(cell: Cell) -> Amount | None:
    """Money: 12,50 · 12.5 € · EUR 1.234,50. A single sign before three digits parts thousands: 1.234 is 1234.

    Raises: ValueError, for what is no amount, or less than nothing.
    """
    if isinstance(cell, Decimal | int) and not isinstance(cell, bool):
        return Amount(_cents(Decimal(cell)), None)
    text = _line(cell)
    if is_nothing(text):
        return None
    found = _MONEY.fullmatch(text)
    signs = {sign for sign in (found["before"], found["after"]) if sign} if found else set()
    currencies = {_CURRENCIES.get(sign) for sign in signs}
    if found is None or None in currencies or len(currencies) > 1:
        raise ValueError(text)
    return Amount(_number(found["number"]), currencies.pop() if currencies else None)


def _number(text: str) -> Decimal:
    """A number with or without thousands, its decimals behind a comma or a point."""
    if grouped := _GROUPED.fullmatch(text):
        text = text.replace(grouped["group"], "")
    elif not _PLAIN.fullmatch(text):
        raise ValueError(text)
    return _cents(Decimal(text.replace(",", ".")))


def _cents(value: Decimal) -> Decimal:
    """Whole cents of what a spreadsheet has counted out: 12.299999999999999 is 12.30."""
    try:
        cents = value.quantize(_CENT, ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValueError(str(value)) from error
    if not 0 <= cents < _MOST:
        raise ValueError(str(value))
    return abs(cents)


def whole(cell: Cell) -> int | None:
    """A number without decimals, from 0 on. Raises: ValueError."""
    text = _line(cell)
    if is_nothing(text):
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ValueError(text)
    return int(text)


def day(cell: Cell) -> date | None:
    """A day: 20/11/2026 · 20-11-26 · 2026-11-20 · 20 nov 2026 · a spreadsheet's own. Raises: ValueError."""
    found = _told(cell)
    return found.date() if isinstance(found, datetime) else found


def moment(cell: Cell) -> datetime | None:
    """A moment in UTC; where no zone is named, by Italy's clock; where no time is, at noon.

    Raises: ValueError.
    """
    found = _told(cell)
    if found is None:
        return None
    at = found if isinstance(found, datetime) else datetime.combine(found, time(12))
    return (at if at.tzinfo else at.replace(tzinfo=ZONE)).astimezone(UTC)


def _told(cell: Cell) -> date | datetime | None:
    found = cell if isinstance(cell, date) else _read(_line(cell))
    if found is not None and found.year not in YEARS:
        raise ValueError(str(cell))
    return found


def _read(text: str) -> date | datetime | None:
    text = folded(text)
    if is_nothing(text):
        return None
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _SERIAL_BEGINS + timedelta(days=int(float(text)))
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _WORDED, _MONTH_FIRST):
        if found := pattern.match(text):
            return _with_time(_date(found), text[found.end() :].strip(" "))
    raise ValueError(text)


def _date(found: re.Match[str]) -> date:
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    month = int(found["m"]) if found["m"].isdigit() else _month(found["m"])
    return date(year, month, int(found["d"]))


def _month(word: str) -> int:
    """Raises: ValueError, for a word that no month begins with."""
    for number, names in enumerate(_MONTHS, 1):
        if any(name.startswith(word) for name in names):
            return number
    raise ValueError(word)


def _with_time(on: date, rest: str) -> date | datetime:
    if not rest:
        return on
    found = _TIME.fullmatch(rest if rest[0] in "t," else f" {rest}")
    if found is None:
        raise ValueError(rest)
    at = datetime.combine(on, time(int(found["h"]), int(found["m"]), int(found["s"] or 0)))
    zone = (found["zone"] or "").upper().replace("UTC", "+0000").replace("Z", "+0000").replace(":", "")
    return datetime.strptime(f"{at.isoformat()}{zone}", "%Y-%m-%dT%H:%M:%S%z") if zone else at


def _line(cell: Cell) -> str:
    """Its text on one line, with plain digits, signs and spaces."""
    return " ".join(unicodedata.normalize("NFKC", text_of(cell)).casefold().split()).replace("’", "'")
