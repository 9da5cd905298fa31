"""This is where the price model becomes a page: how good it is, where it is wrong, and what it learnt from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.model_card import KeptModel, ModelCard, Quality
from vopt_lib.schema.price_page import ModelPage
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.cells import MISSING, change_words, moment_cell
from vopt_lib.ui.charts import shown
from vopt_lib.ui.charts.calibration import calibration_key, shares_below, told_and_asked
from vopt_lib.ui.layout import button_link, card, grid, page_head
from vopt_lib.ui.markup import embedded, plain, show, tag, together
from vopt_lib.ui.states import empty, failed, notice
from vopt_lib.ui.tables import Column, framed, table
from vopt_lib.ui.tiles import tiles
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

IN_SIGHT: Final = 12
"""Categories that are shown at once; the others unfold."""

MEANT: Final = 0.8

LIMITS: Final = (
    N_("It tells what is asked for a thing, not what somebody pays for it."),
    N_("It knows titles, brands, sizes and conditions, and nothing of the photos."),
    N_("It knows one country's market and its currency; prices in others were left out."),
    N_("Where it learnt too little it says so, and shows no price."),
    N_("Prices of an interval hold for eight in ten things, not for each one."),
)


def head(page: ModelPage, words: Words) -> Markup:
    """The page's name and question, and since when the model is as it is."""
    as_of = None
    if page.card is not None:
        trained = words.say(N_("Trained on {at}"), at=page.card.trained_at)
        learnt = words.count(N_("from {n} listing"), N_("from {n} listings"), page.card.rows)
        as_of = tag("p", tag("span", trained), tag("span", learnt), class_="vopt-as-of")
    ask = button_link(words.say(N_("Price a thing")), "/price")
    return page_head(
        words.say(N_("Price model")), words.say(N_("How far can I trust a price?")), as_of=as_of, actions=ask
    )


def missing(page: ModelPage, words: Words) -> Markup:
    """What a press came to, what stands in the way, or what to do while there is no model; nothing where there is."""
    told = notice(page.told.text, kind=page.told.kind) if page.told else None
    if page.trouble:
        return together(told, failed(page.trouble, words))
    if page.card is not None:
        return together(told, _lately(page, words))
    text = words.say(
        N_("Follow what you sell and collect for some days. Then type `vopt train` at a terminal, or wait for Monday.")
    )
    follow = button_link(words.say(N_("Choose what to follow")), "/follow", primary=True)
    return together(told, empty(words.say(N_("No price model yet")), text, follow))


def answer(page: ModelPage, words: Words) -> Markup:
    """The figures that matter most, and all of them beside the plain median and the model before."""
    if page.card is None:
        return Markup("")
    made = page.card
    note = words.say(
        N_("On {n} listings that it has never seen, beside the median of brand, category and condition."),
        n=words.number(made.quality.rows),
    )
    body = tag("div", tiles(_tiles(made, words), words), _measures(made, words), class_="vopt-stack")
    return card(body, title=words.say(N_("How good it is")), note=note)


def agreement(page: ModelPage, words: Words) -> Markup:
    """Told prices beside asked ones, dear and cheap."""
    if page.card is None or not page.card.calibration:
        return Markup("")
    bands = page.card.calibration
    found = words.say(N_("things of about one price"))
    ends = words.say(N_("of what was told"))
    return grid(
        card(
            shown(
                told_and_asked(bands, words),
                above=calibration_key(words, found=found, meant=words.say(N_("told and asked agree"))),
            ),
            title=words.say(N_("Told and asked")),
            note=words.say(N_("EUR; across: what was told, upwards: what is asked.")),
        ),
        card(
            shown(shares_below(bands, words), above=calibration_key(words, found=ends, meant=words.say(N_("meant")))),
            title=words.say(N_("Do the intervals hold?")),
            note=words.say(N_("10%, 50% and 90% of asked prices are meant to lie below low end, middle and high end.")),
        ),
    )


def where_wrong(page: ModelPage, words: Words) -> Markup:
    """How far off it is in each category, the worst first."""
    if page.card is None or not page.card.categories:
        return Markup("")
    rows = pl.DataFrame(
        [{"category": one.category, **_row(one.quality)} for one in page.card.categories], schema=_CATEGORY
    )
    columns = [
        Column("category", words.say(N_("Catalogue"))),
        Column("rows", words.say(N_("Listings")), "count"),
        Column("median_ape", words.say(N_("Median error")), "percent"),
        Column("bias", words.say(N_("Too high or low")), "change", digits=1),
        Column("coverage", words.say(N_("Within the interval")), "percent"),
    ]
    title = words.say(N_("Where it is wrong"))
    note = words.say(N_("The worst first; each price is told by models that have not seen its listing."))
    more = None
    if rows.height > IN_SIGHT:
        summary = words.say(N_("Show all {n} catalogues"), n=rows.height)
        others = table(rows[IN_SIGHT:], columns, words, caption=summary)
        more = tag("details", tag("summary", summary), others, class_="vopt-more")
    return card(table(rows[:IN_SIGHT], columns, words, caption=title), more, title=title, note=note)


def model_card(page: ModelPage, words: Words) -> Markup:
    """What it learnt from, what was left out, and what it cannot do."""
    if page.card is None:
        return Markup("")
    made = page.card
    data = words.say(
        N_("{n} listings, first seen from {first} to {last}. One in ten is never learnt from, only judged by."),
        n=words.number(made.rows),
        first=made.first_day,
        last=made.last_day,
    )
    up = words.say(N_("The market is made up: its prices are nobody's.")) if made.source == "simulator" else None
    left = [tag("li", f"{reason}: {words.number(count)}") for reason, count in page.left_out]
    out = (tag("p", words.say(N_("Left out:"))), tag("ul", left, class_="vopt-lines")) if left else ()
    learnt = card(
        tag("p", data),
        tag("p", up) if up else None,
        *out,
        title=words.say(N_("What it learnt from")),
        foot=_made(made, words),
    )
    limits = tag("ul", (tag("li", words.say(limit)) for limit in LIMITS), class_="vopt-lines")
    return grid(learnt, card(limits, title=words.say(N_("What it cannot do"))))


def versions(page: ModelPage, words: Words, *, on_use: Callable[[str], None]) -> mo.Html:
    """The models that are kept, and buttons to go back to one. Bind it to a name of its cell."""
    import marimo as mo

    if not page.kept:
        return show("")

    def pressed(version: str) -> Callable[[object], None]:
        return lambda _: on_use(version)

    label = words.say(N_("Use this one"))
    held = {
        one.version: mo.ui.button(label=label, on_click=pressed(one.version))
        for one in page.kept
        if page.may_change and not one.is_published and one.card is not None and not one.card.refused
    }
    titles = (N_("Version"), N_("Trained"), N_("Median error"), N_("Within the interval"), N_("State"))
    heads = [tag("th", words.say(title), scope="col", role="columnheader") for title in titles]
    body = [_version(one, held.get(one.version), words) for one in page.kept]
    title = words.say(N_("Models that are kept"))
    note = words.say(N_("A model that is worse than the one in use is kept aside and never used by itself."))
    made = show(card(framed(heads, body, caption=title, class_="vopt-table vopt-blocks"), title=title, note=note))
    made.held = held  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


_CATEGORY: Final[dict[str, type[pl.DataType]]] = {
    "category": pl.String, "rows": pl.Int64, "median_ape": pl.Float64, "bias": pl.Float64, "coverage": pl.Float64,
}  # fmt: skip


def _row(quality: Quality) -> dict[str, Any]:
    return {name: getattr(quality, name) for name in ("rows", "median_ape", "bias", "coverage")}


def _lately(page: ModelPage, words: Words) -> Markup | None:
    """How it fares with what was listed since it was trained, where that is worse."""
    if page.drift is None or not page.drift.reasons:
        return None
    told = " ".join(words.say(reason.what, **reason.facts) for reason in page.drift.reasons)
    return notice(told, kind="warn", title=words.say(N_("It should learn anew")))


def _tiles(made: ModelCard, words: Words) -> list[Tile]:
    found, plain_one = made.quality, made.plain
    beside = words.say(N_("plain median: {figure}"), figure=words.percent(plain_one.median_ape, 1))
    listed = [
        Tile(words.say(N_("Half are off by at most")), words.percent(found.median_ape, 1), detail=beside),
        Tile(
            words.say(N_("Off by at most 20%")),
            words.percent(found.within_20),
            detail=words.say(N_("plain median: {figure}"), figure=words.percent(plain_one.within_20)),
        ),
    ]
    if found.coverage is not None:
        meant = words.say(N_("{share} are meant"), share=words.percent(MEANT))
        listed.append(Tile(words.say(N_("Within the interval")), words.percent(found.coverage, 1), detail=meant))
    told = words.say(N_("for the others it says why not"))
    listed.append(Tile(words.say(N_("Listings with a price")), words.percent(found.told), detail=told))
    return listed


def _measures(made: ModelCard, words: Words) -> Markup:
    """All figures, the model's beside others'."""
    columns = [(words.say(N_("this model")), made.quality), (words.say(N_("plain median")), made.plain)]
    if made.rival and made.rival_quality:
        columns.append((words.say(N_("the one before")), made.rival_quality))
    heads = [tag("th", words.say(N_("Figure")), scope="col", role="columnheader")]
    heads += [tag("th", name, scope="col", role="columnheader", class_="is-number") for name, _ in columns]
    told = [_figures(quality, words) for _, quality in columns]
    body = [_figure(name, [one[name] for one in told], [of for of, _ in columns]) for name in told[0]]
    summary = words.say(N_("All its figures"))
    made_table = framed(heads, body, caption=summary, class_="vopt-table vopt-blocks")
    return tag("details", tag("summary", summary), made_table, class_="vopt-more")


def _figure(name: str, values: Sequence[str], whose: Sequence[str]) -> Markup:
    cells = [tag("td", name, role="cell")]
    for value, label in zip(values, whose, strict=True):
        cells.append(tag("td", value, role="cell", class_="is-number", data_label=label))
    return tag("tr", cells, role="row")


def _figures(quality: Quality, words: Words) -> dict[str, str]:
    inside = MISSING if quality.coverage is None else words.percent(quality.coverage, 1)
    return {
        words.say(N_("Median error")): words.percent(quality.median_ape, 1),
        words.say(N_("Off by at most 20%")): words.percent(quality.within_20, 1),
        "RMSLE": words.number(quality.rmsle, 3),
        words.say(N_("Mean error")): words.money(quality.mae_eur),
        words.say(N_("Too high or low")): change_words(quality.bias, words),
        words.say(N_("Within the interval")): inside,
        words.say(N_("Winkler score")): MISSING if quality.winkler is None else words.number(quality.winkler, 2),
        words.say(N_("Listings with a price")): words.percent(quality.told),
    }


def _made(made: ModelCard, words: Words) -> str:
    told = N_("Version {version}, by vopt {vopt}, in {seconds} s of one processor; {megabytes} MB.")
    return words.say(
        told,
        version=made.version,
        vopt=made.vopt,
        seconds=words.number(made.seconds),
        megabytes=words.number(made.megabytes, 1),
    )


def _version(one: KeptModel, use: Any, words: Words) -> Markup:
    made = one.card
    found = made.quality if made else None
    inside = found.coverage if found else None
    cells = (
        ("", tag("span", plain(one.version, 60), translate="no")),
        (words.say(N_("Trained")), moment_cell(made.trained_at, words) if made else MISSING),
        (words.say(N_("Median error")), words.percent(found.median_ape, 1) if found else MISSING),
        (words.say(N_("Within the interval")), MISSING if inside is None else words.percent(inside, 1)),
        (words.say(N_("State")), _state(one, words) or (MISSING if use is None else embedded(use))),
    )
    return tag("tr", (tag("td", told, role="cell", data_label=label or None) for label, told in cells), role="row")


def _state(one: KeptModel, words: Words) -> Markup | None:
    """Whether it is the one in use, or why it cannot be; None: it could be."""
    if one.is_published:
        return tag("span", words.say(N_("in use")), class_="vopt-chip is-published")
    if one.card is None:
        return tag("small", words.error(one.trouble)) if one.trouble else Markup(MISSING)
    if not one.card.refused:
        return None
    why = " ".join(words.say(reason.what, **reason.facts) for reason in one.card.refused)
    return together(words.say(N_("kept aside")), tag("small", why))
