"""This is where the frame's panels are written: finding, alerts, who looks, and on a phone all pages.

Each is a <dialog> that its button opens over the page; the browser keeps the keys inside of it and closes it on Escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from markupsafe import Markup

from vopt_lib.schema.visitor import THEMES, Visitor
from vopt_lib.server.door import FIELD
from vopt_lib.ui.markup import Content, tag
from vopt_lib.words import N_, Words

Panel = Literal["find", "alerts", "me", "more"]

LANGUAGE_NAMES = {"it": "Italiano", "en": "English"}
THEME_NAMES = {"system": N_("Automatic"), "light": N_("Light"), "dark": N_("Dark")}


def opener(panel: Panel, *content: Content, label: str | None, class_: str) -> Markup:
    """The button that opens a panel. label: its name for those who do not see it, where its content says too little."""
    return tag(
        "button",
        *content,
        type="button",
        class_=class_,
        aria_label=label,
        aria_haspopup="dialog",
        data_opens=f"vopt-{panel}",
    )


def panels(visitor: Visitor, links: Iterable[Markup], *, sign_out: str | None) -> Iterator[Markup]:
    """All panels, closed. links: the pages by their groups; sign_out: see `shell`."""
    words = visitor.words
    yield _panel("find", words.say(N_("Find")), _find(words))
    yield _panel("alerts", words.say(N_("Alerts")), _alerts(words), title=words.say(N_("Alerts")))
    yield _panel("me", words.say(N_("Account and preferences")), *_me(visitor, sign_out), title=visitor.name)
    yield _panel("more", words.say(N_("All pages")), tag("nav", *links, aria_label=words.say(N_("All pages"))))


def _panel(panel: Panel, label: str, *content: Content, title: str | None = None) -> Markup:
    heading = tag("h2", title) if title else None
    return tag("dialog", heading, *content, id=f"vopt-{panel}", class_="vopt-panel", aria_label=label)


def _find(words: Words) -> Markup:
    """A field and what is found: shell_search.js."""
    field = tag(
        "input",
        type="text",
        enterkeyhint="go",
        role="combobox",
        placeholder=words.say(N_("A page, something of yours, a brand, a catalogue, a search")),
        aria_label=words.say(N_("What to find")),
        aria_expanded="false",
        aria_controls="vopt-found",
        aria_autocomplete="list",
        autocomplete="off",
        spellcheck="false",
        maxlength="80",
    )
    found = tag("div", id="vopt-found", role="listbox", aria_label=words.say(N_("Found")))
    return tag("div", field, found, tag("p", role="status"), class_="vopt-finding")


def _alerts(words: Words) -> Markup:
    """What is to know: shell_alerts.js fills it."""
    nothing = tag("p", words.say(N_("Nothing needs you. What vopt has to tell you stands here.")), class_="is-nothing")
    put_all = tag("button", words.say(N_("Put all aside")), type="button", class_="is-all", hidden=True)
    return tag("div", tag("ul", role="list"), nothing, put_all, class_="vopt-alerts")


def _me(visitor: Visitor, sign_out: str | None) -> Iterator[Markup]:
    words = visitor.words
    account = N_("Lock your pages with a password") if sign_out is None else N_("Password, second factor and sessions")
    yield tag("a", words.say(account), href="/account")
    yield tag("div", _theme_choice(visitor), _language_choice(visitor), class_="vopt-preferences")
    if sign_out is not None:
        token = tag("input", type="hidden", name=FIELD, value=sign_out)
        button = tag("button", words.say(N_("Sign out")), type="submit")
        yield tag("form", token, button, action="/logout", method="post")


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
