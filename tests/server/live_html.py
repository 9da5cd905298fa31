"""This is where tests look for what a browser would run or follow in HTML that strangers' words are in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml import html as lxml_html

RUNS = {"script", "iframe", "object", "embed", "base", "form"}
TYPED = ("data-initial-value", "data-options", "data-placeholder")
"""What marimo's controls show as text; labels and whatever else they are given are HTML."""

LEADS = ("href", "src", "action", "formaction", "srcdoc")


def live(html: str) -> list[str]:
    """The tags that would run something of theirs: also in labels, which marimo's front end takes as HTML."""
    return list(_live(html))


def _live(html: str) -> Iterator[str]:
    for one in lxml_html.fragment_fromstring(html, create_parent="div").iter():
        if not isinstance(one.tag, str):
            continue
        tag = lxml_html.tostring(one, encoding="unicode", with_tail=False)[:200]
        names = [str(name).lower() for name in one.attrib]
        leads = [str(one.get(name)).strip().lower() for name in LEADS if one.get(name)]
        is_theirs = one.tag in RUNS and ("alert(" in tag or "evil.example" in tag)
        if (
            is_theirs
            or any(name.startswith("on") for name in names)
            or any(to.startswith("javascript:") for to in leads)
        ):
            yield tag
        for name, value in one.attrib.items():
            if one.tag.startswith("marimo-") and "<" in value and name not in TYPED:
                for text in _texts(value):
                    yield from _live(text) if "<" in text else ()


def _texts(value: str) -> Iterator[str]:
    """The texts of JSON, however deep."""
    try:
        waiting: list[Any] = [json.loads(value)]
    except ValueError:
        return
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
