"""This is where what shows her photos and what she offers twice becomes lines and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vopt_lib.schema.duplicates_page import Duplicate, DuplicateKind, Duplicates, Side
from vopt_lib.schema.own_states import State
from vopt_lib.words import N_, Words

_WHAT: Final = {
    DuplicateKind.REUSED: N_("Somebody else's listing shows your photo."),
    DuplicateKind.TWICE: N_("You seem to offer one thing twice."),
}
_MIRRORED: Final = N_("It is mirrored there.")
_REPORT: Final = N_("If it is your photo, open the listing on Vinted and report it there. vopt reports nothing.")
_DELETE: Final = N_("If it is one thing, delete one of the two listings, on Vinted too. vopt deletes nothing there.")
_SOLD: Final = N_("One of them was sold. If it is one thing, take the other down before somebody buys it.")


def what(found: Duplicate, words: Words) -> str:
    """What was found, in a sentence or three."""
    mirrored = words.say(_MIRRORED) if found.is_mirrored and found.kind is DuplicateKind.REUSED else ""
    return " ".join(filter(None, (words.say(_WHAT[found.kind]), words.say(found.pair.sentence), mirrored)))


def next_step(found: Duplicate, words: Words) -> str:
    """What she can do about it."""
    if found.kind is DuplicateKind.REUSED:
        return words.say(_REPORT)
    is_sold = State.SOLD in (found.ours.state, found.other.state)
    return words.say(_SOLD if is_sold else _DELETE)


def summary(found: Duplicates, words: Words) -> str:
    """How much waits, in a sentence; nothing where nothing does."""
    reused, twice = found.count(DuplicateKind.REUSED), found.count(DuplicateKind.TWICE)
    told = (
        words.count(N_("{n} listing shows your photos."), N_("{n} listings show your photos."), reused),
        words.count(N_("You seem to offer {n} thing twice."), N_("You seem to offer {n} things twice."), twice),
    )
    return " ".join(one for one, number in zip(told, (reused, twice), strict=True) if number)


def lines(found: Duplicates, words: Words) -> Iterator[str]:
    """What waits, a few lines each, for a terminal."""
    if not found.compared:
        yield words.say(N_("No photo of yours was compared yet. `vopt embed` does it."))
    elif not found.open:
        yield nothing_waits(found, words)
    for one in found.open:
        yield what(one, words)
        yield f"  {_side(one.ours, words)}"
        yield f"  {_side(one.other, words)}"
        if one.other.url:
            yield f"  {one.other.url}"
        yield f"  {next_step(one, words)}"


def nothing_waits(found: Duplicates, words: Words) -> str:
    """How much was compared, and that nothing was found that is not decided."""
    ours = words.count(N_("{n} photo of yours"), N_("{n} photos of yours"), found.compared)
    theirs = words.count(N_("{n} photo of other listings"), N_("{n} photos of other listings"), found.photos)
    return words.say(N_("Compared: {ours} with {theirs}. Nothing waits for you."), ours=ours, theirs=theirs)


def as_json(found: Duplicates) -> dict[str, Any]:
    """The same as plain values: amounts and moments as text, null where nobody knows."""
    return {
        "compared": found.compared,
        "photos": found.photos,
        "open": [_plain(one) for one in found.open],
    }


def _plain(one: Duplicate) -> dict[str, Any]:
    names = ("key", "kind", "pair")
    told: dict[str, Any] = {name: str(getattr(one, name)) for name in names} | {"is_mirrored": one.is_mirrored}
    return told | {"ours": _plain_side(one.ours), "other": _plain_side(one.other)}


def _plain_side(side: Side) -> Mapping[str, Any]:
    return {
        "title": side.title,
        "asked": None if side.asked is None else str(side.asked),
        "currency": side.currency,
        "listed_at": None if side.listed_at is None else side.listed_at.isoformat(),
        "is_own": side.is_own,
        "listing_id": side.listing_id,
        "state": None if side.state is None else side.state.value,
        "url": side.url,
    }


def _side(side: Side, words: Words) -> str:
    whose = words.say(N_("yours")) if side.is_own else words.say(N_("somebody else's"))
    asked = None if side.asked is None else words.money(side.asked, side.currency)
    state = words.say(side.state.label) if side.state else None
    return f"{whose}: " + ", ".join(filter(None, (side.title, asked, state)))
