"""This is where what a person types about a thing becomes facts: brand=Levi's, taglia=M, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any, Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.similar import catalogue_meant
from vopt_lib.errors import NotAFact, UnknownFact, UnknownTerm
from vopt_lib.schema.listing_text import TEXT_LANGUAGES, Facts
from vopt_lib.schema.vinted_terms import colour_forms, colours, conditions, folded, kinds, patterns
from vopt_lib.sources.vinted.terms import NOTHING, find_catalogue, find_condition, near_titles
from vopt_lib.words import N_

_CALLED: Final[Mapping[str, str]] = {
    "catalog_id": "catalogue catalog category categoria catalogo catalog_id",
    "brand": "brand marca marchio",
    "size": "size taglia numero",
    "condition_id": "condition conditions condizioni condizione stato condition_id",
    "colours": "colour colours color colors colore colori",
    "pattern": "pattern fantasia motivo",
    "material": "material materiale tessuto",
    "fit": "fit vestibilita",
    "measurements": "measurements measures misure misura",
    "flaws": "flaws flaw difetti difetto",
    "care": "care cura lavaggio",
    "notes": "notes note nota",
}
"""Names people give to a field of `Facts`, folded."""

NAMES: Final[Mapping[str, str]] = {name: field for field, names in _CALLED.items() for name in names.split()}

SHOWN: Final = (
    "brand (marca), size (taglia), condition (condizioni), colour (colore), material (materiale), "
    "category (categoria), pattern (fantasia), fit (vestibilità), measurements (misure), "
    "flaws (difetti), care (cura), notes (note)"
)
"""The names that a person is told, in both languages."""

COLOUR, PATTERN = N_("colour"), N_("pattern")
MOST_COLOURS: Final = 2

_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "«": "»"}
_NEXT: Final = re.compile(r"[,;\n]\s*(?=[^\W\d][\w ]*=)|[,;\n]\s*$")
_LINE: Final = re.compile(r"\s*([^\W\d][\w ]*?)\s*[=:]\s*(.*)", re.DOTALL)


def facts_of(desk: Desk, told: Iterable[str], *, market: str = "it") -> Facts:
    """The facts that a person typed: each text holds some, NAME=VALUE, with commas between them; values may be quoted.

    Of a name that comes twice, the later counts. Raises: NotAFact; UnknownFact; UnknownTerm, with what is near.
    """
    facts = Facts()
    for name, value in (pair for text in told for pair in _pairs(text)):
        facts = _with(desk, facts, name, value, market=market)
    return facts


def facts_of_lines(desk: Desk, text: str, *, market: str = "it") -> Facts:
    """The same from a file with a line each, "brand=Levi's" or "marca: Levi's"; empty lines and # notes are left out.

    Raises: as `facts_of`.
    """
    facts = Facts()
    for line in text.removeprefix("\ufeff").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise NotAFact(text=line.strip()[:40])
        facts = _with(desk, facts, found[1], _unquoted(found[2].strip()), market=market)
    return facts


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    rest = text.strip(" ,;\n")
    while rest:
        name, equals, rest = rest.partition("=")
        if not equals or not name.strip():
            raise NotAFact(text=(name or rest).strip()[:40])
        value, rest = _value(rest.lstrip())
        yield name.strip(), value


def _value(rest: str) -> tuple[str, str]:
    """A value and what follows it: up to its closing quote, else up to the comma before the next name."""
    closing = _QUOTES.get(rest[:1])
    if closing is not None:
        quoted, found, after = rest[1:].partition(closing)
        if found and (not after.strip() or after.lstrip()[0] in ",;\n"):
            return quoted, after.lstrip(" ,;\n")
    cut = _NEXT.search(rest)
    return (rest.strip(), "") if cut is None else (rest[: cut.start()].strip(), rest[cut.end() :])


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and _QUOTES.get(value[0]) == value[-1]
    return value[1:-1] if is_quoted else value


def _with(desk: Desk, facts: Facts, name: str, value: str, *, market: str) -> Facts:
    field = NAMES.get(folded(name))
    if field is None:
        raise UnknownFact(name=name.strip()[:40], known=SHOWN)
    value = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in value).strip()
    if not value:
        return facts
    understood: Mapping[str, Callable[[], Any]] = {
        "catalog_id": lambda: _catalogue(desk, value, market),
        "condition_id": lambda: _condition(value),
        "colours": lambda: _colours(value),
        "pattern": lambda: _pattern(value),
    }
    meant: Any = understood[field]() if field in understood else value
    return replace(facts, **{field: meant})


def _catalogue(desk: Desk, written: str, market: str) -> int:
    """By number, path, end of one, or as sellers call the thing ("giacca di jeans"), if only one is called so."""
    try:
        return catalogue_meant(desk, market, written)
    except UnknownTerm as unknown:
        called = {kind.catalog_id for kind in kinds().values() if folded(written) in map(folded, kind.labels.values())}
        if len(called) == 1:
            return called.pop()
        with suppress(UnknownTerm):
            return find_catalogue(written).id
        raise unknown


def _colours(written: str) -> tuple[str, ...]:
    """Two at most, as Vinted calls them in Italian. Raises: UnknownTerm."""
    known = _known_colours()
    named = [part for part in re.split(r"\s*[,/+&|]\s*|\s+(?:e|and|et|und|y)\s+", written.strip()) if part]
    for name in named:
        if folded(name) not in known:
            raise UnknownTerm(kind=COLOUR, name=name, near=", ".join(near_titles(name, known.values())) or NOTHING)
    return tuple(dict.fromkeys(known[folded(name)] for name in named))[:MOST_COLOURS]


@cache
def _known_colours() -> Mapping[str, str]:
    """Colours as Vinted calls them in Italian, by every word for them; Italian wins where one word means two."""
    titles = {one.id: one.labels["it"] for one in colours()}
    known: dict[str, str] = {}
    for language in TEXT_LANGUAGES:
        for one in colours():
            for word in (one.labels[language], *colour_forms()[one.id, language].values()):
                known.setdefault(folded(word), titles[one.id])
    return known


def _condition(written: str) -> int:
    known = next((one.id for one in conditions() if str(one.id) == written), None)
    return find_condition(written).id if known is None else known


def _pattern(written: str) -> str:
    known = {folded(word): one.name for one in patterns() for word in (one.name, *one.labels.values())}
    if folded(written) not in known:
        raise UnknownTerm(kind=PATTERN, name=written, near=", ".join(one.labels["it"] for one in patterns()))
    return known[folded(written)]
