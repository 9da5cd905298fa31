"""This is where Administration is drawn: who is in, how vopt is, what ran, what is kept, and how it is kept safe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.admin_page import AdminMoment, AdminPage, MarketState, RunLine, Storage
from vopt_lib.schema.health import Check, State
from vopt_lib.schema.own_people import OwnPerson
from vopt_lib.schema.signing_in import OpenSession
from vopt_lib.ui.activity import activity_words
from vopt_lib.ui.buttons import buttons_of
from vopt_lib.ui.icons import icon
from vopt_lib.ui.layout import button_link, card, grid, page_head
from vopt_lib.ui.links import link
from vopt_lib.ui.markup import plain, tag, together
from vopt_lib.ui.people import ROLES
from vopt_lib.ui.states import notice, with_code
from vopt_lib.ui.tables import Column, table
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

IN_SIGHT: Final = 8
"""Rows of what takes room that are seen at once."""

MEGABYTE: Final = 10**6
GIGABYTE: Final = 10**9

LOOKED_AT: Final = {
    "lake": N_("Market data"),
    "shop": N_("Shop"),
    "up": N_("Programs"),
    "prefect": N_("Schedules"),
    "models": N_("Price model"),
    "disk": N_("Disk"),
    "assistant": N_("Language models"),
    "memory": N_("Memory"),
}
"""What each check looked at; one that is not here goes by its own name."""

_RESULTS: Final[dict[State, str]] = {"good": "passed", "warn": "warned", "bad": "failed"}


def head(words: Words) -> Markup:
    """The question of the page."""
    return page_head(words.say(N_("Administration")), words.say(N_("Is vopt well, and who may come in?")))


def told_shown(moment: AdminMoment) -> Markup | None:
    """The answer to what was pressed last; a link stands there to be copied."""
    if moment.told is None:
        return None
    shown = tag("code", moment.link, class_="vopt-link-once", translate="no") if moment.link else None
    return notice(moment.told.text, kind=moment.told.kind, action=shown)


def health_shown(checks: Sequence[Check], words: Words) -> Markup:
    """How the parts of vopt are, those that need somebody first."""
    order: list[State] = ["bad", "warn", "good"]
    rows = [
        tag(
            "li",
            tag("span", icon(one.state), " ", words.say(LOOKED_AT.get(one.name, one.name)),
                class_=f"vopt-result is-{_RESULTS[one.state]}"),
            tag("div", with_code(one.text), tag("small", with_code(one.next_step)) if one.next_step else None),
        )
        for one in sorted(checks, key=lambda one: order.index(one.state))
    ]  # fmt: skip
    return card(tag("ul", *rows, class_="vopt-health", role="list"), title=words.say(N_("How vopt is")))


def people_shown(page: AdminPage, held: mo.ui.dictionary, words: Words) -> Markup:
    """Everybody with her open sessions, and what can be done."""
    cards = [_person(one, page, held, words) for one in page.people]
    return tag("div", grid(*cards), class_="vopt-stack")


def _person(one: OwnPerson, page: AdminPage, held: mo.ui.dictionary, words: Words) -> Markup:
    sessions = [session for session in page.sessions if session.person_id == one.id]
    rows = [_session(session, page, held, words) for session in sessions]
    nowhere = tag("p", words.say(N_("Signed in nowhere.")))
    return card(
        tag("ul", *rows, class_="vopt-sessions", role="list") if rows else nowhere,
        title=plain(one.name) + (f" ({words.say(N_('you'))})" if one.id == page.me else ""),
        note=_standing(one, words),
        foot=buttons_of(held, page.acts, f"person {one.id}"),
    )


def _standing(one: OwnPerson, words: Words) -> str:
    told = [words.say(ROLES[one.role])]
    told += [words.say(N_("sees everything"))] if one.sees_household and one.role == "member" else []
    told += [words.say(N_("no password yet"))] if not one.signs_in else []
    return ", ".join(told)


def _session(one: OpenSession, page: AdminPage, held: mo.ui.dictionary, words: Words) -> Markup:
    where = plain(one.where.browser, 60) or words.say(N_("a browser that does not say its name"))
    seen = words.say(N_("seen {at}, from {address}"), at=one.seen_at, address=plain(one.where.address, 60) or "–")
    return tag("li", tag("div", where, tag("small", seen)), buttons_of(held, page.acts, f"session {one.id}"))


def ran(page: AdminPage, runs: Sequence[RunLine], words: Words) -> Markup:
    """The newest runs, and the way to all that Prefect knows of them."""
    title = words.say(N_("What ran lately"))
    rows = pl.DataFrame(
        {"what": [one.text for one in runs], "at": [one.ended_at for one in runs]},
        schema={"what": pl.String, "at": pl.Datetime("us", "UTC")},
    )
    columns = (Column("what", words.say(N_("What"))), Column("at", words.say(N_("When")), "moment"))
    nothing = tag("p", words.say(N_("Nothing has run yet.")))
    told = words.say(N_("More, on this computer itself, in Prefect")) if page.prefect else None
    return card(
        table(rows, columns, words, caption=title, empty=nothing),
        title=title,
        foot=link(told, page.prefect) if told else None,
    )


def kept_safe(page: AdminPage, held: mo.ui.dictionary, words: Words) -> Markup:
    """Backups and marketplaces beside each other, then language models."""
    return tag(
        "div", grid(_backups(page, held, words), _markets(page, words)), _models(page, words), class_="vopt-stack"
    )


def _backups(page: AdminPage, held: mo.ui.dictionary, words: Words) -> Markup:
    title = words.say(N_("Backups"))
    rows = pl.DataFrame(
        {
            "at": [one.made_at for one in page.backups],
            "size": [_size(one.bytes, words) for one in page.backups],
            "file": [one.name for one in page.backups],
        },
        schema={"at": pl.Datetime("us", "UTC"), "size": pl.String, "file": pl.String},
    )
    columns = (
        Column("at", words.say(N_("When")), "moment"),
        Column("size", words.say(N_("Room"))),
        Column("file", words.say(N_("File")), "name"),
    )
    nothing = notice(words.say(N_("There is no backup yet.")), kind="warn")
    under_way = notice(words.say(N_("A backup is being made."))) if page.is_backing_up else None
    body = together(under_way, table(rows, columns, words, caption=title, empty=None if under_way else nothing))
    return card(body, title=title, foot=buttons_of(held, page.acts, "backup"))


def _markets(page: AdminPage, words: Words) -> Markup:
    rows = [tag("li", tag("b", one.host), tag("div", _market(one, words))) for one in page.markets]
    return card(
        tag("ul", *rows, class_="vopt-health", role="list"),
        title=words.say(N_("Marketplaces")),
        foot=button_link(words.say(N_("Searches")), "/follow"),
    )


def _market(one: MarketState, words: Words) -> Markup:
    if one.is_simulator:
        allowed = N_("A made-up market on this computer: it needs no consent.")
    elif one.is_accepted:
        allowed = N_("You agreed that vopt asks it. `vopt consent` tells what to, and takes it back.")
    else:
        allowed = N_("Nobody agreed that vopt asks it. `vopt consent` shows what to.")
    rest = N_("It rests until {until}, because the site showed: {why}.")
    rests = words.say(rest, until=one.rest_until, why=plain(one.why)) if one.rest_until else None
    return together(with_code(words.say(allowed)), tag("small", rests) if rests else None)


def _models(page: AdminPage, words: Words) -> Markup:
    there = button_link(words.say(N_("Language models")), "/assistant")
    told = [
        words.say(N_("{model}: {tokens} tokens"), model=plain(model, 60), tokens=tokens)
        for model, tokens in page.tokens.items()
    ]
    none = words.say(N_("No language model was asked in these days."))
    title = words.say(N_("What was used of language models"))
    note = words.say(N_("everybody together, the last 30 days"))
    return card(tag("p", " · ".join(told) or none), title=title, note=note, foot=there)


def storage_shown(storage: Storage, words: Words) -> Markup:
    """What takes room, and how long it is kept."""
    title, rows = words.say(N_("What takes room")), _stored(storage, words)
    free = words.say(
        N_("{all} in all; {free} of {of} are free"),
        all=_size(storage.bytes, words),
        free=_size(storage.free, words),
        of=_size(storage.of, words),
    )
    columns = (
        Column("name", words.say(N_("What")), "name"),
        Column("size", words.say(N_("Room"))),
        Column("files", words.say(N_("Files")), "count"),
        Column("kept", words.say(N_("How long"))),
    )
    summary = words.say(N_("Show what takes less"))
    less = table(rows[IN_SIGHT:], columns, words, caption=summary)
    more = tag("details", tag("summary", summary), less, class_="vopt-more") if rows.height > IN_SIGHT else None
    return card(table(rows[:IN_SIGHT], columns, words, caption=title), more, title=title, note=free)


def _stored(storage: Storage, words: Words) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "name": [one.name if one.kept else words.say(one.name) for one in storage.parts],
            "size": [_size(one.bytes, words) for one in storage.parts],
            "files": [one.files for one in storage.parts],
            "kept": [words.say(one.kept) if one.kept else "–" for one in storage.parts],
        },
        schema={"name": pl.String, "size": pl.String, "files": pl.Int64, "kept": pl.String},
    )


def done_shown(page: AdminPage, words: Words) -> Markup:
    """The newest lines of the audit log."""
    title = words.say(N_("What people did"))
    rows = pl.DataFrame(
        {
            "what": [activity_words(one, words) for one in page.done],
            "who": [one.person or "vopt" for one in page.done],
            "at": [one.at for one in page.done],
        },
        schema={"what": pl.String, "who": pl.String, "at": pl.Datetime("us", "UTC")},
    )
    columns = (
        Column("what", words.say(N_("What"))),
        Column("who", words.say(N_("Who"))),
        Column("at", words.say(N_("When")), "moment"),
    )
    nothing = tag("p", words.say(N_("Nobody has done anything yet.")))
    return card(table(rows, columns, words, caption=title, empty=nothing), title=title)


def _size(size: int, words: Words) -> str:
    if size >= GIGABYTE:
        return words.say(N_("{n} GB"), n=words.number(size / GIGABYTE, 1))
    return words.say(N_("{n} MB"), n=words.number(size / MEGABYTE, 1))
