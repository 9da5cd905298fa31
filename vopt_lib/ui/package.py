"""This is where a listing packed for Vinted stands on a page: what to write and choose there, in the form's order.

package.js copies what is pressed and lets the bookmark be dragged. It is a part of a page: whatever shows a draft of
hers may show it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from vopt_lib.schema.package import Package, Step
from vopt_lib.ui.bookmarklet import bookmarklet, copied_form
from vopt_lib.ui.layout import button_link, buttons_row, card
from vopt_lib.ui.markup import Content, embedded, show, tag, together
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo


def package_card(package: Package, words: Words, *, publishing: Content = None) -> Markup:
    """The way of a listing to Vinted: all of it as a file, each field to copy, and the form itself.

    publishing: what stands at the end, such as `publishing_field`.
    """
    steps = tag("ol", (_line(step, package, words) for step in package.steps), class_="vopt-steps", role="list")
    return card(
        _missing(package, words),
        buttons_row(
            download_link(words.say(N_("Download all (zip)")), package.listing_id),
            _copy_button(copied_form(package, words), words.say(N_("Copy for the form")), words),
            button_link(words.say(N_("Open Vinted's form")), package.form),
        ),
        steps,
        _bookmark(words),
        publishing,
        title=words.say(N_("On to Vinted")),
        note=words.say(N_("In the order of Vinted's form. Nothing is sent from here: you publish it there yourself.")),
    )


def publishing_field(words: Words, on_pasted: Callable[[str], None]) -> mo.Html:
    """Where she pastes the address of the new listing; `on_pasted` is told it. Bind it to a name of its cell."""
    import marimo as mo

    label = words.say(N_("Address of the new listing, copied on Vinted"))
    field = mo.ui.text("", label=label, placeholder="https://www.vinted.it/items/…", full_width=True)
    button = mo.ui.button(
        label=words.say(N_("It is on Vinted")), on_click=lambda _: on_pasted(field.value), kind="success"
    )
    title = tag("h3", words.say(N_("Published?")))
    made = show(tag("section", title, embedded(field), buttons_row(embedded(button)), class_="vopt-publishing"))
    held: tuple[Any, ...] = (field, button)
    made.held = held  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def download_link(label: str, listing_id: int) -> Markup:
    """A link that looks like a button and brings the whole package as a file."""
    return tag("a", label, href=f"/own/package/{listing_id}.zip", download=True, class_="vopt-button")


def _missing(package: Package, words: Words) -> Markup | None:
    if not package.missing:
        return None
    names = ", ".join(words.say(step.title) for step in package.missing)
    told = words.say(N_("Vinted also asks for: {missing}."), missing=names)
    return tag("p", told, class_="vopt-steps-missing")


def _line(step: Step, package: Package, words: Words) -> Markup:
    """One field: a box to tick, its name, and what to write or choose there, each with a button that copies it."""
    title = words.say(step.title)
    head = tag("label", tag("input", type="checkbox"), tag("b", title))
    if not step.values:
        return tag("li", head, _not_said(step, words))
    means = tag("small", step.means, dir="auto") if step.means else None
    if step.name == "photos":
        return tag("li", head, tag("p", package.shown(step, words)[0], _left_out(package, words)))
    if step.name == "category":
        path = tag("span", " › ".join(step.values), dir="auto")
        return tag("li", head, tag("p", path, _copy_button(step.values[-1], "", words, title)))
    told = [
        tag("p", tag("span", shown, dir="auto", class_="vopt-step-text"), _copy_button(value, "", words, title))
        for shown, value in zip(package.shown(step, words), step.values, strict=True)
    ]
    return tag("li", head, told, means)


def _not_said(step: Step, words: Words) -> Markup:
    if step.is_missing:
        return tag("p", words.say(N_("Still missing: Vinted asks for it.")), class_="vopt-steps-missing")
    return tag("p", tag("small", words.say(N_("Nothing said: choose it if Vinted asks."))))


def _left_out(package: Package, words: Words) -> Markup | None:
    if not package.left_out:
        return None
    told = words.count(
        N_("{n} more photo is left out: Vinted shows no more."),
        N_("{n} more photos are left out: Vinted shows no more."),
        package.left_out,
    )
    return together(" ", tag("small", told))


def _copy_button(text: str, label: str, words: Words, what: str = "") -> Markup:
    """A button that copies a text, and says so."""
    name = words.say(N_("Copy: {what}"), what=what) if what else None
    return tag(
        "button",
        tag("span", label or words.say(N_("Copy"))),
        type="button",
        data_copy=text,
        data_done=words.say(N_("Copied")),
        data_failed=words.say(N_("Select and copy it")),
        aria_label=name,
        class_="vopt-button" if label else "vopt-button is-small",
    )


def _bookmark(words: Words) -> Markup:
    """The bookmark to drag, with how it is used; unfolds."""
    address = bookmarklet(words.language)
    link = tag(
        "a",
        words.say(N_("Fill in Vinted's form")),
        data_bookmarklet=address,
        tabindex="0",
        class_="vopt-button vopt-bookmark",
    )
    lines = (
        together(words.say(N_("Once: drag this button to your browser's bookmarks.")), " ", link),
        words.say(N_("Here press “Copy for the form”, then open Vinted's form.")),
        words.say(N_("On Vinted press the bookmark, and paste. Title, description and price are filled in.")),
        words.say(N_("Choose the rest yourself, add the photos, look it over, and publish it.")),
    )
    by_hand = words.say(
        N_("If it cannot be dragged, as on a phone: make a bookmark of any page, and put this in place of its address.")
    )
    return tag(
        "details",
        tag("summary", words.say(N_("Fill in the form with a bookmark"))),
        tag("ol", (tag("li", line) for line in lines)),
        tag("p", by_hand, " ", _copy_button(address, words.say(N_("Copy the bookmark's address")), words)),
        tag("p", words.say(N_("If Vinted shows its first page instead of the form, press “Sell now” there."))),
        class_="vopt-more vopt-bookmark-how",
    )
