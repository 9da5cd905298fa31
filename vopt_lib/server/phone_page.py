"""This is where the page is written that a phone shows to send photos: one form, no scripts, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from vopt_lib.errors import VoptError
from vopt_lib.schema.phone import MOST_PHOTOS
from vopt_lib.schema.photo_hints import PhotoHint
from vopt_lib.ui.markup import Content, plain, tag
from vopt_lib.words import N_, Words

PHOTOS: Final = "photos"
CLOSE: Final = "close"
"""The names of the fields of its forms."""

_STYLE: Final = Markup(
    ":root{color-scheme:light dark;font:100%/1.5 system-ui,sans-serif}"
    "body{max-width:34rem;margin:0 auto;padding:1rem}"
    "h1{font-size:1.4rem;overflow-wrap:anywhere}"
    "form{margin:1.5rem 0}"
    "input,button{box-sizing:border-box;width:100%;min-height:3.5rem;font:inherit;margin:.5rem 0}"
    "input::file-selector-button{font:inherit;min-height:3rem;padding:0 1rem;margin-right:1rem}"
    "ul{padding-left:1.25rem}"
    "li{overflow-wrap:anywhere;margin:.5rem 0}"
    ".bad{border-left:.25rem solid #c62828;padding-left:.75rem}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    # Not no-referrer: with that, browsers send forms with `Origin: null` (Fetch standard), and we could not tell ours.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Of every answer: its own style is all that is loaded, nothing is kept, nobody frames it, no address leaves."""


@dataclass(frozen=True)
class Sent:
    """What became of one file that was sent. name: as the phone calls it."""

    name: str
    hints: Sequence[PhotoHint] = field(default=())
    error: VoptError | None = None


def upload_page(words: Words, title: str, *, kept: int, minutes: int, sent: Iterable[Sent] = ()) -> str:
    """The page with its forms. kept: photos that came so far; sent: what became of those that came just now."""
    files = {"type": "file", "name": PHOTOS, "accept": "image/*", "multiple": True, "required": True, "id": "photos"}
    label = words.say(N_("Take photos, or choose some"))
    form = {"method": "post", "enctype": "multipart/form-data"}
    return _page(
        words,
        tag("h1", words.say(N_("Photos of “{title}”"), title=plain(title, 80))),
        tag("p", _count(words, kept), role="status") if kept else None,
        _told(words, sent),
        tag("form", tag("label", label, for_="photos"), tag("input", **files),
            tag("button", words.say(N_("Send"))), **form) if kept < MOST_PHOTOS else None,
        tag("p", words.count(N_("This page closes by itself in {n} minute."),
                             N_("This page closes by itself in {n} minutes."), minutes), " ",
            words.say(N_("At most {most:d} photos.")  , most=MOST_PHOTOS)),
        tag("form", tag("button", words.say(N_("I am done: close this page")), name=CLOSE, value="1"), **form),
    )  # fmt: skip


def closed_page(words: Words, kept: int) -> str:
    """What she sees when she is done."""
    return _page(
        words,
        tag("h1", words.say(N_("Done"))),
        tag("p", _count(words, kept)),
        tag("p", words.say(N_("This page is closed. Go on at your computer."))),
    )


def refusal_page(words: Words, sentence: str) -> str:
    """A sentence, and nothing to press."""
    return _page(words, tag("p", sentence, class_="bad"))


def _count(words: Words, kept: int) -> str:
    return words.count(N_("{n} photo has arrived."), N_("{n} photos have arrived."), kept)


def _told(words: Words, sent: Iterable[Sent]) -> Markup | None:
    """What was not taken and why; of those taken, what could be better."""
    lines = [_line(words, one) for one in sent if one.error or one.hints]
    return tag("ul", lines) if lines else None


def _line(words: Words, one: Sent) -> Markup:
    if one.error is not None:
        return tag("li", f"{one.name}: {words.error(one.error)}", class_="bad")
    return tag("li", " ".join([f"{one.name}:", *(words.say(hint.sentence) for hint in one.hints)]))


def _page(words: Words, *content: Content) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("title", "vopt"),
        tag("style", _STYLE),
    )
    return Markup("<!doctype html>") + tag("html", head, tag("body", *content), lang=words.language)
