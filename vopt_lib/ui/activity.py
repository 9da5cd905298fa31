"""This is where what people did in a shop gets its words: who, what, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.own_activity import Activity, Done
from vopt_lib.ui.layout import card
from vopt_lib.ui.markup import plain
from vopt_lib.ui.tables import Column, table
from vopt_lib.words import N_, Words

MOST_PARTS: Final = 3

THINGS: Final[Mapping[str, Callable[[Words, int], str]]] = {
    "listing": lambda words, n: words.count(N_("{n} listing"), N_("{n} listings"), n),
    "item": lambda words, n: words.count(N_("{n} thing"), N_("{n} things"), n),
    "order": lambda words, n: words.count(N_("{n} order"), N_("{n} orders"), n),
    "shipment": lambda words, n: words.count(N_("{n} parcel"), N_("{n} parcels"), n),
    "expense": lambda words, n: words.count(N_("{n} expense"), N_("{n} expenses"), n),
    "note": lambda words, n: words.count(N_("{n} note"), N_("{n} notes"), n),
    "person": lambda words, n: words.count(N_("{n} person"), N_("{n} people"), n),
    "channel_account": lambda words, n: words.count(N_("{n} account"), N_("{n} accounts"), n),
}
"""What so many rows of each table are called."""

WAYS: Final = {
    "added": N_("added: {what}"),
    "changed": N_("changed: {what}"),
    "removed": N_("deleted: {what}"),
    "restored": N_("brought back: {what}"),
    "forgotten": N_("forgotten: {what}"),
}


def activity_card(activities: Sequence[Activity], words: Words) -> Markup:
    """What was done lately, the newest first; nothing where nothing was."""
    if not activities:
        return Markup("")
    title = words.say(N_("What was done lately"))
    rows = pl.DataFrame(
        {
            "at": [one.at for one in activities],
            "who": [one.person or "vopt" for one in activities],
            "what": [activity_words(one, words) for one in activities],
        }
    )
    columns = (
        Column("what", words.say(N_("What"))),
        Column("who", words.say(N_("Who"))),
        Column("at", words.say(N_("When")), "moment"),
    )
    return card(table(rows, columns, words, caption=title), title=title)


def activity_words(activity: Activity, words: Words) -> str:
    """What somebody did at once: "added: 40 listings, 40 things; changed: 2 orders"."""
    told = []
    for way, sentence in WAYS.items():
        parts = [_done(done, words) for done in activity.done if done.way == way and done.about in THINGS]
        if parts:
            told.append(words.say(sentence, what=", ".join(parts[:MOST_PARTS])))
    return "; ".join(told) or plain(activity.deed)


def _done(done: Done, words: Words) -> str:
    if done.title:
        return f"“{plain(done.title, 60)}”"
    counted = THINGS[done.about](words, done.rows)
    return words.say(N_("at least {counted}"), counted=counted) if done.is_least else counted
