"""This is where what takes a while is done beside the page, and shown as it comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from vopt_lib.schema.listing_text import ListingText
from vopt_lib.schema.studio_page import Work
from vopt_lib.ui.markup import show
from vopt_lib.ui.studio_text import being_done
from vopt_lib.words import Words

SHOWN_EVERY_S: Final = 0.1
"""How often the words that came are shown: quicker is not seen, and costs the page its time."""


class Doing(Protocol):
    """What does it: `desk.shop.studio_moves.StudioMoves`."""

    def do(self, work: Work, on_text: Callable[[ListingText], None]) -> None: ...


def do(work: Work | None, moves: Doing, words: Words) -> None:
    """Begin what is to be done, and show in this cell how far it is; the page stays hers meanwhile."""
    import marimo as mo

    if work is None:
        return
    mo.output.replace(show(being_done(work, None, words)))

    def go() -> None:
        shown_at = 0.0

        def on_text(text: ListingText) -> None:
            nonlocal shown_at
            if time.monotonic() - shown_at >= SHOWN_EVERY_S:
                shown_at = time.monotonic()
                mo.output.replace(show(being_done(work, text, words)))

        moves.do(work, on_text)

    mo.Thread(target=go).start()
