"""This is where two that show the same stand side by side: what was found, what to do, and the buttons to decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from markupsafe import Markup

from vopt_lib.schema.duplicates_page import DECISIONS, Duplicate, DuplicateKind, DuplicatesMoment, DuplicatesPage, Side
from vopt_lib.schema.filters import InventoryFilters
from vopt_lib.ui.buttons import buttons_of
from vopt_lib.ui.cells import MISSING, day_cell
from vopt_lib.ui.inventory import thumbnail
from vopt_lib.ui.layout import button_link, card, page_head
from vopt_lib.ui.links import is_web, link
from vopt_lib.ui.listings import listing_address, photo_cell, shown_title
from vopt_lib.ui.markup import plain, tag, together
from vopt_lib.ui.states import empty, failed, notice
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

MOST_SHOWN = 12
PHOTO_PX = 960
"""One of the sizes that there are (desk/shop/photos.py): the two are to be compared."""

Say = Callable[[Duplicate, Words], str]


def head(page: DuplicatesPage, words: Words, summary: str) -> Markup:
    """The page's name, its question, and how much waits."""
    question = words.say(N_("Does anybody show my photos, or do I offer a thing twice?"))
    as_of = tag("p", tag("span", summary), class_="vopt-as-of") if summary else None
    return page_head(words.say(N_("Duplicates")), question, as_of=as_of)


def answered(moment: DuplicatesMoment, page: DuplicatesPage, held: mo.ui.dictionary) -> Markup | None:
    """What was said of the last press, and the button that takes it back."""
    if moment.told is None:
        return None
    return notice(moment.told.text, kind=moment.told.kind, action=buttons_of(held, page.acts))


def missing(page: DuplicatesPage, words: Words, compared: str) -> Markup | None:
    """What is said where nothing waits, and what to do next; nothing where something does."""
    if page.trouble:
        return failed(page.trouble, words)
    if page.found.open:
        return None
    if page.found.compared:
        return empty(words.say(N_("Nothing waits for you")), compared)
    text = N_(
        "`vopt embed` at a terminal compares the photos of your things with each other and with those of listings."
    )
    return empty(
        words.say(N_("No photo was compared yet")),
        words.say(text),
        button_link(words.say(N_("Your things")), "/inventory"),
    )


def queue(page: DuplicatesPage, held: mo.ui.dictionary, words: Words, *, what: Say, next_step: Say) -> Markup | None:
    """The ones that wait, the most pressing first."""
    waiting = page.found.open
    if not waiting:
        return None
    keys = ", ".join(f"{place} {words.say(label)}" for place, label in enumerate(DECISIONS.values(), start=1))
    hint = tag("p", words.say(N_("Keys for the first one: {keys}"), keys=keys), class_="vopt-duplicate-keys")
    cards = [
        _card(one, page, words, what=what, next_step=next_step, foot=buttons_of(held, page.acts, one.key))
        for one in waiting[:MOST_SHOWN]
    ]
    left = len(waiting) - len(cards)
    more = tag("p", words.count(N_("{n} more waits."), N_("{n} more wait."), left)) if left else None
    return tag("div", hint, *cards, more, class_="vopt-duplicates")


def decided(page: DuplicatesPage, held: mo.ui.dictionary, words: Words, *, next_step: Say) -> Markup | None:
    """What was decided, to be unfolded: by whom and when, and what can be done about what is the same."""
    if not page.found.decided:
        return None
    told = [_decided(one, page, held, words, next_step=next_step) for one in page.found.decided[:MOST_SHOWN]]
    count = tag("span", words.number(len(page.found.decided)), class_="vopt-chip")
    summary = tag("summary", words.say(N_("Decided")), " ", count)
    return tag(
        "details", summary, card(tag("ul", told, class_="vopt-lines vopt-decided", role="list")), class_="vopt-more"
    )


def _card(
    one: Duplicate, page: DuplicatesPage, words: Words, *, what: Say, next_step: Say, foot: Markup | None
) -> Markup:
    sides = [_side(side, one, page, words) for side in (one.ours, one.other)]
    body = together(tag("div", sides, class_="vopt-sides"), tag("p", next_step(one, words), class_="vopt-next-step"))
    title = _TITLES[one.kind]
    return tag("div", card(body, title=words.say(title), note=what(one, words), foot=foot), class_="vopt-duplicate")


_TITLES = {DuplicateKind.REUSED: N_("Your photo elsewhere"), DuplicateKind.TWICE: N_("One thing, twice?")}


def _side(side: Side, one: Duplicate, page: DuplicatesPage, words: Words) -> Markup:
    row = {"thumbnail_url": side.thumbnail_url}
    photo = thumbnail(side.photo, PHOTO_PX) if side.is_own else photo_cell(row, page.may_fetch_photos)
    whose = words.say(N_("Yours")) if side.is_own else words.say(N_("Somebody else's"))
    state = tag("span", words.say(side.state.label), class_=f"vopt-chip is-{side.state.value}") if side.state else None
    asked = MISSING if side.asked is None else words.money(side.asked, side.currency)
    is_twice = one.kind is DuplicateKind.TWICE and one.ours.who != one.other.who
    facts = (
        tag("small", whose, f" · {plain(side.who, 40)}" if is_twice else None),
        tag("p", _title(side, words), class_="vopt-side-title"),
        tag("p", tag("b", asked), " ", state),
        tag("small", _since(side, words)),
        _out(side, words),
    )
    return tag("article", photo, tag("div", *facts), aria_label=whose)


def _title(side: Side, words: Words) -> Markup:
    title = shown_title({"title": side.title}, words)
    if side.is_own:
        return link(title, f"/inventory?{InventoryFilters(id=side.listing_id).as_query()}", dir_="auto")
    return link(title, listing_address({"listing_id": side.listing_id, "market": side.market}), dir_="auto")


def _since(side: Side, words: Words) -> Markup | None:
    if side.listed_at is None:
        return None
    label = words.say(N_("On sale since")) if side.is_own else words.say(N_("First seen"))
    return together(f"{label} ", day_cell(side.listed_at.date(), words))


def _out(side: Side, words: Words) -> Markup | None:
    if not side.url or not is_web(side.url):
        return None
    return tag("small", link(words.say(N_("See it on Vinted")), side.url))


def _decided(one: Duplicate, page: DuplicatesPage, held: mo.ui.dictionary, words: Words, *, next_step: Say) -> Markup:
    said = words.say(DECISIONS[one.decision]) if one.decision else ""
    when = day_cell(one.decided_at.date(), words) if one.decided_at else None
    who = f" · {plain(one.decided_by, 40)}" if one.decided_by else None
    both = tag("p", _title(one.ours, words), " – ", _title(one.other, words))
    step = tag("p", next_step(one, words), " ", _out(one.other, words)) if one.decision == "same" else None
    foot = buttons_of(held, page.acts, one.key)
    return tag("li", both, tag("small", f"{said} · ", when, who), step, foot)
