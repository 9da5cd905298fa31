"""This is where answers become rows: the door to the `parse_…` modules.

Parsing does no I/O. An answer is cleaned of people first, then validated, then a commit's pages become frames.
"""

from __future__ import annotations

from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.parse_catalogue import parse_catalogue, parse_wardrobe
from vopt_lib.sources.vinted.parse_frames import frames, rejects_by_reason
from vopt_lib.sources.vinted.parse_html import parse_catalogue_page, parse_item_page
from vopt_lib.sources.vinted.parse_page import Page, Reject, Shape
from vopt_lib.sources.vinted.parse_recognise import market_of, recognise, time_of
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms

__all__ = [
    "Page",
    "Reject",
    "Shape",
    "frames",
    "market_of",
    "parse_answer",
    "parse_catalogue",
    "parse_catalogue_page",
    "parse_item_page",
    "parse_wardrobe",
    "recognise",
    "rejects_by_reason",
    "time_of",
]


def parse_answer(shape: Shape, answer: Answer, origin: Origin, pseudonyms: Pseudonyms) -> Page:
    """The page of an answer whose shape was recognised. Raises: what the parser of that shape raises."""
    match shape:
        case Shape.WARDROBE:
            return parse_wardrobe(answer, origin, pseudonyms)
        case Shape.ITEM_PAGE:
            return parse_item_page(answer, origin, pseudonyms)
        case Shape.CATALOG_PAGE:
            return parse_catalogue_page(answer, origin, pseudonyms)
        case _:
            return parse_catalogue(answer, origin, pseudonyms)
