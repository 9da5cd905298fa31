"""This is where the photos of a thing stand in order, each with what could be better and what can be done with it.

photos.js tells the kernel what is pressed or dragged, in the words that `desk.shop.photo_panel.press_photo` takes. It
is a part of a page: the inventory shows it beside a listing, and whatever else shows a thing of hers may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from vopt_lib.schema.own_photos import MOST_SHOWN, OwnPhoto
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.ui.icons import icon
from vopt_lib.ui.inventory import thumbnail
from vopt_lib.ui.markup import embedded, show, tag
from vopt_lib.ui.upload import photos_box
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

LABEL: Final = "vopt-photos-told"

SIZE_PX: Final = 240


def photo_panel(photos: Sequence[OwnPhoto], words: Words, *, on_told: Callable[[str], None]) -> mo.Html:
    """The photos in their order, and a place to add others. `on_told` is told what to do.

    Bind it to a name of its cell, or hold its `held`.
    """
    import marimo as mo

    def told(numbered: str) -> None:
        on_told(numbered.partition(" ")[2])

    channel = mo.ui.text(label=LABEL, on_change=told)
    adding = photos_box(words, lambda ids: on_told(f"add {' '.join(ids)}"), most_mb=LARGEST_PHOTO // 2**20)
    rows = (_row(photo, place, len(photos), words) for place, photo in enumerate(photos))
    listed = tag("ol", rows, class_="vopt-shots", role="list") if photos else None
    full = tag("p", words.say(N_("Vinted shows no more: to add another one, delete one first.")))
    made = show(
        tag(
            "div",
            _count(photos, words),
            listed,
            Markup(adding.text) if len(photos) < MOST_SHOWN else full,
            tag("div", embedded(channel), class_="vopt-told-photos", hidden=True),
            class_="vopt-photo-panel",
        )
    )
    made.held = (channel, adding)  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def photo_list(photos: Sequence[OwnPhoto]) -> Markup | None:
    """The photos in their order, only to look at; None: there are none."""
    if not photos:
        return None
    return tag("ul", (tag("li", thumbnail(photo.name)) for photo in photos), class_="vopt-photos", role="list")


def _count(photos: Sequence[OwnPhoto], words: Words) -> Markup:
    """How many there are, of how many a listing shows; what the first is, and how the order is changed."""
    if not photos:
        return tag(
            "p", words.say(N_("No photos yet. Add up to {most}: buyers see the first one in lists."), most=MOST_SHOWN)
        )
    if len(photos) > MOST_SHOWN:
        return tag(
            "p",
            words.say(
                N_("{n} photos, and Vinted shows the first {most}: delete some, or put the best in front."),
                n=len(photos),
                most=MOST_SHOWN,
            ),
        )
    told = words.say(N_("{n} of {most} photos. Buyers see the first one in lists."), n=len(photos), most=MOST_SHOWN)
    return tag("p", told)


def _row(photo: OwnPhoto, place: int, photos: int, words: Words) -> Markup:
    number = place + 1
    larger = words.say(N_("Photo {n}, as it goes to Vinted"), n=number)
    look = tag(
        "a",
        thumbnail(photo.name, SIZE_PX),
        href=f"/own/photo/{photo.name}?size=prepared",
        target="_blank",
        rel="noopener",
        aria_label=larger,
        title=larger,
        draggable="false",
    )
    first = tag("b", words.say(N_("First photo")), class_="vopt-chip is-published") if place == 0 else None
    head = tag("p", tag("span", words.say(N_("Photo {n}"), n=number)), first, class_="vopt-shot-head")
    buttons = tag("div", _buttons(photo, place, photos, words), class_="vopt-shot-acts", role="group")
    past = number > MOST_SHOWN
    body = tag("div", head, _hints(photo, words), buttons)
    return tag(
        "li",
        look,
        body,
        data_photo=photo.photo_id,
        draggable="true",
        class_="vopt-shot is-past" if past else "vopt-shot",
    )


def _hints(photo: OwnPhoto, words: Words) -> Markup:
    """What could be better, in words."""
    if photo.hints is None:
        told = [words.say(N_("This file cannot be opened: delete it, and add the photo anew."))]
    else:
        told = [words.say(hint.sentence) for hint in photo.hints]
    lines = [tag("li", icon("warn"), tag("span", one)) for one in told]
    return tag("ul", lines, class_="vopt-shot-hints", role="list") if lines else Markup("")


def _buttons(photo: OwnPhoto, place: int, photos: int, words: Words) -> list[Markup]:
    number, last = place + 1, photos - 1
    surely = words.say(N_("Delete?"))
    return [
        _button(
            photo, f"move PHOTO {place - 1}", "earlier", words.say(N_("Photo {n}: earlier"), n=number), off=not place
        ),
        _button(
            photo, f"move PHOTO {place + 1}", "later", words.say(N_("Photo {n}: later"), n=number), off=place == last
        ),
        _button(photo, "move PHOTO 0", "star", words.say(N_("Photo {n}: make it the first"), n=number), off=not place),
        _button(photo, "turn PHOTO 3", "turn-left", words.say(N_("Photo {n}: turn left"), n=number)),
        _button(photo, "turn PHOTO 1", "turn-right", words.say(N_("Photo {n}: turn right"), n=number)),
        _button(photo, "delete PHOTO", "bin", words.say(N_("Photo {n}: delete"), n=number), surely=surely),
    ]


def _button(
    photo: OwnPhoto, told: str, drawing: str, label: str, *, off: bool = False, surely: str | None = None
) -> Markup:
    """A button that tells something. surely: what it asks before it does."""
    return tag(
        "button",
        icon(drawing),
        tag("span", surely, aria_hidden="true") if surely else None,
        type="button",
        data_tells=told.replace("PHOTO", str(photo.photo_id)),
        data_act=drawing,
        data_surely=surely,
        aria_label=label,
        title=label,
        disabled=off,
    )
