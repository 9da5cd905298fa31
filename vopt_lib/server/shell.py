"""This is where the frame around the pages is written: the sidebar, and the place where shell.js keeps pages alive."""

from __future__ import annotations

import json
from collections.abc import Iterator

from markupsafe import Markup

from vopt_lib.schema.visitor import Visitor
from vopt_lib.server import assets
from vopt_lib.server.pages import GROUPS, PAGES, Page
from vopt_lib.server.roles import open_to
from vopt_lib.server.shell_panels import opener, panels
from vopt_lib.ui.markup import tag, together
from vopt_lib.words import N_, Words

STYLES = ("page.css", "shell.css", "shell_panels.css")
SCRIPTS = ("shell.js", "shell_panels.js", "shell_alerts.js", "shell_search.js")

OLDEST = {"chrome": "111", "firefox": "121", "safari": "16.4"}
"""The first browsers that have what enough.js looks for (docs/browsers.md says why; Edge counts as Chrome)."""

PAPER = {"light": "#faf8f4", "dark": "#141114"}
"""The colour of a window's frame on a phone until shell.js knows better: --vopt-paper of page.css."""

_PEN = {
    "more": "M5 12v.1M12 12v.1M19 12v.1",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4",
    "find": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5c0-8 15-8 15 0",
}


def shell(page: Page, visitor: Visitor, *, sign_out: str | None = None) -> str:
    """The whole HTML page in which `page` is opened first.

    sign_out: what the hidden field of the form holds with which she ends her session; None: nobody signs in here.
    """
    content = (
        tag("a", visitor.words.say(N_("To the page")), href="#pages", class_="vopt-skip"),
        _sidebar(page, visitor, is_signed_in=sign_out is not None),
        tag(
            "main", _trouble(visitor.words), _too_old(visitor.words), _waiting(visitor.words), id="pages", tabindex="-1"
        ),
        _bar(page, visitor.words),
        *panels(visitor, _links(page, visitor), sign_out=sign_out),
    )
    body = tag("body", *content, class_="vopt-shell")
    whole = tag(
        "html",
        _head(page, visitor),
        body,
        lang=visitor.language,
        data_theme_choice=visitor.theme,
        data_page=page.name,
    )
    return Markup("<!doctype html>") + whole


def installable() -> Markup:
    """What the head of a page says so that a phone can keep vopt among its apps, as it looks in light and dark."""
    return together(
        tag("link", rel="icon", type="image/svg+xml", href=assets.address("vopt", "icon.svg")),
        tag("link", rel="apple-touch-icon", href=assets.address("vopt", "icon-180.png")),
        tag("link", rel="manifest", href=assets.address("vopt", "vopt.webmanifest")),
        *(
            tag("meta", name="theme-color", content=colour, media=f"(prefers-color-scheme: {theme})")
            for theme, colour in PAPER.items()
        ),
    )


def _head(page: Page, visitor: Visitor) -> Markup:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
        tag("title", f"{visitor.words.say(page.title)} · vopt"),
        tag("script", src=assets.address("vopt", "enough.js")),
        installable(),
        *(tag("link", rel="stylesheet", href=assets.address("vopt", name)) for name in STYLES),
        tag("script", _facts(visitor), type="application/json", id="vopt-shell"),
        *(tag("script", src=assets.address("vopt", name), defer=True) for name in SCRIPTS),
    )


def _sidebar(page: Page, visitor: Visitor, *, is_signed_in: bool) -> Markup:
    words = visitor.words
    find, who = words.say(N_("Find…")), visitor.name or words.say(N_("Preferences"))
    return tag(
        "aside",
        tag("a", _mark(), tag("span", "vopt"), class_="vopt-brand", href="/", data_page="home"),
        opener("find", _drawn("find"), tag("span", find), _key("/"), label=find, class_="vopt-find"),
        opener("alerts", _drawn("bell"), tag("b", hidden=True), label=words.say(N_("Alerts")), class_="vopt-bell"),
        tag("nav", *_links(page, visitor), aria_label=words.say(N_("Pages"))),
        opener(
            "me",
            _drawn("person"),
            tag("span", who, _role(visitor) if is_signed_in else None),
            label=words.say(N_("{who}: account and preferences"), who=who) if visitor.name else who,
            class_="vopt-who",
        ),
    )


def _key(name: str) -> Markup:
    return tag("kbd", name, aria_hidden="true")


def _role(visitor: Visitor) -> Markup:
    does = N_("sees and changes everything") if visitor.role == "admin" else N_("sees her own only")
    return tag("small", visitor.words.say(does))


def _links(page: Page, visitor: Visitor) -> Iterator[Markup]:
    """The pages by their groups, each under its heading."""
    words, known = visitor.words, open_to(visitor, PAGES)
    for group, title in GROUPS.items():
        links = (_link(one, page, words) for one in known if one.group == group)
        yield tag("section", tag("h2", words.say(title)), *links)


def _bar(page: Page, words: Words) -> Markup:
    """On a phone: the pages that are used most, and the way to all others."""
    links = (_link(one, page, words) for one in PAGES if one.is_first)
    more = words.say(N_("More"))
    return tag(
        "nav",
        *links,
        opener("more", _drawn("more"), tag("span", more), label=None, class_="vopt-all-pages"),
        class_="vopt-bottom",
        aria_label=words.say(N_("Most used pages")),
    )


def _link(one: Page, page: Page, words: Words) -> Markup:
    title = tag("span", words.say(one.title))
    current = "page" if one is page else None
    return tag("a", _icon(one.icon), title, href=one.href, data_page=one.name, aria_current=current)


def _waiting(words: Words) -> Markup:
    """What is in the place of a page until it is ready."""
    return tag(
        "div",
        tag("div", class_="vopt-bones", aria_hidden="true"),
        tag("p", words.say(N_("Opening the page…")), role="status"),
        class_="vopt-waiting",
    )


def _too_old(words: Words) -> Markup:
    """What stays where a page would be when enough.js does not run, or finds too little."""
    sentence = N_(
        "This browser is too old for vopt's pages, or does not run their scripts. Use Chrome or Edge {chrome}, "
        "Firefox {firefox}, Safari {safari}, or a newer one."
    )
    return tag("p", words.say(sentence, **OLDEST), class_="vopt-too-old")


def _trouble(words: Words) -> Markup:
    """Where shell.js says that vopt does not answer."""
    button = tag("button", words.say(N_("Try again")), type="button")
    return tag("div", tag("span"), button, class_="vopt-trouble", role="status", hidden=True)


def _facts(visitor: Visitor) -> Markup:
    """What the scripts must know."""
    words = visitor.words
    facts = {
        "pages": {page.name: words.say(page.title) for page in open_to(visitor, PAGES)},
        "late": words.say(N_("This takes longer than usual.")),
        "gone": words.say(
            N_("vopt does not answer. Is it still running on this computer? Your page comes back as soon as it does.")
        ),
        "nothingFound": words.say(N_("Nothing is called so. Try fewer letters, or another word.")),
        "aside": words.say(N_("Put aside")),
        "look": words.say(N_("Have a look")),
    }
    return Markup(json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"))


def _drawn(name: str) -> Markup:
    return _icon(_PEN[name])


def _icon(path: str) -> Markup:
    return tag("svg", tag("path", d=path), viewBox="0 0 24 24", aria_hidden="true")


def _mark() -> Markup:
    """The mark: a price tag."""
    drawing = together(tag("path", d="M4 4h8l8.5 8.5-8 8L4 12z"), tag("circle", cx="8.4", cy="8.4", r="1.6"))
    return tag("svg", drawing, viewBox="0 0 24 24", aria_hidden="true")
