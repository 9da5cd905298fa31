"""This is where the searches she follows are drawn, and the fields in which she chooses a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from vopt_lib.schema.draft import FollowDraft
from vopt_lib.schema.queries import Term
from vopt_lib.schema.searches import Near, News, Reading, Searches, Told, Watched
from vopt_lib.ui.buttons import buttons_of
from vopt_lib.ui.layout import button_link, card, grid, page_head, segments
from vopt_lib.ui.links import link
from vopt_lib.ui.markup import embedded, plain, tag, together
from vopt_lib.ui.states import empty, notice, progress, with_code
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo


def head(found: Searches, held: mo.ui.dictionary, words: Words) -> Markup:
    """The question of the page, what all searches cost, and the button that collects them."""
    question = words.say(N_("What do you watch, and what does it bring?"))
    actions = buttons_of(held, found.acts)
    return page_head(words.say(N_("Searches")), question, as_of=_quiet(found.effort), actions=actions)


def news_shown(now: News, offered: mo.ui.dictionary, beat: mo.ui.refresh, words: Words) -> Markup:
    """What happens now, and what may be pressed about it.

    `beat` lets the page look again; it stands here, unseen, only while something is under way.
    """

    def action(line: Told) -> Markup | None:
        return _see(line.href, words) if line.offers is None else buttons_of(offered, now.acts, line.offers)

    lines = [notice(line.text, kind=line.kind, action=action(line)) for line in now.lines]
    moving = card(progress(now.moving[0], share=now.moving[1])) if now.moving else None
    again = tag("div", embedded(beat), hidden=True) if moving else None
    return tag("div", lines, moving, again, class_="vopt-stack")


def searches_shown(found: Searches, held: mo.ui.dictionary, sure: str, words: Words) -> Markup:
    """What keeps collecting from going on, the conditions while she has not agreed, and every search."""
    standing = [notice(line.text, kind=line.kind) for line in found.standing]
    cards = [_search(one, buttons_of(held, found.acts, one.id), one.id == sure, words) for one in found.rows]
    nothing = empty(
        words.say(N_("You watch nothing yet")),
        words.say(N_("Choose below what you sell or would like to sell. vopt then looks at it again and again.")),
    )
    button = buttons_of(held, found.acts, "consent")
    asked = _conditions(*found.consent, button) if found.consent else None
    given = notice(words.say(N_("You allowed vopt to visit Vinted.")), action=button) if button and not asked else None
    return tag("div", standing, asked, grid(*cards) if cards else nothing, given, class_="vopt-stack")


def _search(one: Watched, actions: Markup | None, is_asked: bool, words: Words) -> Markup:
    """Its name leads to its prices; what it asks, sees and costs; how its last collecting went."""
    facts = [words.say(N_("paused")) if one.is_paused else None, *one.facts]
    question = words.say(N_("Stop watching it? What it brought stays."))
    return card(
        tag("p", one.last.text),
        tag("p", (tag("span", fact) for fact in facts if fact), class_="vopt-as-of"),
        title=link(plain(one.name), one.href) if one.href else plain(one.name),
        note=plain(one.asked) if one.asked != one.name else None,
        foot=together(tag("p", question, role="alert") if is_asked else None, actions),
    )


def _conditions(heading: str, points: Iterable[str], actions: Markup | None) -> Markup:
    listed = tag("ul", (tag("li", with_code(point)) for point in points), class_="vopt-conditions")
    return card(listed, title=heading, foot=actions)


def _quiet(text: str | None) -> Markup | None:
    return tag("p", tag("span", text), class_="vopt-as-of") if text else None


def _see(href: str | None, words: Words) -> Markup | None:
    return button_link(words.say(N_("See the prices")), href) if href else None


def chooser(draft: FollowDraft, reading: Reading, adding: mo.ui.dictionary, words: Words, *, fields: Markup) -> Markup:
    """The card in which she says what to watch, and reads what vopt has understood."""
    told = notice(reading.told.text, kind=reading.told.kind, action=buttons_of(adding, reading.acts))
    steps = tag("div", _ways(draft, words), fields, told, _near(reading.near, words), class_="vopt-stack")
    return card(steps, title=words.say(N_("Watch something new")))


def _ways(draft: FollowDraft, words: Words) -> Markup:
    """The two ways of saying what to follow, as links of the page: what was written is kept."""
    titles = {"words": words.say(N_("Choose it here")), "link": words.say(N_("Paste a link"))}
    choices = ((title, "?" + draft.but(way=way).as_query(), way == draft.way) for way, title in titles.items())
    return segments(choices, words.say(N_("How to say it")))


def catalogue_field(draft: FollowDraft, catalogues: Iterable[Term], words: Words) -> mo.ui.dropdown:
    """The catalogue, to be found by any part of its path."""
    import marimo as mo

    options = {term.title: term.id for term in catalogues}
    chosen = next((title for title, known in options.items() if known == draft.catalog), None)
    return mo.ui.dropdown(options, chosen, label=words.say(N_("Catalogue")), searchable=True)


def size_field(draft: FollowDraft, catalog_id: int | None, sizes: Iterable[Term], words: Words) -> mo.ui.multiselect:
    """The sizes of that catalogue."""
    import marimo as mo

    titles = [term.title for term in sizes]
    chosen = [title for title in draft.size if title in titles] if catalog_id == draft.catalog else []
    return mo.ui.multiselect(titles, chosen, label=words.say(N_("Sizes")))


def other_fields(
    draft: FollowDraft, brands: Sequence[Term], conditions: Sequence[Term], words: Words
) -> mo.ui.dictionary:
    """Everything else that a search can be narrowed by, and its name; the link for the other way."""
    import marimo as mo

    titles = list(dict.fromkeys([*(brand.title for brand in brands), *draft.brand]))
    labels = {term.title: term.id for term in conditions}
    chosen = [title for title, known in labels.items() if known in draft.condition]

    def text(value: str | None, label: str, hint: str = "", *, wide: bool = False) -> mo.ui.text:
        return mo.ui.text(value or "", label=label, placeholder=hint, full_width=wide, debounce=300)

    return mo.ui.dictionary(
        {
            "brand": mo.ui.multiselect(titles, list(draft.brand), label=words.say(N_("Brands"))),
            "other_brand": text(draft.other_brand, words.say(N_("Another brand"))),
            "condition": mo.ui.multiselect(labels, chosen, label=words.say(N_("Condition"))),
            "price_from": text(draft.price_from, words.say(N_("Price from, €"))),
            "price_to": text(draft.price_to, words.say(N_("to, €"))),
            "text": text(draft.text, words.say(N_("Words in the listing"))),
            "name": text(draft.name, words.say(N_("Your name for it"))),
            "link": text(
                draft.link, words.say(N_("Address of a page of Vinted results")), "https://www.vinted.it/…", wide=True
            ),
        }
    )


def fields(way: str, catalogue: mo.ui.dropdown, sizes: mo.ui.multiselect, others: mo.ui.dictionary) -> Markup:
    """The fields of one way, side by side."""
    if way == "link":
        wide = tag("div", embedded(others["link"]), class_="is-wide")
        return tag("div", wide, embedded(others["name"]), class_="vopt-fields")
    return tag(
        "div",
        embedded(catalogue),
        embedded(others["brand"]),
        embedded(others["other_brand"]),
        embedded(sizes) if sizes.options else None,
        embedded(others["condition"]),
        (tag("div", embedded(others[name]), class_="is-price") for name in ("price_from", "price_to")),
        embedded(others["text"]),
        embedded(others["name"]),
        class_="vopt-fields",
    )


def _near(near: Iterable[Near], words: Words) -> Markup | None:
    """What she may have meant, each as a link that takes it."""
    links = [tag("a", one.title, href=one.href, data_stay=True) for one in near]
    told = together(words.say(N_("Did you mean:")), " ", Markup(" · ").join(links))
    return tag("p", told, class_="vopt-near") if links else None
