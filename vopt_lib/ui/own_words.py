"""This is where fields and deeds of the seller's own shop get the words she reads, and their values hers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from vopt_lib.schema.own_states import RELISTED, State
from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.ui.cells import MISSING, condition_words
from vopt_lib.ui.markup import plain
from vopt_lib.words import N_, Words

FIELDS: Final[Mapping[str, str]] = {
    "title": N_("Title"),
    "description": N_("Description"),
    "catalog_id": N_("Catalogue"),
    "brand": N_("Brand"),
    "size": N_("Size"),
    "condition_id": N_("Condition"),
    "colour": N_("Colour"),
    "second_colour": N_("Second colour"),
    "material": N_("Material"),
    "parcel_size": N_("Parcel size"),
    "asked": N_("Asked price"),
    "quantity": N_("Quantity"),
    "state": N_("State"),
    "reason": N_("Reason"),
    "listed_at": N_("On sale since"),
    "ended_at": N_("Ended"),
    "deleted_at": N_("Deleted"),
    "external_id": N_("Number on Vinted"),
    "sku": N_("Code"),
    "place": N_("Place"),
    "cost": N_("Cost"),
    "bought_on": N_("Bought on"),
    "proof": N_("How it is known to be yours"),
    "notes": N_("Notes on the thing"),
    "tags": N_("Tags"),
}
"""{field of a listing or its thing: its name}. What is not here is not told."""

DEEDS: Final[Mapping[str, str]] = {
    "create listing": N_("created"),
    "edit listing": N_("edited"),
    "duplicate listing": N_("created as a copy"),
    "relist": N_("listed again"),
    "delete listing": N_("deleted"),
    "restore listing": N_("brought back"),
    "change state": N_("state changed"),
    "publish listing": N_("published on Vinted"),
    "bulk edit": N_("changed with others"),
    "undo": N_("undone"),
    "arrange photos": N_("photos put in order"),
    "photo from phone": N_("photo added from the phone"),
    "add photo": N_("photo added"),
    "turn photo": N_("photo turned"),
    "delete photo": N_("photo deleted"),
    "bring photo back": N_("photo brought back"),
}

_MONEY = ("asked", "cost")
_MOMENTS = ("listed_at", "ended_at", "deleted_at")
_LONGEST = 80


def field_name(name: str, words: Words) -> str:
    """A field in her language."""
    return words.say(FIELDS[name])


def deed_name(deed: str, words: Words) -> str:
    """What was done, in her language; whatever is no deed of a page came with an import or from vopt itself."""
    return words.say(DEEDS.get(deed, N_("taken in")))


def field_value(name: str, value: Any, words: Words) -> str:
    """A field's value as she reads it, from the shop or as the audit keeps it (amounts and days as text)."""
    if value is None or value in ("", []):
        return MISSING
    if name in _MONEY:
        return words.money(Decimal(value))
    if name == "state":
        return words.say(State(value).label)
    if name == "reason":
        return reason_said(str(value), words)
    if name == "condition_id":
        return condition_words(int(value), words)
    if name == "catalog_id":
        return catalogue_name(int(value))
    if name in _MOMENTS:
        return str(value)[:10]
    return plain(", ".join(value) if isinstance(value, list | tuple) else str(value), _LONGEST)


def reason_said(reason: str, words: Words) -> str:
    """Why a listing stands as it does: in her language where vopt says so, else as somebody wrote it."""
    return words.say(RELISTED) if reason == RELISTED else plain(reason, 200)


def catalogue_name(catalog_id: int) -> str:
    """A catalogue by its own name and that of the one above, its number where vopt does not know it."""
    path = next((node.path for node in catalogue_nodes() if node.catalog_id == catalog_id), f"#{catalog_id}")
    return " > ".join(path.split(" > ")[-2:])
