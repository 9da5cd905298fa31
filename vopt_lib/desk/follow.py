"""This is where she says what to follow: the list of queries that are collected again and again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from vopt_lib.desk import permission
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import Run
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.errors import AlreadyFollowed, AmbiguousFollow, AsksForEverything, UnknownFollow
from vopt_lib.schema.queries import CatalogueQuery, Follow
from vopt_lib.shop.follows import read_follows, write_follows
from vopt_lib.shop.founding import HOUSEHOLD
from vopt_lib.sources.vinted.query import currency_of


def follows(desk: Desk) -> tuple[Follow, ...]:
    """Everything followed, paused ones too, in the order it was added. Raises: ShopError."""
    with shop_of(desk).reading() as session:
        return read_follows(session, HOUSEHOLD)


def due_follows(desk: Desk) -> list[Follow]:
    """What is collected on a schedule: neither paused, nor of a market that nobody has allowed vopt to visit yet."""
    return [one for one in follows(desk) if not one.paused and permission.is_given(desk, one.query.market)]


def due_markets(desk: Desk) -> list[str]:
    """The markets of those follows, each once."""
    return list(dict.fromkeys(follow.query.market for follow in due_follows(desk)))


def light_follows(desk: Desk, requests: int) -> list[Follow]:
    """Those of them that so many requests suffice for, as their last complete runs tell, the lightest first."""
    due, chosen = {follow.id for follow in due_follows(desk)}, []
    known = [row for row in followed(desk) if row.follow.id in due and row.requests_a_day is not None]
    for row in sorted(known, key=lambda one: one.requests_a_day or 0):
        requests -= row.requests_a_day or 0
        if requests < 0:
            break
        chosen.append(row.follow)
    return chosen


def follow_named(desk: Desk, name: str) -> Follow:
    """The follow of this id or name, or the only one whose id or name begins so.

    Raises: UnknownFollow; AmbiguousFollow, with those it may be.
    """
    known, asked = follows(desk), name.strip().casefold()
    fitting = (
        [follow for follow in known if follow.id == asked]
        or [follow for follow in known if follow.name.casefold() == asked]
        or [follow for follow in known if asked and asked in _beginnings(follow, len(asked))]
    )
    if len(fitting) > 1:
        raise AmbiguousFollow(name=name, near=", ".join(follow.id for follow in fitting))
    if not fitting:
        raise UnknownFollow(name=name)
    return fitting[0]


def add_follow(desk: Desk, query: CatalogueQuery, name: str | None = None) -> Follow:
    """Follow this query from now on. The same question is followed once.

    Raises: AlreadyFollowed, AsksForEverything.
    """

    def add(known: tuple[Follow, ...]) -> tuple[Follow, ...]:
        check_new(query, known)
        title = " ".join((name or "").split()) or describe(query)
        return (*known, Follow(_free_id(title, known), title, query, desk.clock.now()))

    return _change(desk, add)[-1]


def check_new(query: CatalogueQuery, known: Iterable[Follow]) -> None:
    """Let a query pass that can be followed beside these. Raises: AlreadyFollowed, AsksForEverything."""
    if not (query.catalog or query.narrowed_by):
        raise AsksForEverything
    if twin := next((follow for follow in known if follow.query.key == query.key), None):
        raise AlreadyFollowed(name=twin.name)


def set_paused(desk: Desk, name: str, *, paused: bool) -> Follow:
    """Stop collecting a follow, or start again. Raises: UnknownFollow, AmbiguousFollow."""
    chosen = replace(follow_named(desk, name), paused=paused)
    _change(desk, lambda known: tuple(chosen if follow.id == chosen.id else follow for follow in known))
    return chosen


def remove_follow(desk: Desk, name: str) -> Follow:
    """Forget a follow; what it collected stays. Raises: UnknownFollow, AmbiguousFollow."""
    chosen = follow_named(desk, name)
    _change(desk, lambda known: tuple(follow for follow in known if follow.id != chosen.id))
    return chosen


@dataclass(frozen=True)
class Followed:
    """A follow with what is known of collecting it."""

    follow: Follow
    last: Run | None
    requests_a_day: int | None
    share_seen: float | None


def followed(desk: Desk) -> list[Followed]:
    """Every follow with its last run, and the requests and share of its last complete one."""
    runs = newest_runs(desk, "collect", limit=2000)
    rows = []
    for follow in follows(desk):
        own = [run for run in runs if run.follow_id == follow.id]
        full = next((run for run in own if run.outcome == "done"), None)
        rows.append(
            Followed(
                follow,
                own[0] if own else None,
                full.requests if full else None,
                full.share_seen if full else None,
            )
        )
    return rows


def describe(query: CatalogueQuery) -> str:
    """The question in short words: Abiti (Donna) · Zara · M · 5–30 €."""
    words = [_short(query.catalog.title)] if query.catalog else []
    for terms in (query.brands, query.sizes, query.conditions, query.colours, query.materials):
        words += ["/".join(term.title for term in terms)] if terms else []
    if query.price_from or query.price_to:
        words.append(_band(query))
    if query.search_text:
        words.append(f"“{query.search_text}”")
    return " · ".join(words)


def _short(path: str) -> str:
    """The end of a catalogue's path, and whose it is: women and men both have Jeans."""
    first, *_, last = [*path.split(" > ", 1), path.rsplit(" > ", 1)[-1]]
    return last if first == last else f"{last} ({first})"


def _band(query: CatalogueQuery) -> str:
    currency = currency_of(query.market)
    money = "€" if currency == "EUR" else currency
    if query.price_from and query.price_to:
        return f"{query.price_from}–{query.price_to} {money}"
    return f"≥ {query.price_from} {money}" if query.price_from else f"≤ {query.price_to} {money}"


def _beginnings(follow: Follow, length: int) -> tuple[str, str]:
    return follow.id[:length], follow.name.casefold()[:length]


def _free_id(title: str, known: Iterable[Follow]) -> str:
    ascii_title = unicodedata.normalize("NFKD", title.replace("–", "-")).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_title).strip("-")[:40] or "follow"
    taken = {follow.id for follow in known}
    return next(name for n in range(1, 10_000) if (name := slug if n == 1 else f"{slug}-{n}") not in taken)


def _change(desk: Desk, change: Callable[[tuple[Follow, ...]], tuple[Follow, ...]]) -> tuple[Follow, ...]:
    with shop_of(desk).writing(author_of(desk, None, "follow")) as session:
        changed = change(read_follows(session, HOUSEHOLD))
        write_follows(session, HOUSEHOLD, changed)
    return changed
