"""This is where it is told who shows a member's photos and what she seems to offer twice, and where she decides.

Whatever was decided does not come back; what she put off does, after some days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple, get_args

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photo_pairs import compared_photos
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.errors import NoSuchChoice
from vopt_lib.schema.duplicates import PairKind
from vopt_lib.schema.duplicates_page import (
    ASKED_AGAIN_AFTER,
    Decision,
    Duplicate,
    DuplicateKind,
    Duplicates,
    Side,
)
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_states import State
from vopt_lib.schema.tables import LISTING_PHOTO, OWN
from vopt_lib.shop import duplicates as room

UNSOLD: Final = (State.PUBLISHED, State.RESERVED, State.PAUSED, State.DRAFT)
"""States in which a thing may still be sold, those first in which others see it."""

_LIVE: Final = (
    *("source", "market", "listing_id", "title", "url", "thumbnail_url", "currency", "last_asked_amount"),
    *("first_seen_at", "seller_hash"),
)


class _Pair(NamedTuple):
    first: str
    second: str
    kind: PairKind
    is_mirrored: bool


@dataclass(frozen=True)
class _Things:
    """Her things with photos. of_photo: things by the hash of a photo; side: each as it is shown."""

    of_photo: Mapping[str, set[int]]
    side: Mapping[int, Side]


def duplicates(desk: Desk, member: Member) -> Duplicates:
    """What waits for her and what was decided, as far as photos were compared (`vopt embed`). Raises: ShopError."""
    compared = compared_photos(desk)
    pairs = list(_same(compared.pairs))
    with shop_of(desk).reading() as session:
        rows = room.photographed_things(session, member)
        decided, ours = room.decisions(session, member), room.numbers_elsewhere(session, member.household_id)
    things = _things(rows)
    found = [*_reused(desk, pairs, things, ours), *_twice(pairs, things)]
    told = [_with_decision(one, decided.get(one.key)) for one in found]
    waits = [one for one in told if _waits(one, desk.clock.now())]
    done = sorted((one for one in told if one not in waits), key=_decided_at, reverse=True)
    return Duplicates(tuple(waits), tuple(done), compared.own, compared.others)


def decide(desk: Desk, member: Member, key: str, decision: str) -> None:
    """Remember what she says of two. Raises: NoSuchChoice; UnknownDuplicate; ShopBusy."""
    known = get_args(Decision)
    if decision not in known:
        raise NoSuchChoice(decision=decision, known=", ".join(known))
    at = desk.clock.now()
    with shop_of(desk).writing(author_of(desk, member, "decide")) as session:
        room.decide(session, member, key, decision, at=at)  # type: ignore[arg-type]


def ask_again(desk: Desk, member: Member, key: str) -> None:
    """Take back what was said of two. Raises: UnknownDuplicate; ShopBusy."""
    with shop_of(desk).writing(author_of(desk, member, "take back")) as session:
        room.ask_again(session, member, key)


def _same(pairs: pl.DataFrame) -> Iterator[_Pair]:
    for row in pairs.iter_rows(named=True):
        yield _Pair(row["first"], row["second"], PairKind(row["kind"]), bool(row["is_mirrored"]))


def _things(rows: Iterable[Mapping[str, Any]]) -> _Things:
    of_photo, side = defaultdict[str, set[int]](set), dict[int, Side]()
    for row in rows:
        of_photo[row["photo_sha256"]].add(row["item_id"])
        known, told = side.get(row["item_id"]), _own_side(row)
        if known is None or _place(told) < _place(known):
            side[row["item_id"]] = told
    return _Things(of_photo, side)


def _own_side(row: Mapping[str, Any]) -> Side:
    return Side(
        title=row["title"],
        asked=row["asked"],
        currency=row["currency"],
        listed_at=row["listed_at"],
        is_own=True,
        listing_id=row["listing_id"],
        state=State(row["state"]),
        photo=row["photo_sha256"],
        url=row["url"],
        who=row["account"],
    )


def _place(side: Side) -> int:
    """Of several listings of a thing the one is shown that is most on sale."""
    return UNSOLD.index(side.state) if side.state in UNSOLD else len(UNSOLD)


def _reused(desk: Desk, pairs: list[_Pair], things: _Things, ours: set[int]) -> Iterator[Duplicate]:
    """Listings on sale of others that show one of her photos."""
    same = [one for one in pairs if one.kind is PairKind.SAME_PHOTO and one.first in things.of_photo]
    photos = {photo: _Pair(photo, photo, PairKind.SAME_PHOTO, False) for photo in things.of_photo}
    shown = _listings(desk, {*photos, *(one.second for one in same)}, ours)
    told: set[str] = set()
    for pair in (*photos.values(), *same):
        for row in shown.get(pair.second, ()):
            for item_id in sorted(things.of_photo[pair.first]):
                key = f"{item_id} {row['source']} {row['market']} {row['listing_id']}"
                if key not in told:
                    told.add(key)
                    side = replace(things.side[item_id], photo=pair.first)
                    yield Duplicate(key, DuplicateKind.REUSED, pair.kind, pair.is_mirrored, side, _their_side(row))


def _listings(desk: Desk, photos: set[str], ours: set[int]) -> dict[str, list[dict[str, Any]]]:
    """{photo: the published listings on sale that show it}, but for the household's own and others of its sellers."""
    linked = desk.lake.scan(LISTING_PHOTO.name, version="newest").filter(
        pl.col("market") != OWN, pl.col("photo_sha256").is_in(sorted(photos))
    )
    newest = linked.sort("observed_at").unique(["source", "market", "listing_id"], keep="last", maintain_order=True)
    shown = newest.select("source", "market", "listing_id", "photo_sha256").collect()
    if shown.is_empty():
        return {}
    live = desk.lake.scan("listing_live").select(_LIVE)
    sellers = live.filter(pl.col("listing_id").is_in(sorted(ours))).select("seller_hash").drop_nulls().collect()
    theirs = live.filter(
        pl.col("listing_id").is_in(shown["listing_id"].to_list()),
        ~pl.col("listing_id").is_in(sorted(ours)),
        ~pl.col("seller_hash").fill_null("").is_in(sellers["seller_hash"].to_list()),
    ).collect()
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    both = theirs.join(shown, on=["source", "market", "listing_id"])
    for row in both.sort("first_seen_at", "listing_id", descending=True).iter_rows(named=True):
        found[row["photo_sha256"]].append(row)
    return found


def _their_side(row: Mapping[str, Any]) -> Side:
    return Side(
        title=row["title"] or "",
        asked=row["last_asked_amount"],
        currency=row["currency"] or "EUR",
        listed_at=row["first_seen_at"],
        is_own=False,
        listing_id=row["listing_id"],
        thumbnail_url=row["thumbnail_url"],
        url=row["url"],
        market=row["market"],
    )


def _twice(pairs: list[_Pair], things: _Things) -> Iterator[Duplicate]:
    """Two things of hers that show the same, where one can still be sold, and the other too or was sold."""
    found: dict[tuple[int, int], _Pair] = {}
    exact = [_Pair(photo, photo, PairKind.SAME_PHOTO, False) for photo in things.of_photo]
    for pair in [*exact, *pairs]:
        for one in things.of_photo.get(pair.first, ()):
            for other in things.of_photo.get(pair.second, ()):
                if one != other:
                    swapped = pair._replace(first=pair.second, second=pair.first)
                    found.setdefault((min(one, other), max(one, other)), pair if one < other else swapped)
    for (one, other), pair in sorted(found.items()):
        ours, its = replace(things.side[one], photo=pair.first), replace(things.side[other], photo=pair.second)
        if _is_worth_a_look(ours, its):
            yield Duplicate(f"{one} {room.OWN}{other}", DuplicateKind.TWICE, pair.kind, pair.is_mirrored, ours, its)


def _is_worth_a_look(one: Side, other: Side) -> bool:
    states = {one.state, other.state}
    return bool(states & set(UNSOLD)) and states <= {*UNSOLD, State.SOLD}


def _with_decision(found: Duplicate, said: room.Decided | None) -> Duplicate:
    return found if said is None else replace(found, decision=said.decision, decided_by=said.by, decided_at=said.at)


def _waits(found: Duplicate, now: datetime) -> bool:
    if found.decision is None or found.decided_at is None:
        return True
    return found.decision == "later" and now - found.decided_at >= ASKED_AGAIN_AFTER


def _decided_at(found: Duplicate) -> float:
    return found.decided_at.timestamp() if found.decided_at else 0.0
