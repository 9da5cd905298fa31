"""This is where what was told of listings is put together: which tellings are one listing, which listings one thing.

All of it depends on what was told alone, not on the order in which it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, reduce
from itertools import combinations, pairwise
from typing import Any, Final

from vopt_lib.schema.own_states import RELISTED, State
from vopt_lib.shop.taking_in.doubts import Choice, Doubt, DoubtReason, Told
from vopt_lib.shop.taking_in.facts import Fact, Facts, digest, moment, title_key, told_at

SAME_THING: Final = (
    *("title", "description", "brand", "size", "condition_id"),
    *("colour", "second_colour", "material", "parcel_size"),
)
"""What two listings of one thing have in common. Source: facts/seller-imports.md §1."""

_TELLING: Final = ("source", "asked", "currency", "views", "favourites")


@dataclass(frozen=True)
class Offer:
    """A listing, by all that was told of it. keys: of the facts that tell of it, its own first."""

    keys: tuple[str, ...]
    facts: Facts

    @property
    def key(self) -> str:
        """What it is known by."""
        return self.keys[0]

    @property
    def number(self) -> int | None:
        """The marketplace's number."""
        number: int | None = self.facts["number"]
        return number

    @cached_property
    def now(self) -> Facts:
        """{column: what was told last}."""
        return {name: value for name, (_, value) in self.facts["now"].items()}

    @cached_property
    def titles(self) -> frozenset[str]:
        """All it was ever called."""
        return frozenset(title_key(title) for title in self.facts["titles"])

    @cached_property
    def code(self) -> str:
        """The code of its thing, where she gave none: the same for ever, and in every import."""
        return f"V-{self.number}" if self.number is not None else f"V-{self.key[:10]}"

    @property
    def order(self) -> tuple[int, str]:
        """Older ones first: the marketplace's numbers rise."""
        return self.number or 0, self.key

    def was_on_sale_after(self, moment: str) -> bool:
        """Whether it was told to be on sale still, after this moment."""
        stamp, state = self.facts["now"].get("state", ("", None))
        return state == State.PUBLISHED and bool(stamp > moment)


@dataclass(frozen=True)
class Standing:
    """How a listing stands: its state, why where that is not plain, and when it ended."""

    state: str
    ended_at: datetime | None = None
    reason: str | None = None


def merged(one: Facts, other: Facts) -> Facts:
    """What two facts about the same listing say together, whichever came first."""
    return {
        **one,
        "number": one["number"] if one["number"] is not None else other["number"],
        "now": newest(one["now"], other["now"]),
        "told": {stamp: _greater(one["told"], other["told"], stamp) for stamp in one["told"] | other["told"]},
        "titles": sorted({*one["titles"], *other["titles"]}),
        "photos": newest(one["photos"], other["photos"]),
    }


def newest(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Of each name what was told last."""
    return {name: _greater(one, other, name) for name in sorted({*one, *other})}


def _greater(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> Any:
    """The greater of two values; JSON's writing decides, where one file says two things at once."""
    found = [values[name] for values in (one, other) if name in values]
    return found[0] if len(found) == 1 else max(found, key=lambda value: json.dumps(value, sort_keys=True))


def offers(told: Iterable[Fact], decided: Mapping[str, Told]) -> list[Offer]:
    """The listings of a thread. A row without a number is of the numbered listing of its title, if that is the only
    one and it the only such row.
    """
    kept = [fact for fact in told if decided.get(fact.key, Told("")).decision != "ignore"]
    every = sorted((Offer((fact.key,), fact.facts) for fact in kept), key=lambda offer: offer.order)
    numbered = {offer.key: offer for offer in every if offer.number is not None}
    for offer in [offer for offer in every if offer.number is None]:
        whole = numbered.get(_whole(offer, every, decided))
        if whole:
            numbered[whole.key] = Offer((*whole.keys, offer.key), merged(whole.facts, offer.facts))
        else:
            numbered[offer.key] = offer
    return sorted(numbered.values(), key=lambda offer: offer.order)


def _whole(offer: Offer, every: Sequence[Offer], decided: Mapping[str, Told]) -> str:
    """The key of the numbered listing that a row without a number tells of; "": none."""
    if offer.key in decided:
        return decided[offer.key].target
    alike = [one for one in every if one.titles & offer.titles and _agree(one, offer)]
    numbered = [one.key for one in alike if one.number is not None]
    return numbered[0] if len(alike) == 2 and len(numbered) == 1 else ""


def _agree(one: Offer, other: Offer) -> bool:
    """Whether nothing that both say of the thing differs."""
    return all(one.now[name] == other.now[name] for name in SAME_THING[2:] if name in one.now and name in other.now)


def things(
    found: Sequence[Offer], states: Mapping[str, Standing], decided: Mapping[str, Told]
) -> tuple[list[list[Offer]], list[Doubt]]:
    """The listings of each thing, and what only a person can say. states: {key of a listing: how it stands}."""
    alike: dict[str, list[Offer]] = {}
    for offer in found:
        alike.setdefault(_likeness(offer), []).append(offer)
    groups: list[list[Offer]] = []
    doubts: list[Doubt] = []
    for likeness, group in alike.items():
        is_one = _is_one(likeness, group, states, decided)
        groups += [group] if is_one else [[offer] for offer in group]
        if is_one is None:
            doubts.append(_relist_doubt(likeness, group))
    return groups, doubts


def _likeness(offer: Offer) -> str:
    """What listings of the same thing share: her code of it, else all that it says; else it is like no other."""
    if sku := offer.now.get("item.sku"):
        return digest("sku", sku)
    if not offer.now.get("description"):
        return offer.key
    return digest("relist", [title_key(offer.now["title"]), *(offer.now.get(name) for name in SAME_THING[1:])])


def _is_one(
    likeness: str, group: Sequence[Offer], states: Mapping[str, Standing], decided: Mapping[str, Told]
) -> bool | None:
    """Whether listings that are alike are of one thing; None: nobody can say.

    A relist takes the place of a listing that did not sell: both are never told of at once.
    """
    if len(group) == 1 or group[0].now.get("item.sku"):
        return True
    if likeness in decided:
        return decided[likeness].decision == "same"
    pairs = list(combinations(group, 2))
    may_be = [
        older for older, newer in pairs if not _are_at_once(older, newer) and states[older.key].state != State.SOLD
    ]
    if not may_be:
        return False
    return True if len(may_be) == len(pairs) else None


def after_relists(groups: Iterable[Sequence[Offer]], states: Mapping[str, Standing]) -> dict[str, Standing]:
    """How listings stand where a thing was listed again: the older ones are withdrawn, unless they sold."""
    found = dict(states)
    for group in groups:
        for older, newer in pairwise(group):
            if states[older.key].state in (State.PUBLISHED, State.PAUSED) and not older.now.get("item.sku"):
                found[older.key] = Standing(State.WITHDRAWN, moment(newer.now.get("listed_at")), RELISTED)
    return found


def _are_at_once(one: Offer, other: Offer) -> bool:
    return not one.facts["told"].keys().isdisjoint(other.facts["told"].keys())


def _relist_doubt(likeness: str, group: Sequence[Offer]) -> Doubt:
    told = {"title": group[0].now["title"], "listings": [offer.key for offer in group]}
    return Doubt(DoubtReason.RELIST, likeness, told, (Choice("same"), Choice("apart")), group[0].key)


def prices(offer: Offer) -> list[tuple[str, str, str, str]]:
    """(stamp, asked, currency, source) of each price that differs from the one before."""
    history: list[tuple[str, str, str, str]] = []
    for stamp, (source, asked, currency, *_) in sorted(offer.facts["told"].items()):
        if asked is not None and (not history or history[-1][1:3] != (asked, currency)):
            # Two files of the same second: the greater one counts.
            history = [point for point in history if point[0][:20] != stamp[:20]]
            history.append((stamp, asked, currency, source))
    return history


def days(offer: Offer) -> dict[tuple[Any, str], Facts]:
    """{(day, source): views, favourites, asked, currency} as told last on that day."""
    found: dict[tuple[Any, str], Facts] = {}
    for stamp, telling in sorted(offer.facts["told"].items()):
        told = dict(zip(_TELLING, telling, strict=True))
        source = told.pop("source")
        if told["asked"] is None:
            told["currency"] = None
        known = {name: value for name, value in told.items() if value is not None}
        if known:
            found.setdefault((told_at(stamp).date(), source), {}).update(known)
    return found


def photos(group: Sequence[Offer]) -> list[str]:
    """The photos of a thing, as its listings show them: those told last first."""
    every: dict[str, Any] = reduce(newest, (offer.facts["photos"] for offer in group), {})
    newest_first = sorted(every.items(), key=lambda photo: (photo[1][1], photo[0]))
    return [sha for sha, _ in sorted(newest_first, key=lambda photo: photo[1][0], reverse=True)]
