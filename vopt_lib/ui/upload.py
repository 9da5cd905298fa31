"""This is where a page gets its place to drop a file: upload.js sends it beside the page, and says when it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vopt_lib.ui.markup import embedded, show, tag
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

LABEL = "vopt-upload-arrived"
SEPARATOR = "/"
"""Between files that were chosen together: no name of a file has it."""


def upload_box(
    words: Words,
    on_upload: Callable[[str, str], None],
    *,
    most_mb: int,
    asks: str | None = None,
    hint: str = "",
    accept: str | None = None,
) -> mo.Html:
    """A place to drop one file or to choose it, for a cell of its own, bound to a name that the cell keeps.

    When the file has arrived, `on_upload` is called with its id, which `desk.shop.uploads.claim` takes, and its name as
    it is kept. most_mb: the largest file that is taken; asks: what to do; hint: which files belong here; accept: what
    the browser offers first (".zip,.eml").

    Example:
        box = upload_box(words, lambda upload_id, name: set_upload(upload_id), most_mb=desk.settings.upload_max_mb)
        box
    """

    def told(arrived: str) -> None:
        upload_id, _, name = arrived.partition(" ")
        on_upload(upload_id, name)

    asked = asks or words.say(N_("Drop a file here, or choose one"))
    return _box(words, told, asked=asked, most_mb=most_mb, hint=hint, accept=accept)


def photos_box(words: Words, on_photos: Callable[[list[str]], None], *, most_mb: int) -> mo.Html:
    """A place to drop photos or to choose them, several at once; in other things as `upload_box`.

    `on_photos` is called with the ids of all that arrived together, in their order.
    """

    def told(arrived: str) -> None:
        on_photos([one.partition(" ")[0] for one in arrived.split(SEPARATOR)])

    asked = words.say(N_("Drop photos here, or choose them"))
    return _box(words, told, asked=asked, most_mb=most_mb, accept="image/*", multiple=True)


def _box(
    words: Words,
    told: Callable[[str], None],
    *,
    asked: str,
    most_mb: int,
    hint: str = "",
    accept: str | None = None,
    multiple: bool = False,
) -> mo.Html:
    import marimo as mo

    channel = mo.ui.text(label=LABEL, on_change=told)
    chosen = tag("input", type="file", accept=accept, multiple=multiple, aria_describedby="vopt-upload-hint")
    limit = words.say(N_("At most {megabytes} MB."), megabytes=most_mb)
    sent = tag("progress", max=1, aria_label=words.say(N_("How much of the file is sent")))
    box = show(
        tag(
            "div",
            tag("label", chosen, tag("strong", asked), tag("span", f"{hint} {limit}".strip(), id="vopt-upload-hint")),
            tag("div", sent, tag("button", words.say(N_("Cancel")), type="button"), class_="vopt-progress"),
            tag("p", role="status"),
            tag("div", embedded(channel), hidden=True),
            class_="vopt-upload",
            data_most=most_mb * 2**20,
            data_under_way=words.say(N_("{name} is on its way…")),
            data_arrived=words.say(N_("{name} is here.")),
            data_cancelled=words.say(N_("Cancelled. Nothing of it was kept.")),
            data_several=None if multiple else words.say(N_("One file at a time, please.")),
            data_too_big=words.say(N_("This file is too large. {limit}"), limit=limit),
            data_broken=words.say(N_("The file did not get through. Is vopt still running? Try again.")),
        )
    )
    box.channel = channel  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return box
