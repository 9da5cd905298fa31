"""This is where the parts of the first page are drawn: what is noticed, what moved, what ran, how to start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.home_page import Attention, FirstStep
from vopt_lib.ui.layout import button_link, card, grid
from vopt_lib.ui.markup import tag
from vopt_lib.ui.states import notice, with_code
from vopt_lib.ui.tables import Column, table
from vopt_lib.words import N_, Words

RUNS_IN_SIGHT = 7


def notices(noticed: Sequence[Attention]) -> Markup:
    """One below the other, each with its button."""
    if not noticed:
        return Markup("")
    told = [notice(one.text, kind=one.tone, action=button_link(one.label, one.href)) for one in noticed]
    return grid(*told, columns=1)


def movers(fallen: pl.DataFrame, risen: pl.DataFrame, words: Words) -> Markup:
    """Where prices fell and rose most, side by side; what may be chance is said to be.

    Needs: title, href, median (EUR), change (share), is_sure, trend (EUR).
    """
    chance = words.say(N_("may be chance"))

    def doubt(row: Mapping[str, Any]) -> str | None:
        return None if row["is_sure"] else chance

    columns = (
        Column("title", words.say(N_("What")), "link", href=lambda row: str(row["href"])),
        Column("median", words.say(N_("Price")), "money"),
        Column("change", words.say(N_("In a week")), "change", quiet=lambda row: not row["is_sure"], note=doubt),
        Column("trend", words.say(N_("30 days")), "spark"),
    )
    note = words.say(N_("median asked price, this week against the week before"))
    nothing = tag("p", words.say(N_("Nothing moved by 1% or more.")))
    sides = ((words.say(N_("Prices that fell most")), fallen), (words.say(N_("Prices that rose most")), risen))
    return grid(
        *(
            card(table(rows, columns, words, caption=title, empty=nothing), title=title, note=note)
            for title, rows in sides
        )
    )


def first_steps(steps: Sequence[FirstStep], words: Words) -> Markup:
    """The way into vopt, step by step; the button of the first that is not done stands out."""
    if not steps:
        return Markup("")
    turn = next((step for step in steps if not step.is_done), None)
    cards = [
        card(
            step.text,
            title=f"{number}. {step.title}",
            foot=tag("span", "✓ ", words.say(N_("Done")))
            if step.is_done
            else button_link(step.label, step.href, primary=step is turn),
        )
        for number, step in enumerate(steps, start=1)
    ]
    otherwise = card(
        tag("p", with_code(words.say(N_("`vopt demo` at a terminal shows everything on a made-up market.")))),
        tag(
            "p",
            with_code(words.say(N_("`vopt ingest FILE` takes in pages of Vinted that you saved; nothing is visited."))),
        ),
        title=words.say(N_("Just looking around?")),
    )
    return grid(grid(*cards, columns=len(cards)), otherwise, columns=1)


def lately(runs: pl.DataFrame, words: Words) -> Markup:
    """What ran, the newest in sight. Needs: at (datetime, UTC), what (text); newest first."""
    if runs.is_empty():
        return Markup("")
    title = words.say(N_("What ran lately"))
    columns = (Column("at", words.say(N_("When")), "moment"), Column("what", words.say(N_("What"))))
    earlier = table(runs[RUNS_IN_SIGHT:], columns, words, caption=words.say(N_("Show earlier ones")))
    return card(
        table(runs[:RUNS_IN_SIGHT], columns, words, caption=title),
        tag("details", tag("summary", words.say(N_("Show earlier ones"))), earlier, class_="vopt-more")
        if earlier
        else None,
        title=title,
    )
