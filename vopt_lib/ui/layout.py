"""This is where a page gets its frame: its head, its cards, its rows of cards, its filter bar."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime

from markupsafe import Markup

from vopt_lib.ui.links import link
from vopt_lib.ui.markup import Content, tag, together
from vopt_lib.words import N_, Words


def page_head(title: str, question: str, *, as_of: Content = None, actions: Content = None) -> Markup:
    """The page's name, the question it answers, how fresh the answer is, and what can be done."""
    told = tag("div", tag("p", title, class_="vopt-eyebrow"), tag("h1", question), as_of)
    return tag("header", told, buttons_row(actions), class_="vopt-head")


def card(*body: Content, title: str | None = None, note: Content = None, foot: Content = None) -> Markup:
    """One answer on its own sheet. note: what it shows, and in which unit."""
    head = [tag("h2", title) if title else None, tag("p", note) if note else None]
    return tag(
        "section",
        tag("header", head) if any(head) else None,
        tag("div", *body),
        tag("footer", foot) if foot else None,
        class_="vopt-card",
    )


def grid(*cards: Content, columns: int = 2) -> Markup:
    """Cards side by side; one below the other on a phone."""
    return tag("div", *cards, class_="vopt-grid", style=f"--vopt-columns: {columns}")


def as_of_line(
    words: Words, *, published_at: datetime | None, newest_day: date | None, share_seen: float | None = None
) -> Markup:
    """When the figures were published, their newest day, and the share of the market that they rest on.

    A share is rounded down: 99.6 % is not the whole market. Without a moment and a day there are no figures, and no
    line.
    """
    if published_at is None and newest_day is None:
        return Markup("")
    published = words.say(N_("As of {at}"), at=published_at) if published_at else None
    newest = words.say(N_("newest day {day}"), day=newest_day) if newest_day else None
    parts = [tag("span", part) for part in (published, newest, share_told(share_seen, words)) if part]
    return tag("p", *parts, class_="vopt-as-of")


def share_told(share: float | None, words: Words) -> str:
    """How much of the market was seen, as a sentence's part: "96% of the market seen"."""
    if share is None:
        return words.say(N_("share unknown"))
    digits = 1 if 0 < share < 0.01 else 0
    step = 100 * 10**digits
    seen = math.floor(round(min(share, 1) * step, 6)) / step
    return words.say(N_("{share} of the market seen"), share=words.percent(seen, digits))


def button_link(label: str, href: str, *, primary: bool = False) -> Markup:
    """A link that looks like the button it is. One primary button on a screen, for the next step."""
    return link(label, href, class_="vopt-button is-primary" if primary else "vopt-button")


def bar(*controls: Content) -> Markup:
    """The filters of a page, side by side. Alone in its cell it stays in sight while the page scrolls."""
    return tag("div", *controls, class_="vopt-bar", role="group")


def segments(choices: Iterable[tuple[str, str, bool]], label: str) -> Markup:
    """Links side by side: each with its title, its address, and whether that is where she is."""
    links = [
        tag("a", title, href=href, aria_current="true" if is_here else None, data_stay=True)
        for title, href, is_here in choices
    ]
    return tag("nav", links, class_="vopt-segments", aria_label=label)


def buttons_row(*buttons: Content | Iterable[Content]) -> Markup | None:
    """What can be done, button beside button; None where there is nothing."""
    row = together(*buttons)
    return tag("div", row, class_="vopt-actions") if row else None
