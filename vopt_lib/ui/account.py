"""This is where the page of somebody's own account is drawn: password, second factor, where she is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from vopt_lib.schema.qr_code import QrCode
from vopt_lib.schema.signing_in import OpenSession
from vopt_lib.ui.layout import card
from vopt_lib.ui.markup import Content, plain, tag
from vopt_lib.ui.qr_code import qr_drawing
from vopt_lib.ui.signing_in import Sheet, Told, button, field, hidden, new_password, page
from vopt_lib.ui.states import notice
from vopt_lib.words import N_, Words

ACTION = "/account"
_HERE = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class Account:
    """What her page shows. sessions: hers; session: the number of this one; code: what her app scans, while she sets
    her second factor up.
    """

    name: str
    sessions: Sequence[OpenSession]
    session: int
    has_code: bool
    code: QrCode | None = None


def account_page(sheet: Sheet, known: Account, told: Told | None = None) -> str:
    """The whole page."""
    words = sheet.words
    back = tag("a", words.say(N_("Back to your pages")), href="/", class_="vopt-button")
    out = tag("form", *hidden(sheet), button(words.say(N_("Sign out"))), method="post", action="/logout")
    return page(
        sheet,
        words.say(N_("Your account")),
        tag("div", tag("p", tag("strong", plain(known.name, 60))), back, out, class_="vopt-door-who"),
        notice(told.text, kind=told.kind) if told else None,
        _code_card(sheet, known) if known.code else None,
        _password_card(sheet, known),
        None if known.code else _code_card(sheet, known),
        _sessions_card(sheet, known),
        is_wide=True,
    )


def open_account_page(sheet: Sheet) -> str:
    """The same while nobody has a password: how to lock the pages."""
    words = sheet.words
    text = words.say(
        N_(
            "Nobody has a password yet: whoever uses this computer sees your pages. With a password they open only for "
            "whoever signs in, and you can invite your family."
        )
    )
    form = _form(sheet, "lock", button(words.say(N_("Choose a password")), is_primary=True))
    back = tag("p", tag("a", words.say(N_("Back to your pages")), href="/"))
    return page(sheet, words.say(N_("Your account")), tag("p", text), form, back)


def _password_card(sheet: Sheet, known: Account) -> Markup:
    words = sheet.words
    form = _form(
        sheet,
        "password",
        _whose(known),
        _current(words),
        *new_password(words),
        button(words.say(N_("Change the password"))),
    )
    note = words.say(N_("Everywhere else you are signed out then."))
    return card(form, title=words.say(N_("Password")), note=note)


def _code_card(sheet: Sheet, known: Account) -> Markup:
    words = sheet.words
    title = words.say(N_("Second factor"))
    if known.code:
        return card(_setting_up(sheet, known.code), title=title)
    if known.has_code:
        note = words.say(N_("It is on: who signs in as you needs your password and a code of your app."))
        form = _form(sheet, "remove_code", _whose(known), _current(words), button(words.say(N_("Switch it off"))))
        return card(form, title=title, note=note)
    note = words.say(
        N_(
            "It is off. With it, whoever knows your password still needs a code that an app on your phone shows, such "
            "as Aegis, Google Authenticator or 1Password."
        )
    )
    return card(_form(sheet, "begin_code", button(words.say(N_("Set it up")))), title=title, note=note)


def _setting_up(sheet: Sheet, code: QrCode) -> Markup:
    words = sheet.words
    secret = code.text.partition("secret=")[2].partition("&")[0]
    figure = tag(
        "figure",
        qr_drawing(code, words.say(N_("Code that your app scans"))),
        tag("figcaption", words.say(N_("Or type this into your app:")), " ", tag("code", _in_fours(secret))),
        class_="vopt-door-code",
    )
    confirm = _form(
        sheet,
        "confirm_code",
        field(words.say(N_("The code that your app shows now")), name="code", autocomplete="one-time-code",
              inputmode="numeric", required=True, autofocus=True),
        tag("input", type="hidden", name="address", value=code.text),
        button(words.say(N_("Switch it on")), is_primary=True),
    )  # fmt: skip
    return tag("div", tag("p", words.say(N_("Scan this with your app, then type what it shows."))), figure, confirm)


def _sessions_card(sheet: Sheet, known: Account) -> Markup:
    words = sheet.words
    rows = [_session(sheet, one, is_this=one.id == known.session) for one in known.sessions]
    others = None
    if len(known.sessions) > 1:
        others = _form(sheet, "end_others", button(words.say(N_("End all others"))))
    return card(tag("ul", rows, class_="vopt-door-sessions"), others, title=words.say(N_("Where you are signed in")))


def _session(sheet: Sheet, one: OpenSession, *, is_this: bool) -> Markup:
    words = sheet.words
    browser = plain(browser_name(one.where.browser) or words.say(N_("A program")), 60)
    address = one.where.address
    place = words.say(N_("this computer")) if address in _HERE else plain(address, 60)
    seen = words.say(N_("last seen {at} from {address}"), at=one.seen_at, address=place)
    told = tag("div", tag("strong", browser), tag("small", seen))
    if is_this:
        return tag("li", told, tag("span", words.say(N_("this browser")), class_="vopt-door-this"))
    label = words.say(N_("End the sign-in of {browser}"), browser=browser)
    end = button(words.say(N_("End")), aria_label=label)
    return tag("li", told, _form(sheet, "end", tag("input", type="hidden", name="session", value=one.id), end))


def browser_name(text: str) -> str:
    """What people call the browser and the device that send this User-Agent: "Firefox, Windows"; "" for neither.

    Every browser also calls itself Safari or Chrome, so those that say more of themselves come first.
    """
    kinds = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
             ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
    places = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
              ("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip
    found = [next((name for sign, name in known if sign in text), "") for known in (kinds, places)]
    return ", ".join(part for part in found if part) if found[0] else ""


def _whose(known: Account) -> Markup:
    """Whose password it is, for the browser that fills it in."""
    return tag(
        "input", name="name", value=known.name, autocomplete="username", class_="vopt-hidden", tabindex=-1,
        aria_hidden="true", readonly=True,
    )  # fmt: skip


def _current(words: Words) -> Markup:
    label = words.say(N_("Your password now"))
    return field(label, name="password", type_="password", autocomplete="current-password", required=True)


def _form(sheet: Sheet, deed: str, *content: Content) -> Markup:
    return tag("form", *hidden(sheet, do=deed), *content, method="post", action=ACTION)


def _in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
