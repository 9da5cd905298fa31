"""This is where the household's own listings are found by what she types: title, brand, code or number.

Accents, case and signs inside words do not matter ("T-shirt" is "tshirt"), a part of a word is enough, and a word that
no listing has stands for the nearest ones that some have. It works the same on SQLite and PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, event, inspect, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstanceState, Session, UOWTransaction

from vopt_lib.schema.vinted_terms import folded
from vopt_lib.shop.tables import Item, Listing, SearchWord

LONGEST_TEXT: Final = 240
"""Letters of a listing that are looked through: PostgreSQL indexes no more than 2,704 bytes of a row."""

LONGEST_WORD: Final = 40
MOST_WORDS: Final = 8
NEAREST: Final = 5

_SIGNS = re.compile(r"[\W_]+")
_TELLS = ("title", "brand", "external_id", "item_id", "search_text")
_INSERTS: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_AT_ONCE: Final = 500
_FRESH: Final = "fresh words"


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared.

    Example:
        >>> words_of("T-shirt Levi's, perché")
        ['tshirt', 'levis', 'perche']
    """
    return [word for piece in folded(text).split() if (word := _SIGNS.sub("", piece))]


def findable(title: str, brand: str | None, external_id: int | None, sku: str) -> str:
    """What is looked through for a listing."""
    return " ".join(words_of(f"{sku} {external_id or ''} {brand or ''} {title}"))[:LONGEST_TEXT]


def having(words: Iterable[str], instead: Mapping[str, Sequence[str]]) -> list[ColumnElement[bool]]:
    """The conditions that a listing has all these words; a word may be another one `instead`."""
    return [or_(*(Listing.search_text.contains(one) for one in instead.get(word, (word,)))) for word in words]


def asked_words(text: str) -> list[str]:
    """The words of what she typed, the longest first: they leave out most.

    A code is one word, and signs between letters part words: "Max-Mara" is found as "Max Mara" and as "Maxmara".
    """
    pieces = (piece if any(map(str.isdigit, piece)) else _SIGNS.sub(" ", piece) for piece in folded(text).split())
    return sorted(dict.fromkeys(words_of(" ".join(pieces))), key=len, reverse=True)[:MOST_WORDS]


def nearest(session: Session, household_id: int, words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """{word that no listing has: the words it may mean}, the nearest first. Codes and short words stand for themselves.

    The distance is Damerau's and Levenshtein's: a letter left out, added, changed, or swapped with the next one. One
    is forgiven in words of 4 to 7 letters, two in longer ones.
    """
    asked = [word for word in words if word.isalpha() and len(word) >= 4]
    if not asked:
        return {}
    known = session.scalars(select(SearchWord.word).where(SearchWord.household_id == household_id)).all()
    found = {word: _near(word, known) for word in asked if not any(word in one for one in known)}
    return {word: near for word, near in found.items() if near}


def _near(word: str, known: Sequence[str]) -> tuple[str, ...]:
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    forgiven = 1 if len(word) < 8 else 2
    found = process.extract(
        word, known, scorer=DamerauLevenshtein.distance, score_cutoff=forgiven, limit=NEAREST, processor=None
    )
    return tuple(one for one, _, _ in found)


def keep_findable(session: Session) -> None:
    """See to it that whatever this session writes can be found. Comes after `audit.write_down`."""
    event.listen(session, "before_flush", _write_texts)
    event.listen(session, "after_flush", _write_words)


def make_findable(session: Session, household_id: int) -> None:
    """Write anew what is looked through, for all listings of a household: those from before, or after an erasure."""
    session.execute(delete(SearchWord).where(SearchWord.household_id == household_id))
    asked = select(Listing.id, Listing.title, Listing.brand, Listing.external_id, Item.sku).join(Item)
    rows = session.execute(asked.where(Listing.household_id == household_id)).all()
    if rows:
        table = Listing.metadata.tables["listing"]
        write = update(table).where(table.c.id == bindparam("one")).values(search_text=bindparam("text"))
        texts = [{"one": row.id, "text": findable(row.title, row.brand, row.external_id, row.sku)} for row in rows]
        session.connection().execute(write, texts)
    _keep(session, household_id, set().union(*(_searched(title, brand) for _, title, brand, *_ in rows)))
    session.expire_all()


def _write_texts(session: Session, _: UOWTransaction, __: object) -> None:
    changed = (*session.new, *session.dirty)
    touched = {row for row in changed if isinstance(row, Listing) and _differ(row, *_TELLS)}
    for item in changed:
        if isinstance(item, Item) and _differ(item, "sku"):
            touched.update(item.listings)
    for listing in touched:
        item = listing.item or session.get_one(Item, listing.item_id)
        listing.search_text = findable(listing.title, listing.brand, listing.external_id, item.sku)
    session.info.setdefault(_FRESH, set()).update(touched)


def _write_words(session: Session, _: UOWTransaction) -> None:
    """In the turn that the audit has taken: two who write words at once would wait for each other for ever."""
    fresh: set[Listing] = session.info.pop(_FRESH, set())
    words: dict[int, set[str]] = {}
    for listing in fresh:
        words.setdefault(listing.household_id, set()).update(_searched(listing.title, listing.brand))
    for household_id, found in words.items():
        _keep(session, household_id, found)


def _differ(row: Listing | Item, *names: str) -> bool:
    state: InstanceState[Any] = inspect(row)
    return any(state.attrs[name].history.has_changes() for name in names)


def _searched(title: str, brand: str | None) -> set[str]:
    """The words that a misspelt one may mean: no numbers and codes."""
    return {word for word in words_of(f"{brand or ''} {title}") if word.isalpha() and 3 <= len(word) <= LONGEST_WORD}


def _keep(session: Session, household_id: int, words: Iterable[str]) -> None:
    rows = [{"household_id": household_id, "word": word} for word in sorted(words)]
    put = _INSERTS[session.get_bind().dialect.name]
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(put(SearchWord).values(rows[start : start + _AT_ONCE]).on_conflict_do_nothing())
