"""This is where the bookmark is made that fills Vinted's form: a script of ours, its words put in, as one address.

What it does stands in static/bookmarklet.js. It fills and never presses, asks nobody for anything, and knows only what
she pastes into it: what `copied_form` writes.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from vopt_lib.schema.package import TYPED, Package
from vopt_lib.words import N_, Language, Words

_SOURCE: Final = Path(__file__).with_name("static") / "bookmarklet.js"
_PLACE: Final = '"SAID"'

_SAID: Final = {
    "name": N_("vopt: fill in this form"),
    "close": N_("Close"),
    "paste": N_("In vopt press “Copy for the form”, then paste it here:"),
    "button": N_("Paste"),
    "strange": N_("This is not what vopt copied. In vopt press “Copy for the form”, then paste it here."),
    "title": N_("Title"),
    "description": N_("Description"),
    "price": N_("Price"),
    "filled": N_("filled in"),
    "kept": N_("There is something else in it already, which stays. Press the text to copy it."),
    "unfound": N_("Its field was not found. Press the text to copy it."),
    "missing": N_("still missing in vopt"),
    "choose": N_("Choose these yourself; press a word to copy it:"),
    "copy": N_("Copy"),
    "last": N_("Add the photos, look everything over, and publish it yourself: vopt presses nothing."),
    "elsewhere": N_("This fills in Vinted's form: open it with “Sell now” on Vinted, then press the bookmark again."),
}
"""{what the script calls a sentence of its panel: that sentence}."""

_SAFE: Final = "!'()*,-./:;=?@_~$&+"
"""Signs that may stand in the address as they are. Source: RFC 3986 §2.2 and §2.3, less those that end it."""


@cache
def bookmarklet(language: Language) -> str:
    """The bookmark's address, "javascript:…", that speaks this language."""
    said = {name: Words(language).say(sentence) for name, sentence in _SAID.items()}
    code = _short(_SOURCE.read_text(encoding="utf-8")).replace(_PLACE, json.dumps(said, ensure_ascii=False), 1)
    return f"javascript:{quote(code, safe=_SAFE)}"


def copied_form(package: Package, words: Words) -> str:
    """What "Copy for the form" puts on the clipboard, for the bookmark to read: JSON."""
    typed = {step.name: next(iter(step.values), "") for step in package.steps if step.name in TYPED}
    choose = [
        {"name": words.say(step.title), "values": step.values, "means": step.means or ""}
        for step in package.steps
        if step.name not in TYPED and step.name != "photos"
    ]
    return json.dumps({"vopt": "form", **typed, "choose": choose}, ensure_ascii=False)


def _short(source: str) -> str:
    """The script without its comments and indents."""
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
