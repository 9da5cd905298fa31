"""This is where the frame around the pages is written: the sidebar, and the place where shell.js keeps pages alive."""

from __future__ import annotations

import json

from markupsafe import Markup

from vopt_lib.schema.visitor import THEMES, Visitor
from vopt_lib.server import assets
from vopt_lib.server.pages import PAGES, Page
from vopt_lib.ui.markup import tag, together
from vopt_lib.words import N_, Words

LANGUAGE_NAMES = {"it": "Italiano", "en": "English"}
THEME_NAMES = {"system": N_("Automatic"), "light": N_("Light"), "dark": N_("Dark")}


def shell(page: Page, visitor: Visitor) -> str:
    """The whole HTML page in which `page` is opened first."""
    words = visitor.words
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{words.say(page.title)} · vopt"),
        tag("link", rel="icon", type="image/svg+xml", href=assets.address("vopt", "icon.svg")),
        *(tag("link", rel="stylesheet", href=assets.address("vopt", name)) for name in ("page.css", "shell.css")),
        tag("script", _facts(words), type="application/json", id="vopt-shell"),
        tag("script", src=assets.address("vopt", "shell.js"), defer=True),
    )
    pages = tag("main", _trouble(words), _waiting(words), id="pages")
    body = tag("body", _sidebar(page, visitor), pages, class_="vopt-shell")
    whole = tag("html", head, body, lang=visitor.language, data_theme_choice=visitor.theme, data_page=page.name)
    return Markup("<!doctype html>") + whole


def _sidebar(page: Page, visitor: Visitor) -> Markup:
    words = visitor.words
    links = (
        tag("a", _icon(one), tag("span", words.say(one.title)), href=_address(one), data_page=one.name,
            aria_current="page" if one is page else None)
        for one in PAGES
        if one.in_sidebar
    )  # fmt: skip
    return tag(
        "aside",
        tag("a", _mark(), tag("span", "vopt"), class_="vopt-brand", href="/", data_page="home"),
        tag("nav", *links, aria_label=words.say(N_("Pages"))),
        tag("div", _theme_choice(visitor), _language_choice(visitor), class_="vopt-preferences"),
    )


def _theme_choice(visitor: Visitor) -> Markup:
    words = visitor.words
    options = (
        tag("option", words.say(THEME_NAMES[theme]), value=theme, selected=theme == visitor.theme) for theme in THEMES
    )
    return _choice("theme", words.say(N_("Appearance")), *options)


def _language_choice(visitor: Visitor) -> Markup:
    options = (
        tag("option", name, value=code, lang=code, selected=code == visitor.language)
        for code, name in LANGUAGE_NAMES.items()
    )
    return _choice("language", visitor.words.say(N_("Language")), *options)


def _choice(name: str, label: str, *options: Markup) -> Markup:
    return tag("label", tag("span", label), tag("select", *options, name=name))


def _waiting(words: Words) -> Markup:
    """What is in the place of a page until it is ready."""
    return tag(
        "div",
        tag("div", class_="vopt-bones", aria_hidden="true"),
        tag("p", words.say(N_("Opening the page…")), role="status"),
        class_="vopt-waiting",
    )


def _trouble(words: Words) -> Markup:
    """Where shell.js says that vopt does not answer."""
    button = tag("button", words.say(N_("Try again")), type="button")
    return tag("div", tag("span"), button, class_="vopt-trouble", role="status", hidden=True)


def _facts(words: Words) -> Markup:
    """What shell.js must know."""
    facts = {
        "pages": {page.name: words.say(page.title) for page in PAGES},
        "late": words.say(N_("This takes longer than usual.")),
        "gone": words.say(
            N_("vopt does not answer. Is it still running on this computer? Your page comes back as soon as it does.")
        ),
    }
    return Markup(json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"))


def _icon(page: Page) -> Markup:
    return tag("svg", tag("path", d=page.icon), viewBox="0 0 24 24", aria_hidden="true")


def _mark() -> Markup:
    """The mark: a price tag."""
    drawing = together(tag("path", d="M4 4h8l8.5 8.5-8 8L4 12z"), tag("circle", cx="8.4", cy="8.4", r="1.6"))
    return tag("svg", drawing, viewBox="0 0 24 24", aria_hidden="true")


def _address(page: Page) -> str:
    return "/" if page.name == "home" else f"/{page.name}"
