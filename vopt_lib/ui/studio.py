"""This is where the studio becomes a page: her drafts, and one of them from its photos to its way to Vinted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from vopt_lib.schema.filters import InventoryFilters, StudioAddress
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.own_states import State
from vopt_lib.schema.phone import PhoneShown
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.schema.studio_page import DraftRow, OpenDraft, StudioPage
from vopt_lib.ui.buttons import buttons
from vopt_lib.ui.cells import moment_cell
from vopt_lib.ui.inventory import thumbnail
from vopt_lib.ui.inventory import told as said
from vopt_lib.ui.layout import button_link, buttons_row, card, page_head
from vopt_lib.ui.listings import shown_title
from vopt_lib.ui.markup import Content, embedded, plain, show, tag, together
from vopt_lib.ui.photo_panel import photo_panel
from vopt_lib.ui.qr_code import phone_card
from vopt_lib.ui.states import empty, failed, loading, notice
from vopt_lib.ui.upload import photos_box
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

PHOTO_PX: Final = 240

STEPS: Final = (
    ("photos", N_("Photos")),
    ("thing", N_("What it is")),
    ("price", N_("Price")),
    ("text", N_("Text")),
    ("ready", N_("Ready?")),
)
"""The parts of a draft from top to bottom, by the names of their places on the page."""

OnPress = Callable[[str, str], None]
OnWrite = Callable[[str, Any], None]
"""Are told an act and its thing, and a field and its value."""

TYPING_MS: Final = 400
"""How long she may pause before what she types is kept."""


def head(page: StudioPage, now: OpenDraft | None, words: Words) -> Markup:
    """The page's name and question; of a draft its title, since when it is kept, and the way to its parts."""
    name = words.say(N_("Studio"))
    if page.draft is None or now is None:
        return page_head(name, words.say(N_("What do you want to sell?")))
    title = shown_title({"title": now.title}, words) if now.title else words.say(N_("A new listing"))
    kept = None
    if now.changed_at is not None:
        by_itself = tag("span", words.say(N_("Kept by itself")))
        kept = tag("p", by_itself, tag("span", moment_cell(now.changed_at, words)), class_="vopt-as-of")
    every = tag("a", words.say(N_("All drafts")), href="?", class_="vopt-button")
    ways = [tag("li", tag("a", words.say(label), href=f"#{place}")) for place, label in STEPS]
    steps = tag("nav", tag("ol", ways, role="list"), class_="vopt-studio-ways", aria_label=words.say(N_("Steps")))
    return together(page_head(name, title, as_of=kept, actions=every), steps)


def told(answered: Answered | None, buttons: Sequence[Any]) -> Markup:
    """What the last press did, and the button that takes it back: in sight wherever she is on the page."""
    if answered is None:
        return Markup("")
    return tag("div", said(answered, buttons), class_="vopt-studio-told")


def missing(page: StudioPage, words: Words) -> Markup:
    """What stands in the way; nothing where nothing does. What is no draft any more says so."""
    if page.trouble is not None:
        every = button_link(words.say(N_("All drafts")), "/studio")
        return failed(page.trouble, words, every)
    if page.draft is not None and page.draft.state != State.DRAFT:
        said = words.say(
            N_("This listing is no draft any more ({state}): what you change here changes it."),
            state=words.say(page.draft.state.label),
        )
        way = f"/inventory?{InventoryFilters(id=page.draft.listing_id).as_query()}"
        return notice(said, action=button_link(words.say(N_("See it in the inventory")), way))
    return Markup("")


def beginning(page: StudioPage, words: Words, on_photos: Callable[[list[str]], None], on_press: OnPress) -> mo.Html:
    """Where a new draft begins: a place for the photos of one thing; nothing where a draft is open. Bind it."""
    if page.draft is not None or page.trouble is not None:
        return show("")
    box = photos_box(words, on_photos, most_mb=LARGEST_PHOTO // 2**20)
    without = buttons({"": (("begin", words.say(N_("Begin without photos"))),)}, on_press)
    told = words.say(
        N_("The photos of one thing. They are looked at on this computer, and you get a first draft at once.")
    )
    made = show(
        card(
            Markup(box.text),
            foot=buttons_row(embedded(without["begin "])),
            title=words.say(N_("A new listing")),
            note=told,
        )
    )
    made.held = (box, without)  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def drafts(page: StudioPage, words: Words) -> Markup:
    """The drafts that she may go on with, the newest first."""
    if page.draft is not None or page.trouble is not None:
        return Markup("")
    title = words.say(N_("Your drafts"))
    if not page.drafts:
        text = words.say(
            N_("Drafts wait here until you publish them. Folders of photos in `data/inbox` become drafts, too.")
        )
        return empty(words.say(N_("No drafts yet")), text)
    listed = tag("ul", (_draft(row, words) for row in page.drafts), class_="vopt-drafts", role="list")
    return card(listed, title=title)


def photos(
    page: StudioPage, phone: PhoneShown | None, words: Words, *, on_told: Callable[[str], None], on_press: OnPress
) -> mo.Html:
    """The photos of the draft in their order, with what could be better, and the ways to add others. Bind it."""
    if page.draft is None:
        return show("")
    panel = photo_panel(page.draft.photos, words, on_told=on_told)
    act = ("phone", words.say(N_("Add photos from your phone")))
    if phone is not None:
        act = ("phone-close", words.say(N_("Close the code and show the photos")))
    ways = buttons({"": (act,)}, on_press)
    beside = None if phone is None else phone_card(words, phone)
    body = (Markup(panel.text), beside, buttons_row(embedded(ways[f"{act[0]} "])))
    made = show(section("photos", words, *body))
    made.held = (panel.held, ways)  # type: ignore[attr-defined]
    return made


def working(text: str) -> Markup:
    """What stands where something is under way."""
    return tag("div", loading(text), class_="vopt-studio-work", role="status")


def section(place: str, words: Words, *body: Content, note: Content = None) -> Markup:
    """One of the STEPS, as a card of its own that a link of the page's head leads to."""
    number = next(at for at, (name, _) in enumerate(STEPS, start=1) if name == place)
    title = words.say(dict(STEPS)[place])
    return tag(
        "section",
        tag("header", tag("h2", tag("span", str(number), class_="vopt-step"), title), tag("p", note) if note else None),
        tag("div", *body),
        class_="vopt-card vopt-studio",
        id=place,
    )


def foot(page: StudioPage, words: Words, on_press: OnPress) -> mo.Html:
    """What ends a draft: it is kept, or deleted. Bind it to a name of its cell."""
    if page.draft is None:
        return show("")
    ways = buttons({"": (("delete", words.say(N_("Delete this draft"))),)}, on_press)
    way = f"/inventory?{InventoryFilters(id=page.draft.listing_id).as_query()}"
    inventory = button_link(words.say(N_("See it in the inventory")), way)
    done = tag("a", words.say(N_("Done for now")), href="?", class_="vopt-button is-primary")
    made = show(buttons_row(done, inventory, embedded(ways["delete "])) or "")
    made.held = ways  # type: ignore[attr-defined]
    return made


def _draft(row: DraftRow, words: Words) -> Markup:
    address = f"?{StudioAddress(id=row.listing_id).as_query()}"
    count = words.count(N_("{n} photo"), N_("{n} photos"), row.photos)
    title = shown_title({"title": row.title}, words)
    told = tag(
        "div",
        tag("b", title, dir="auto"),
        tag("small", count, " · ", moment_cell(row.changed_at, words), " · ", plain(row.person, 40)),
    )
    return tag("li", tag("a", thumbnail(row.photo, PHOTO_PX), told, href=address))
