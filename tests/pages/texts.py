"""This is where tests read a page: the texts that a person can meet in its HTML, its charts and its controls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement, fragments_fromstring

AS_TEXT = ("data-options", "data-initial-value")
"""Settings that marimo shows as text: the choices of a list, and what stands in a field."""

SPOKEN = ("alt", "aria-label", "placeholder", "title")


def elements(html: str) -> Iterator[HtmlElement]:
    """Every element, also of HTML that stands in the attributes of controls."""
    for piece in fragments_fromstring(f"<div>{html}</div>"):
        for element in piece.iter("*"):
            yield element
            for name, value in _settings(element):
                for inner in _strings(value):
                    if "<" in inner and name not in AS_TEXT:
                        yield from elements(inner)


def texts(html: str) -> Iterator[str]:
    """What can be read or heard, one piece at a time."""
    for element in elements(html):
        spoken = (element.get(name) for name in SPOKEN)
        for text in (element.text, element.tail, *spoken):
            if text and text.strip():
                yield " ".join(text.split())
        for name, value in _settings(element):
            yield from (text for text in _strings(value) if name != "data-data" or " " in text)


def _settings(element: HtmlElement) -> Iterator[tuple[str, Any]]:
    """The attributes of a marimo control, which are JSON."""
    for name, value in element.attrib.items() if str(element.tag).startswith("marimo-") else ():
        if name.startswith("data-") and re.match(r'["\[{]', value):
            yield name, json.loads(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)
