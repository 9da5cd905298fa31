"""This is where one value becomes what she reads: money, shares, changes, days, conditions, and whatever SQL gives."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from vopt_lib.schema.tile import Better
from vopt_lib.schema.vinted_terms import conditions
from vopt_lib.ui.icons import icon
from vopt_lib.ui.markup import plain, tag
from vopt_lib.words import N_, Words

MISSING = "–"
SHOWN_LETTERS = 80  # of a text in a cell; more of it in its tooltip
TOLD_LETTERS = 600
SHOWN_BYTES = 16


def is_missing(value: object) -> bool:
    """Whether there is nothing to show: null, or a number that is none."""
    return value is None or (isinstance(value, float | Decimal) and not math.isfinite(value))


def change_mark(change: float | None, words: Words, better: Better = "neither") -> Markup:
    """A change (share: -0.03) with its sign, an arrow, and the colour and a hidden word of whether that is better."""
    if change is None or not math.isfinite(change):
        return Markup(MISSING)
    signed = change_words(change, words)
    way = {"+": "up", "−": "down"}.get(signed[0], "level")
    if way == "level" or better == "neither":
        return tag("span", icon(way), signed, class_="vopt-change")
    is_better = way == better
    judged = words.say(N_("better")) if is_better else words.say(N_("worse"))
    hidden = tag("span", f" ({judged})", class_="vopt-hidden")
    return tag("span", icon(way), signed, hidden, class_="vopt-change is-good" if is_better else "vopt-change is-bad")


def change_words(change: float, words: Words) -> str:
    """A change (share: -0.03) with its sign: "−3.0%". One decimal where it is small; none is "0%"."""
    digits = 1 if abs(change) < 0.0995 else 0
    rounded = round(change, 2 + digits)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + words.percent(abs(rounded), digits if rounded else 0)


def condition_words(condition_id: int | None, words: Words) -> str:
    """A condition as Vinted names it in her language."""
    if condition_id is None:
        return MISSING
    known = next((condition for condition in conditions() if condition.id == condition_id), None)
    return known.labels[words.language] if known else words.say(N_("condition {id:d}"), id=condition_id)


def day_cell(day: date, words: Words) -> Markup:
    """A day as she writes it, machine-readable beneath."""
    return tag("time", words.day(day), datetime=day.isoformat())


def moment_cell(at: datetime, words: Words) -> Markup:
    """A moment in this machine's time zone. One without a zone is shown as it stands."""
    told = words.moment(at) if at.tzinfo else words.moment(at.replace(tzinfo=UTC), UTC)
    return tag("time", told, datetime=at.isoformat())


def is_visible(text: str) -> bool:
    """Whether any letter of it can be seen: a title may consist of zero-width ones only."""
    return any(unicodedata.category(sign)[0] not in "CMZ" for sign in text)


def any_value(value: object, words: Words, digits: int = 2) -> str:
    """Any value that a query can give, in one line of her language. A missing one is a dash."""
    match value:
        case None:
            return MISSING
        case bool():
            return words.say(N_("yes")) if value else words.say(N_("no"))
        case int():
            return words.number(value)
        case float() | Decimal():
            return words.number(value, digits) if math.isfinite(value) else str(value)
        case datetime():
            return words.moment(value) if value.tzinfo else words.moment(value.replace(tzinfo=UTC), UTC)
        case date():
            return words.day(value)
        case bytes():
            return value[:SHOWN_BYTES].hex(" ") + (" …" if len(value) > SHOWN_BYTES else "")
        case _:
            return _several(value, words, digits)


def _several(value: object, words: Words, digits: int) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {any_value(part, words, digits)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(any_value(part, words, digits) for part in value) or MISSING
    return plain(str(value), TOLD_LETTERS)


def digits_needed(values: list[Any], most: int = 4) -> int:
    """How many decimals show every number of a column, up to `most`: 0 for whole ones, 2 for prices."""
    numbers = [value for value in values if isinstance(value, float) and math.isfinite(value)]
    fitting = (digits for digits in range(most) if all(round(n, digits) == round(n, most) for n in numbers))
    return next(fitting, most)
