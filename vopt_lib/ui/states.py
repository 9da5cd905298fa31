"""This is where a page says how things stand: nothing yet, coming, failed, old. Each says what to do next."""

from __future__ import annotations

import re
from datetime import datetime

from markupsafe import Markup

from vopt_lib.errors import VoptError
from vopt_lib.schema.market_page import Freshness
from vopt_lib.schema.searches import Kind
from vopt_lib.ui.icons import icon
from vopt_lib.ui.layout import as_of_line, button_link, buttons_row, page_head
from vopt_lib.ui.markup import Content, tag, together
from vopt_lib.words import N_, Words


def notice(text: str, *, kind: Kind = "info", action: Content = None, title: str | None = None) -> Markup:
    """A short message in the flow of the page. What went wrong is also read out at once."""
    told = tag("div", tag("p", tag("strong", title)) if title else None, tag("p", with_code(text)))
    role = "alert" if kind == "bad" else "status"
    return tag("div", icon(kind), told, buttons_row(action), class_=f"vopt-notice is-{kind}", role=role)


def empty(title: str, text: str, *actions: Content) -> Markup:
    """What stands where there is nothing yet: what belongs here, and the way to get it."""
    return tag(
        "div", icon("hanger"), tag("h2", title), tag("p", with_code(text)), buttons_row(*actions), class_="vopt-empty"
    )


def loading(text: str) -> Markup:
    """What stands where something is on its way."""
    return tag("div", tag("p", text), [tag("span", aria_hidden="true")] * 3, class_="vopt-loading", role="status")


def failed(error: VoptError, words: Words, *actions: Content) -> Markup:
    """What went wrong and what to do next, in her language; never a traceback."""
    return notice(words.error(error), kind="bad", title=words.say(N_("This did not work")), action=together(*actions))


def stale(words: Words, *, since: datetime, action: Content = None) -> Markup:
    """What is said above figures that are older than they should be."""
    told = words.say(N_("Nothing new has come in since {at}. You see what was known then."), at=since)
    return notice(told, kind="warn", title=words.say(N_("These figures are old")), action=action)


def dated_head(title: str, question: str, fresh: Freshness, words: Words, *, actions: Content = None) -> Markup:
    """The head of a page that shows figures: how old and complete they are, and a warning where they are too old."""
    as_of = as_of_line(words, published_at=fresh.published_at, newest_day=fresh.newest_day, share_seen=fresh.share_seen)
    old = None
    if fresh.is_stale and fresh.seen_at:
        old = stale(words, since=fresh.seen_at, action=button_link(words.say(N_("Collect now")), "/follow"))
    return together(page_head(title, question, as_of=as_of, actions=actions), old)


def progress(text: str, *, share: float | None) -> Markup:
    """How far something is (0 to 1). None: under way, nobody knows how far."""
    done = None if share is None else round(min(max(share, 0.0), 1.0), 4)
    shown = tag("progress", value=done, max=1, aria_label=text)
    return tag("div", tag("p", text, aria_live="polite"), shown, class_="vopt-progress")


def with_code(text: str) -> Markup:
    """A sentence whose `commands` are set as code."""
    pieces = re.split(r"`([^`]+)`", text)
    return together(tag("code", piece) if place % 2 else piece for place, piece in enumerate(pieces))
