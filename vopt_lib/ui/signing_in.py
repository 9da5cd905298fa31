"""This is where the pages are drawn on which somebody signs in or chooses a password: forms that need no script.

Their fields are named as browsers and password keepers expect it (HTML's `autocomplete`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from vopt_lib.schema.searches import Kind
from vopt_lib.schema.visitor import Theme
from vopt_lib.ui.markup import Content, plain, tag
from vopt_lib.ui.states import notice
from vopt_lib.words import N_, Language, Words

STYLES: Final = ("page.css", "signing_in.css")
SHORTEST_PASSWORD: Final = 10
LONGEST: Final = {"name": 60, "password": 200, "code": 20}
"""Letters of a field, as many as are taken."""

_MARK: Final = tag(
    "svg",
    tag("path", d="M4 4h8l8.5 8.5-8 8L4 12z"),
    tag("circle", cx="8.4", cy="8.4", r="1.6"),
    viewBox="0 0 24 24",
    aria_hidden="true",
)


@dataclass(frozen=True)
class Sheet:
    """What every one of these pages needs. assets: where files lie ("/assets/1a2b/vopt"); field: the hidden field, its
    name and its value, that shows that a form is ours.
    """

    language: Language
    theme: Theme
    assets: str
    field: tuple[str, str]

    @property
    def words(self) -> Words:
        """What she reads in."""
        return Words(self.language)


@dataclass(frozen=True)
class Told:
    """What a page says above its form."""

    text: str
    kind: Kind = "bad"


def login_page(
    sheet: Sheet, *, name: str = "", next_: str = "/", wants_code: bool = False, told: Told | None = None
) -> str:
    """The page on which she signs in. name: what she typed before; next_: where she goes then."""
    words = sheet.words
    title = words.say(N_("Sign in"))
    code = _code_field(words, is_wanted=wants_code)
    form = tag(
        "form",
        *hidden(sheet, next=next_),
        field(words.say(N_("Name")), name="name", value=name, autocomplete="username", required=True,
              autocapitalize="none", spellcheck="false", autofocus=not name),
        field(words.say(N_("Password")), name="password", type_="password", autocomplete="current-password",
              required=True, autofocus=bool(name) and not wants_code),
        code if wants_code else tag("details", tag("summary", words.say(N_("I use a second factor"))), code),
        button(title, is_primary=True),
        method="post",
        action="/login",
    )  # fmt: skip
    lost = words.say(N_("You forgot your password? Whoever set vopt up for you can give you a link for a new one."))
    return page(sheet, title, _said(told), form, tag("p", lost, class_="vopt-door-note"))


def password_page(
    sheet: Sheet, *, name: str, action: str, is_first: bool, wants_code: bool = False, told: Told | None = None
) -> str:
    """The page of a link, on which she chooses a password. is_first: it is the first one, of whoever set vopt up."""
    words = sheet.words
    title = words.say(N_("Choose a password"))
    first = words.say(N_("From now on your pages open only for whoever signs in."))
    invited = words.say(N_("With it and your name you sign in to these pages."))
    form = tag(
        "form",
        *hidden(sheet),
        field(words.say(N_("Name")), name="name", value=name, autocomplete="username", readonly=True),
        *new_password(words),
        _code_field(words, is_wanted=True) if wants_code else None,
        button(words.say(N_("Keep it and sign in")), is_primary=True),
        method="post",
        action=action,
    )
    hello = words.say(N_("Hello {name}."), name=plain(name, 60))
    return page(sheet, title, tag("p", f"{hello} {first if is_first else invited}"), _said(told), form)


def spent_page(sheet: Sheet, text: str) -> str:
    """What a link that is used up or too old shows."""
    words = sheet.words
    back = tag("p", tag("a", words.say(N_("Sign in")), href="/login", class_="vopt-button"))
    return page(sheet, words.say(N_("This link")), _said(Told(text)), back)


def page(sheet: Sheet, title: str, *content: Content, is_wide: bool = False) -> str:
    """A whole page of this kind."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("title", f"{title} · vopt"),
        tag("link", rel="icon", type="image/svg+xml", href=f"{sheet.assets}/icon.svg"),
        *(tag("link", rel="stylesheet", href=f"{sheet.assets}/{name}") for name in STYLES),
    )
    brand = tag("p", _MARK, tag("span", "vopt"), class_="vopt-door-brand")
    main = tag("main", brand, tag("h1", title), *content, class_="is-wide" if is_wide else None)
    theme = None if sheet.theme == "system" else sheet.theme
    return Markup("<!doctype html>") + tag(
        "html", head, tag("body", main, class_="vopt-door"), lang=sheet.language, data_theme=theme
    )


def field(label: str, *, name: str, type_: str = "text", **attributes: object) -> Markup:
    """A field with its name above it."""
    known = {"type": type_, "name": name, "maxlength": LONGEST.get(name, LONGEST["password"])}
    return tag("label", tag("span", label), tag("input", **(known | attributes)))


def new_password(words: Words) -> tuple[Markup, Markup]:
    """The two fields in which she types a new password."""
    label = words.say(N_("New password, at least {letters:d} signs"), letters=SHORTEST_PASSWORD)
    again = words.say(N_("The same once more"))
    known: dict[str, object] = {"autocomplete": "new-password", "required": True, "minlength": SHORTEST_PASSWORD}
    return (
        field(label, name="new", type_="password", **known),
        field(again, name="again", type_="password", **known),
    )


def hidden(sheet: Sheet, **values: str) -> list[Markup]:
    """What a form carries that nobody sees."""
    name, value = sheet.field
    return [tag("input", type="hidden", name=key, value=text) for key, text in {name: value, **values}.items()]


def button(label: str, *, is_primary: bool = False, **attributes: object) -> Markup:
    """What sends a form."""
    kind = "vopt-button is-primary" if is_primary else "vopt-button"
    return tag("button", label, type="submit", class_=kind, **attributes)


def _code_field(words: Words, *, is_wanted: bool) -> Markup:
    label = words.say(N_("Code of your app for second factors"))
    return field(label, name="code", autocomplete="one-time-code", inputmode="numeric", autofocus=is_wanted)


def _said(told: Told | None) -> Markup | None:
    return notice(told.text, kind=told.kind) if told else None
