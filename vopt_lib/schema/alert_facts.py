"""This is where the facts of an alert become JSON, and come back as they were, to be said in any language."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from numbers import Integral, Real
from typing import Any, Final

from vopt_lib import errors
from vopt_lib.errors import VoptError

LONGEST: Final = 1_000
"""Letters of a fact that are kept: enough for any sentence, too few for a page that a site answered with."""

_DEEPEST: Final = 4
"""Errors in errors: none of ours holds more."""


def plain_facts(facts: Mapping[str, Any], *, depth: int = 0) -> dict[str, Any]:
    """The facts as JSON. What is neither text, number, moment, day nor error is kept as its text."""
    return {str(name): _plain(fact, depth) for name, fact in facts.items()}


def facts_from(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that `plain_facts` wrote; an error whose class no longer exists becomes VoptError."""
    return {name: _fact(value) for name, value in plain.items()}


def _plain(fact: Any, depth: int) -> Any:
    match fact:
        case None | bool():
            return fact
        case Integral():
            return int(fact)
        case Real() if isfinite(fact):
            return float(fact)
        case Decimal():
            return {"amount": str(fact)}
        case datetime():
            return {"moment": fact.isoformat()}
        case date():
            return {"day": fact.isoformat()}
        case VoptError() if depth < _DEEPEST:
            return {"error": type(fact).__name__, "facts": plain_facts(fact.facts, depth=depth + 1)}
        case _:
            return str(fact)[:LONGEST]


def _fact(value: Any) -> Any:
    match value:
        case {"moment": str(at)}:
            return datetime.fromisoformat(at)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case {"error": str(name), "facts": dict(facts)}:
            kind = getattr(errors, name, None)
            if isinstance(kind, type) and issubclass(kind, VoptError):
                # Its sentence may want other facts than when it was written.
                with suppress(ValueError, TypeError, LookupError, AttributeError):
                    return kind(**facts_from(facts))
            return VoptError(what=name)
        case {"amount": str(amount)}:
            return Decimal(amount)
        case _:
            return value
