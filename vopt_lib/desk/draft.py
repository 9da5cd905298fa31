"""This is where a search that she is about to follow is read back to her, and then followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vopt_lib.desk.follow import add_follow, check_new, follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.suggest import brands, catalogues, near_brands, near_catalogues
from vopt_lib.desk.wanted import Wanted, query_from
from vopt_lib.desk.watched import in_words, unpermitted
from vopt_lib.errors import AlreadyFollowed, NoPrice, UnknownTerm, VoptError
from vopt_lib.schema.draft import FollowDraft
from vopt_lib.schema.price import price_of
from vopt_lib.schema.queries import Follow, Term
from vopt_lib.schema.searches import Act, Near, Reading, Told
from vopt_lib.schema.vinted_terms import folded
from vopt_lib.sources.vinted.terms import CATALOGUE, NOTHING, condition_term, find_size
from vopt_lib.words import N_, Words


def draft_at(query: str | Mapping[str, Any]) -> FollowDraft:
    """The draft of the page's address."""
    return FollowDraft.from_query(query)


def draft_of(way: str, values: Mapping[str, Any]) -> FollowDraft:
    """The draft that the fields of the page hold now."""
    return FollowDraft.from_query({"way": way, **values})


def read_back(desk: Desk, draft: FollowDraft, words: Words) -> Reading:
    """What this draft asks, by what vopt knows by heart: nothing is visited while she still chooses."""
    if draft.is_empty:
        hint = N_("Copy it from the browser while you see the results on Vinted.")
        return Reading(
            Told(words.say(hint if draft.way == "link" else N_("Choose a catalogue, a brand or some words.")))
        )
    if draft.way == "words" and (unknown := _unknown_brand(desk, draft)) is not None:
        return _offer_brands(desk, draft, unknown, words)
    try:
        query = query_from(desk, wanted(desk, draft))
        check_new(query, follows(desk))
    except AlreadyFollowed as twin:
        return Reading(Told(words.error(twin), "warn"))
    except VoptError as error:
        return Reading(Told(words.error(error), "bad"))
    said = words.say(N_("You will follow: {what}"), what=in_words(query, words))
    return Reading(Told(said, "good"), _instead_of_text(desk, draft), _follow_it(words))


def follow_draft(desk: Desk, draft: FollowDraft) -> Follow:
    """Follow what the draft asks. A brand that vopt does not know by heart is looked up on the site, if that may be.

    Raises: QueryError; CollectingError.
    """
    return add_follow(desk, query_from(desk, wanted(desk, draft)), draft.name)


def wanted(desk: Desk, draft: FollowDraft) -> Wanted:
    """The draft in a person's words. Only a brand may be left that vopt does not know by heart.

    Raises: UnknownTerm; NoPrice.
    """
    if draft.way == "link":
        return Wanted(link=draft.link or "")
    within, known = _catalogue(desk, draft), {folded(brand.title): brand for brand in brands(desk)}
    is_real = desk.site("it").is_real
    return Wanted(
        catalog=within,
        brands=tuple(known.get(folded(name), name) for name in _brands(draft)),
        sizes=tuple(find_size(name, within, is_real=is_real) for name in draft.size),
        conditions=tuple(condition_term(one).title for one in draft.condition),
        price=_band(draft),
        text=draft.text,
    )


def _band(draft: FollowDraft) -> str | None:
    """Its prices as `Wanted` has them. Raises: NoPrice."""
    written = (draft.price_from, draft.price_to)
    return "-".join(map(_amount, written)) if any(written) else None


def _amount(written: str | None) -> str:
    price = price_of(written) if written else None
    if written and price is None:
        raise NoPrice(price=written)
    return "" if price is None else f"{price:f}"


def _catalogue(desk: Desk, draft: FollowDraft) -> Term | None:
    if draft.catalog is None:
        return None
    found = next((term for term in catalogues(desk) if term.id == draft.catalog), None)
    if found is None:
        raise UnknownTerm(kind=CATALOGUE, name=str(draft.catalog), near=NOTHING)
    return found


def _unknown_brand(desk: Desk, draft: FollowDraft) -> str | None:
    known = {folded(brand.title) for brand in brands(desk)}
    return next((name for name in _brands(draft) if folded(name) not in known), None)


def _brands(draft: FollowDraft) -> tuple[str, ...]:
    return (*draft.brand, *([draft.other_brand] if draft.other_brand else []))


def _offer_brands(desk: Desk, draft: FollowDraft, name: str, words: Words) -> Reading:
    """The brands near an unknown one; it can be followed all the same where the site may be asked for it."""
    kept = tuple(brand for brand in _brands(draft) if brand != name)
    near = tuple(
        Near(brand.title, "?" + draft.but(other_brand=None, brand=_with(kept, brand.title)).as_query())
        for brand in near_brands(desk, name)
    )
    may_ask = unpermitted(desk) is None
    sentence = (
        N_("vopt does not know the brand “{name}” by heart. It looks it up on Vinted when you follow.")
        if may_ask
        else N_("vopt does not know the brand “{name}”.")
    )
    return Reading(Told(words.say(sentence, name=name), "warn"), near, _follow_it(words) if may_ask else {})


def _follow_it(words: Words) -> dict[str, tuple[Act, ...]]:
    return {"": (("follow", words.say(N_("Follow it"))),)}


def _instead_of_text(desk: Desk, draft: FollowDraft) -> tuple[Near, ...]:
    """The brand or catalogue that her words name: following that sees more than listings whose title says so."""
    if draft.text is None:
        return ()
    near = [
        Near(brand.title, "?" + draft.but(text=None, brand=_with(draft.brand, brand.title)).as_query())
        for brand in near_brands(desk, draft.text)
        if folded(brand.title) == folded(draft.text)
    ]
    if draft.catalog is None:
        near += [
            Near(one.title, "?" + draft.but(text=None, catalog=one.id).as_query())
            for one in near_catalogues(desk, draft.text)
        ]
    return tuple(near)


def _with(brands: tuple[str, ...], title: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*brands, title)))
