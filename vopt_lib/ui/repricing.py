"""This is where the changes of price that are worth making today stand above her listings, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from vopt_lib.schema.filters import InventoryFilters, PriceFilters
from vopt_lib.schema.price_page import RepricingPage
from vopt_lib.schema.price_words import signed_money
from vopt_lib.schema.pricing import Repricing
from vopt_lib.ui.inventory import query_of
from vopt_lib.ui.layout import card
from vopt_lib.ui.listings import shown_title
from vopt_lib.ui.markup import embedded, show, tag, together
from vopt_lib.ui.states import with_code
from vopt_lib.ui.tables import framed
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

TITLE: Final = N_("Worth changing today")


def repricing_card(page: RepricingPage | None, words: Words, *, on_look: Callable[[Repricing], None]) -> mo.Html:
    """The changes, each with a button that shows what it does before it is made. Bind it to a name of its cell."""
    import marimo as mo

    if page is None or page.most == 0:
        return show("")
    if not page.changes:
        return show(_folded(words, "0", tag("p", with_code(_why_none(page, words)))))

    def pressed(change: Repricing) -> Callable[[object], None]:
        return lambda _: on_look(change)

    label = words.say(N_("See the change"))
    held = [mo.ui.button(label=label, on_click=pressed(change)) for change in page.changes]
    body = [_row(change, button, words) for change, button in zip(page.changes, held, strict=True)]
    note = N_("Of {n} things on sale. Nothing is sent to Vinted: change the price there, too.")
    changes = framed(_heads(words), body, caption=words.say(TITLE), class_="vopt-table vopt-blocks")
    gain = words.money(sum(change.gain_eur for change in page.changes), digits=0)
    more = tag("small", words.say(N_("about {gain} more to expect"), gain=gain))
    made = show(
        _folded(words, words.number(len(held)), card(changes, note=words.say(note, n=page.priced)), beside=more)
    )
    made.held = held  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def _folded(words: Words, count: str, body: Markup, *, beside: Markup | None = None) -> Markup:
    """What is worth changing, to be unfolded: the list below stays on the first screen."""
    summary = tag("summary", words.say(TITLE), tag("span", count, class_="vopt-chip"), beside)
    return tag("details", summary, body, class_="vopt-more vopt-worth-changing")


def _why_none(page: RepricingPage, words: Words) -> str:
    if page.lack is not None:
        return words.say(page.lack.sentence)
    return words.count(
        N_("Of {n} thing on sale, no price is worth changing today."),
        N_("Of {n} things on sale, no price is worth changing today."),
        page.priced,
    )


def _titles(words: Words) -> tuple[str, ...]:
    return (
        words.say(N_("Listing")),
        words.say(N_("Asks now")),
        words.say(N_("Better")),
    )


def _heads(words: Words) -> list[Markup]:
    classes = (None, "is-number", "is-number", None)
    act = tag("span", words.say(N_("Change")), class_="vopt-hidden")
    pairs = zip((*_titles(words), act), classes, strict=True)
    return [tag("th", title, scope="col", role="columnheader", class_=class_) for title, class_ in pairs]


def _row(change: Repricing, button: Any, words: Words) -> Markup:
    opened = query_of(InventoryFilters(id=change.listing_id))
    title = tag("a", shown_title({"title": change.title}, words), href=opened, dir="auto", data_stay=True)
    worth = tag(
        "a", words.say(N_("What is it worth?")), href=f"/price?{PriceFilters(own=change.listing_id).as_query()}"
    )
    days = words.count(N_("{n} day on sale"), N_("{n} days on sale"), change.days_listed)
    gain = words.say(N_("gain {gain}"), gain=signed_money(change.gain_eur, words))
    cells = (
        together(title, tag("small", words.say(change.reason)), tag("small", f"{days} · ", worth)),
        words.money(change.asked_eur),
        together(tag("b", words.money(change.advised_eur)), tag("small", gain)),
        embedded(button),
    )
    labels = ("", *_titles(words)[1:], "")
    numbers = (False, True, True, False)
    made = [
        tag("td", told, role="cell", data_label=label or None, class_="is-number" if is_number else None)
        for told, label, is_number in zip(cells, labels, numbers, strict=True)
    ]
    return tag("tr", made, role="row")
