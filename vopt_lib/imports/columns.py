"""This is where we tell which column of a table is what: by its head, by what stands below it, or as she says."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from typing import Final

from vopt_lib.errors import WrongMapping
from vopt_lib.schema.own_tables import FIELDS, Columns, head_word
from vopt_lib.schema.vinted_terms import condition_id
from vopt_lib.words import N_

_FIELD_OF: Final = {head: name for name, field in FIELDS.items() for head in (*field.heads, head_word(name))}


def guessed(head: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, str]:
    """{field: head} as far as the heads tell. sample: some rows, for heads that mean several things."""
    found: dict[str, str] = {}
    for place, text in enumerate(head):
        field = _FIELD_OF.get(head_word(text))
        if field == "state" and any(place < len(row) and condition_id(row[place]) for row in sample):
            field = "condition"
        if field and (field not in found or _rank(field, text) < _rank(field, found[field])):
            found[field] = text
    return found


def _rank(field: str, head: str) -> int:
    """How plainly a head means a field: its first names do more than its last."""
    word = head_word(head)
    heads = FIELDS[field].heads
    return heads.index(word) if word in heads else len(heads)


def asked_for(text: str, head: Sequence[str]) -> dict[str, str]:
    """{field: head} as she writes it: title=Nome,price=Prezzo. A head with a comma stands in quotes:
    title=Nome,"price=Prezzo, €".

    Raises: WrongMapping.
    """
    mapping: dict[str, str] = {}
    for pair in pairs_of(text):
        name, equals, column = (part.strip() for part in pair.partition("="))
        field = name if name in FIELDS else _FIELD_OF.get(head_word(name))
        if not equals or not column:
            raise WrongMapping(text=pair, why=N_("it is not NAME=COLUMN"), known=", ".join(FIELDS))
        if field is None:
            raise WrongMapping(text=pair, why=N_("there is no such name"), known=", ".join(FIELDS))
        if field in mapping:
            raise WrongMapping(text=pair, why=N_("this was said before"), known=", ".join(FIELDS))
        mapping[field] = _head(column, head, pair)
    return mapping


def pairs_of(text: str) -> list[str]:
    """The pieces of title=Nome,"price=Prezzo, €". Raises: WrongMapping, where a quotation mark is left open."""
    try:
        return [pair for row in csv.reader([text], skipinitialspace=True, strict=True) for pair in row if pair.strip()]
    except csv.Error as error:
        raise WrongMapping(text=text, why=N_("a quotation mark is not closed"), known=", ".join(FIELDS)) from error


def _head(column: str, head: Sequence[str], pair: str) -> str:
    """The head that she means: written like it, else the only one that differs from it in case and signs alone."""
    near = [text for text in head if head_word(text) == head_word(column)]
    if column in head:
        return column
    if len(near) != 1:
        raise WrongMapping(text=pair, why=N_("there is no such column"), known=", ".join(filter(None, head)))
    return near[0]


def fitting(mapping: Columns, head: Sequence[str]) -> dict[str, str]:
    """What of a mapping can be said of this table: known fields, columns that are there."""
    return {field: column for field, column in mapping.items() if field in FIELDS and column in head}


def head_sha256(head: Sequence[str]) -> str:
    """By what a mapping is remembered: the same for tables with the same heads in another order."""
    return hashlib.sha256(json.dumps(sorted(head), ensure_ascii=False).encode("utf-8", "replace")).hexdigest()
