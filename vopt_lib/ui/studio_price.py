"""This is where the price of a draft is: what it is worth, what to ask for it, and what she asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vopt_lib.schema.filters import PriceFilters
from vopt_lib.schema.price import price_of
from vopt_lib.schema.price_page import PricePage
from vopt_lib.schema.pricing import Advice
from vopt_lib.schema.studio_page import OpenDraft, StudioPage
from vopt_lib.ui.buttons import buttons
from vopt_lib.ui.layout import button_link, buttons_row
from vopt_lib.ui.markup import embedded, show, tag
from vopt_lib.ui.price import answer
from vopt_lib.ui.states import failed
from vopt_lib.ui.studio import OnPress, OnWrite, section
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo


def price(draft: OpenDraft | None, page: PricePage | None, words: Words, *, on_press: OnPress) -> mo.Html:
    """What the draft is worth, with buttons that ask what is advised. Bind it to a name of its cell.

    on_press is told `ask` and a price.
    """
    if draft is None:
        return show("")
    if page is None:
        said = words.say(N_("Once the catalogue or the title is known, you see here what it is worth."))
        return show(section("price", words, tag("p", said)))
    if page.trouble is not None:
        return show(section("price", words, failed(page.trouble, words)))
    advice = page.priced.advice if page.priced else None
    held: Any = None
    ways = [button_link(words.say(N_("Why this price?")), f"/price?{PriceFilters(own=draft.listing_id).as_query()}")]
    if isinstance(advice, Advice):
        prices = dict.fromkeys((advice.ask, advice.quick, advice.patient))
        acts = {f"{eur:.2f}": (("ask", words.say(N_("Ask {price}"), price=words.money(eur))),) for eur in prices}
        held = buttons(acts, on_press)
        ways = [*(embedded(held[f"ask {eur}"]) for eur in acts), *ways]
    made = show(section("price", words, answer(page, words), buttons_row(ways)))
    made.held = held  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def asked_field(page: StudioPage, words: Words, *, on_write: OnWrite) -> mo.Html:
    """What she asks for it. Bind it to a name of its cell. on_write is told `asked` and the price as she wrote it."""
    import marimo as mo

    if page.draft is None:
        return show("")
    asked = page.draft.asked
    shown = "" if asked is None else words.number(asked, 0 if asked == int(asked) else 2)

    def told(written: str) -> None:
        if not written.strip() or price_of(written) != asked:
            on_write("asked", written)

    field = mo.ui.text(shown, label=words.say(N_("Your price, €")), on_change=told)
    asking = tag("div", embedded(field), class_="vopt-studio-asked", data_field="asked")
    made = show(tag("section", asking, class_="vopt-card vopt-studio"))
    made.held = field  # type: ignore[attr-defined]
    return made
