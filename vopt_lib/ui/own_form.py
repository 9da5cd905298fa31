"""This is where the fields are in which she writes a listing of her own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from vopt_lib.schema.inventory_page import OwnPane
from vopt_lib.ui.markup import embedded, plain, tag, together
from vopt_lib.ui.own_words import catalogue_name, field_name
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

FIRST: Final = ("title", "asked", "brand", "size", "condition_id", "catalog_id", "description")
"""What nearly every listing has; the other fields unfold."""

MORE: Final = (
    *("sku", "place", "tags", "cost", "bought_on", "quantity", "colour", "second_colour", "material", "parcel_size"),
    *("notes", "proof"),
)
LONG: Final = ("description", "notes", "proof")
WIDE: Final = ("title", "catalog_id", "account_id", "tags", *LONG)


def listing_form(known: OwnPane, words: Words) -> mo.ui.dictionary:
    """The fields of the listing that is open, or of a new one, {field: control}."""
    import marimo as mo

    values = {**(known.detail.fields if known.detail else {}), **known.typed}
    made: dict[str, Any] = {name: _field(name, values.get(name), known, words) for name in (*FIRST, *MORE)}
    if known.is_new and len(known.accounts) > 1:
        accounts = {plain(one.title or "", 40): one.value for one in known.accounts}
        made["account_id"] = mo.ui.dropdown(accounts, next(iter(accounts)), label=words.say(N_("Account")))
    return mo.ui.dictionary(made)


def form_shown(fields: mo.ui.dictionary, words: Words, *, unfolded: bool = False) -> Markup:
    """The fields as they stand in the pane: those of nearly every listing, the others unfold."""
    first = [name for name in ("account_id", *FIRST) if name in fields.elements]
    more = tag("summary", words.say(N_("Code, place, tags, cost and more")))
    others = tag("details", more, _side_by_side(fields, MORE), class_="vopt-more", open=unfolded)
    return together(_side_by_side(fields, first), others)


def written(fields: mo.ui.dictionary) -> Mapping[str, Any]:
    """What stands in the fields now."""
    values: Mapping[str, Any] = fields.value
    return values


def _side_by_side(fields: mo.ui.dictionary, names: Any) -> Markup:
    placed = (tag("div", embedded(fields.elements[name]), class_="is-wide" if name in WIDE else None) for name in names)
    return tag("div", placed, class_="vopt-form")


def _field(name: str, value: Any, known: OwnPane, words: Words) -> Any:
    import marimo as mo

    label = field_name(name, words)
    if name == "catalog_id":
        options = {term.title: term.id for term in known.catalogues}
        if value is not None and value not in options.values():
            options = {catalogue_name(value): value} | options
        shown = next((title for title, one in options.items() if one == value), None)
        return mo.ui.dropdown(options, shown, label=label, searchable=True, allow_select_none=True, full_width=True)
    if name == "condition_id":
        nothing = words.say(N_("not said"))
        conditions = {nothing: None, **{term.title: term.id for term in known.conditions}}
        shown = next((title for title, one in conditions.items() if one == value), nothing)
        return mo.ui.dropdown(conditions, shown, label=label, full_width=True)
    text = _text(name, value, words)
    if name in LONG:
        return mo.ui.text_area(text, label=label, rows=5 if name == "description" else 2, full_width=True)
    unit = f"{label}, €" if name in ("asked", "cost") else label
    return mo.ui.text(text, label=unit, placeholder=_hint(name, words), full_width=True)


def _text(name: str, value: Any, words: Words) -> str:
    """A value as she would write it."""
    if value is None:
        return "1" if name == "quantity" else ""
    if isinstance(value, Decimal):
        return words.number(value, 0 if value == int(value) else 2)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _hint(name: str, words: Words) -> str:
    hints = {
        "sku": words.say(N_("by itself")),
        "tags": words.say(N_("one, another")),
        "bought_on": words.say(N_("day/month/year")),
    }
    return hints.get(name, "")
