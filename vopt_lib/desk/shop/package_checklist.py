"""This is where a package's checklist is written: a page that works without vopt and without a network, on a phone too.

It is built as a tree and written by the standard library, which escapes every text; it has no script.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from vopt_lib.schema.package import TYPED, Package, Step
from vopt_lib.words import N_, Words

_STYLE: Final = """
:root { color-scheme: light dark; }
body { max-width: 40rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; }
ol { margin: 0; padding: 0; list-style: none; }
li { padding: .6rem 0; border-top: 1px solid #8885; }
label { display: flex; gap: .7rem; align-items: baseline; font-weight: 600; }
input { flex: none; width: 1.3rem; height: 1.3rem; translate: 0 .2rem; }
p { overflow-wrap: anywhere; }
li p { margin: .2rem 0 .2rem 2.3rem; }
.value { white-space: pre-wrap; -webkit-user-select: all; user-select: all; }
.note { opacity: .75; font-size: .9rem; }
.missing { color: #b3261e; font-weight: 600; }
@media (prefers-color-scheme: dark) { .missing { color: #f2a099; } }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def checklist(package: Package, words: Words, *, unreadable: int = 0) -> str:
    """The page: every field of Vinted's form in its order, with what to write or choose and a box to tick.

    unreadable: photos of hers that are not in the package, because they cannot be opened.
    """
    page = Element("html", lang=words.language)
    head = SubElement(page, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    _text(head, "title", package.title or package.code)
    # Its text is ours alone: within a style nothing is escaped.
    SubElement(head, "style").text = _STYLE
    body = SubElement(page, "body")
    _text(body, "h1", words.say(N_("On Vinted: {title}"), title=package.title or package.code))
    how = N_("Open the form on Vinted, and go down this list: it has the same order. Tick what is done.")
    _text(body, "p", words.say(how), "note")
    steps = SubElement(body, "ol")
    for step in package.steps:
        _write_step(SubElement(steps, "li"), step, package, words)
        if step.name == "photos":
            _write_photo_notes(steps[-1], package, unreadable, words)
    last = N_("Then publish it there yourself, and paste the address of the new listing into vopt.")
    _text(body, "p", words.say(last), "note")
    return "<!DOCTYPE html>\n" + tostring(page, encoding="unicode", method="html") + "\n"


def _write_step(line: Element, step: Step, package: Package, words: Words) -> None:
    label = SubElement(line, "label")
    SubElement(label, "input", type="checkbox")
    _text(label, "span", words.say(step.title))
    if not step.values:
        _text(line, "p", _not_said(step, words), "missing" if step.is_missing else "note")
        return
    shown = package.shown(step, words)
    if step.name == "category":
        shown = (" › ".join(shown),)
    for value in shown:
        _text(line, "p", value, "value" if step.name in TYPED else "chosen")
    if step.means:
        _text(line, "p", step.means, "note")


def _write_photo_notes(line: Element, package: Package, unreadable: int, words: Words) -> None:
    if package.photos:
        files = f"{package.step('photos').values[0]} – {package.step('photos').values[-1]}"
        _text(line, "p", words.say(N_("In this order: {files}"), files=files), "note")
    if package.left_out:
        left = words.count(
            N_("{n} more photo is left out: Vinted shows no more."),
            N_("{n} more photos are left out: Vinted shows no more."),
            package.left_out,
        )
        _text(line, "p", left, "note")
    if unreadable:
        left = words.count(
            N_("{n} photo cannot be opened and is left out."),
            N_("{n} photos cannot be opened and are left out."),
            unreadable,
        )
        _text(line, "p", left, "missing")


def _not_said(step: Step, words: Words) -> str:
    """That nothing is known of a field."""
    return words.say(
        N_("Still missing: Vinted asks for it.") if step.is_missing else N_("Nothing said: choose it if Vinted asks.")
    )


def _text(parent: Element, name: str, text: str, kind: str = "") -> Element:
    made = SubElement(parent, name, {"class": kind} if kind else {})
    made.text = _UNWRITABLE.sub("", text)
    return made
