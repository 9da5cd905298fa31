"""This is where the data inside Vinted's pages is found: Next.js "flight" text, in pages and in RSC answers.

A page pushes the text in pieces, `self.__next_f.push([1,"…"])`, cut anywhere; joined, it holds JSON values between row
numbers and plain text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vopt_lib.sources.vinted.decode import whole

PUSH = re.compile(r'(?:self|window)\.__next_f\.push\(\[1,\s*("(?:[^"\\]++|\\.)*+")\s*\]\)', re.DOTALL)
UNDEFINED = "$undefined"
MOST_FAILURES = 2_000
"""Places that look like JSON and are none, after which the rest is taken as text: a bound on hostile pages."""

_OPENING = re.compile(r"[\[{](?=[\[{\"\]}\d\-tfn\s])")
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_decode = json.JSONDecoder().raw_decode


@dataclass
class Island:
    """One JSON value of a text, and where it stands."""

    start: int
    end: int
    value: Any


def flight_text(html: str) -> str:
    """The pushed pieces, joined; empty when there are none."""
    return whole("".join(_unquoted(piece[1]) for piece in PUSH.finditer(html)))


def islands(text: str) -> list[Island]:
    """The outermost JSON objects and arrays of a text, in order."""
    found: list[Island] = []
    position = failures = 0
    while failures < MOST_FAILURES and (opening := _OPENING.search(text, position)):
        try:
            value, position = _decode(text, opening.start())
        except (ValueError, RecursionError):
            position, failures = opening.start() + 1, failures + 1
        else:
            found.append(Island(opening.start(), position, value))
    return found


def with_values(text: str, found: list[Island]) -> str:
    """The text with the values its islands have now."""
    parts, position = [], 0
    for island in found:
        parts += [text[position : island.start], json.dumps(island.value, ensure_ascii=False, separators=(",", ":"))]
        position = island.end
    return "".join(parts) + text[position:]


def snake_case(value: Any) -> Any:
    """A flight value in the words of the JSON answers: snake_case keys, no "$undefined"."""
    if isinstance(value, dict):
        return {
            _CAMEL.sub(r"_\1", key).lower(): snake_case(entry) for key, entry in value.items() if entry != UNDEFINED
        }
    if isinstance(value, list):
        return [snake_case(entry) for entry in value if entry != UNDEFINED]
    return value


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a value, outermost first."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += reversed(list(node.values()))
        elif isinstance(node, list):
            waiting += reversed(node)


def _unquoted(piece: str) -> str:
    try:
        return str(json.loads(piece, strict=False))
    except ValueError:
        return ""
