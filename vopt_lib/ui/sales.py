"""This is where sales become a page: what they earned, when, with what and by whom, and what is still to come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, get_args

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.figures_words import (
    UNKNOWN,
    age_words,
    amount_words,
    days_words,
    missing_words,
    profit_words,
    reported_words,
    revenue_words,
    share_words,
)
from vopt_lib.schema.filters import SalesFilters, SaleState
from vopt_lib.schema.own_figures import Figures, Groups, Reported, Total
from vopt_lib.schema.sales_page import ROWS_ON_A_PAGE, STATE_LABELS, SalesPage
from vopt_lib.schema.tile import Better, Tile
from vopt_lib.ui.activity import activity_card
from vopt_lib.ui.charts import amounts_by_group, amounts_over_time, shown
from vopt_lib.ui.filters import counted, dropdown
from vopt_lib.ui.layout import bar, button_link, card, grid, page_head, segments
from vopt_lib.ui.markup import embedded, plain, show, tag, together
from vopt_lib.ui.states import empty, failed, notice, progress
from vopt_lib.ui.tables import Column, table
from vopt_lib.ui.tiles import tiles
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

MOST_GROUPS: Final = 10

Read = Callable[[Figures], float | Decimal | None]


def head(page: SalesPage, words: Words) -> Markup:
    """The page's name and question, and the days of which it tells."""
    told = None
    if page.period:
        told = words.say(N_("{first} to {last}"), first=page.period.first, last=page.period.last)
    question = words.say(N_("What was sold, and what did it earn?"))
    as_of = tag("p", tag("span", told), class_="vopt-as-of") if told else None
    return page_head(words.say(N_("Sales")), question, as_of=as_of)


def sales_bar(page: SalesPage, filters: SalesFilters, words: Words, on_query: Callable[[str], None]) -> mo.Html:
    """The filter bar. `on_query` is told the address of the page after each choice. Bind it to a name of its cell."""

    def chosen(name: str) -> Callable[[object], None]:
        return lambda value: on_query(filters.but(**{name: value}).as_query())

    held: list[Any] = []
    if page.period:
        held.append(dropdown(words.say(N_("Period")), _periods(page, words), filters.period, chosen("period")))
    if len(page.people) > 1:
        people: dict[str, object] = {words.say(N_("Everybody")): None}
        people |= {plain(str(one.title), 48): one.value for one in page.people}
        held.append(dropdown(words.say(N_("Person")), people, filters.person, chosen("person")))
    if page.catalogues:
        catalogues = {words.say(N_("All catalogues")): None, **counted(page.catalogues, words)}
        held.append(dropdown(words.say(N_("Catalogue")), catalogues, filters.catalog, chosen("catalog")))
    if len(page.currencies) > 1:
        known: dict[str, object] = {one: one for one in page.currencies}
        held.append(dropdown(words.say(N_("Currency")), known, page.now.currency, chosen("currency")))
    made = show(bar(*(embedded(control) for control in held)) if held else "")
    made.held = held  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def _periods(page: SalesPage, words: Words) -> dict[str, object]:
    """The periods to choose from: {shown: as the address says it}."""
    lately = {words.say(N_("30 days")): "30", words.say(N_("90 days")): "90", words.say(N_("A year")): "365"}
    return {**lately, **{str(year): str(year) for year in page.years}, words.say(N_("All")): "all"}


def missing(page: SalesPage, filters: SalesFilters, words: Words) -> Markup:
    """What is said where nothing was ever sold, and what to do next; nothing where there is something to show."""
    if page.trouble:
        return failed(page.trouble, words)
    if page.period:
        return Markup("")
    if filters != SalesFilters(period=filters.period):
        back = button_link(words.say(N_("See everybody's sales")), query_of(SalesFilters(period=filters.period)))
        return empty(words.say(N_("No sales here")), words.say(N_("This person has not sold anything yet.")), back)
    text = words.say(
        N_("Give vopt the archive that Vinted sends you, or your e-mails about sales: nothing needs to be typed.")
    )
    return empty(
        words.say(N_("No sales yet")), text, button_link(words.say(N_("Bring them in")), "/imports", primary=True)
    )


def warnings(page: SalesPage, words: Words) -> Markup:
    """Who is near the limits from which a marketplace reports her."""
    told = []
    for one in page.reported:
        counts = reported_words(one, words)
        facts = {"person": one.person, "channel": one.channel.capitalize(), "year": str(one.year), "counts": counts}
        if one.is_reported:
            text = N_("{channel} reports {person}'s sales of {year} to the tax office: {counts}.")
            told.append(notice(words.say(text, **facts), kind="warn"))
        elif one.is_near:
            text = N_("{person} is near what {channel} reports to the tax office for {year}: {counts}.")
            told.append(notice(words.say(text, **facts), kind="warn"))
    return tag("div", told, class_="vopt-stack") if told else Markup("")


def figures(page: SalesPage, words: Words) -> Markup:
    """The figures of the period beside those of the one before, each with its line."""
    if page.period is None:
        return Markup("")
    now, money = page.now.figures, page.now.currency
    days = days_words(now, words)
    each = UNKNOWN if now.average_price is None else words.money(now.average_price, money)
    things = words.count(N_("{n} thing"), N_("{n} things"), now.things)
    coming = words.count(N_("{n} sale"), N_("{n} sales"), page.waiting.sales)
    margin = words.say(N_("margin {share}"), share=share_words(now.margin, words)) if now.margin is not None else ""
    made = [
        _tile(page, N_("Sales"), words.number(now.sales), lambda of: of.sales, words=words, detail=things),
        _money_tile(page, N_("Revenue"), lambda of: of.revenue, words=words, detail=revenue_words(now, words)),
        _money_tile(
            page, N_("Received"), lambda of: of.received, words=words, detail=missing_words(now.received, words)
        ),
        _money_tile(page, N_("Profit"), lambda of: of.profit, words=words, detail=profit_words(now, words) or margin),
        _tile(page, N_("Average price"), each, lambda of: of.average_price, words=words),
        _tile(page, N_("Days until sold"), days, lambda of: of.days_on_market, words=words, better="down"),
        _tile(page, N_("Sell-through"), share_words(now.sell_through, words), lambda of: of.sell_through, words=words),
        Tile(words.say(N_("To come")), amount_words(page.waiting.revenue, money, words), detail=coming),
    ]
    return tiles(made, words)


def _money_tile(page: SalesPage, title: str, of: Callable[[Figures], Total], *, words: Words, detail: str) -> Tile:
    shown_amount = amount_words(of(page.now.figures), page.now.currency, words)
    return _tile(page, title, shown_amount, lambda figures: of(figures).amount, words=words, detail=detail)


def _tile(
    page: SalesPage, title: str, value: str, of: Read, *, words: Words, detail: str = "", better: Better = "up"
) -> Tile:
    known = [of(step) for step in page.steps.values()]
    trend = [None if value is None else float(value) for value in known]
    return Tile(words.say(title), value, detail=detail, change=_change(page, of), better=better, trend=trend)


def _change(page: SalesPage, of: Read) -> float | None:
    """Against the period before, as a share of it; None: there is nothing to compare with."""
    now, before = of(page.now.figures), of(page.before) if page.before else None
    if now is None or before is None or before <= 0:
        return None
    return float(now) / float(before) - 1


def over_time(page: SalesPage, words: Words) -> Markup:
    """The revenue over time, and how it becomes the profit."""
    if page.period is None:
        return Markup("")
    rows = pl.DataFrame(
        {
            "day": list(page.steps),
            "amount": [_number(known.revenue) for known in page.steps.values()],
            "sales": [known.sales for known in page.steps.values()],
        },
        schema={"day": pl.Date, "amount": pl.Float64, "sales": pl.Int64},
    )
    steps = {"1d": N_("by day"), "1w": N_("by week"), "1mo": N_("by month"), "1y": N_("by year")}
    note = words.say(N_("Completed sales, {step}."), step=words.say(steps[page.step]))
    chart = shown(amounts_over_time(rows, page.step, words, currency=page.now.currency))
    return grid(card(chart, title=words.say(N_("Revenue over time")), note=note), _sum_card(page, words))


def _sum_card(page: SalesPage, words: Words) -> Markup:
    """From what was agreed to what is left of it, line by line."""
    now, currency = page.now.figures, page.now.currency
    lines = (
        (N_("Revenue"), now.revenue, revenue_words(now, words)),
        (N_("Fees"), now.fees, missing_words(now.fees, words)),
        (N_("Received"), now.received, missing_words(now.received, words)),
        (N_("Cost"), now.cost, missing_words(now.cost, words)),
        (N_("Expenses"), Total(now.expenses), ""),
        (N_("Profit"), now.profit, profit_words(now, words)),
    )
    rows = pl.DataFrame(
        [(words.say(title), _number(total), note) for title, total, note in lines],
        schema={"title": pl.String, "amount": pl.Float64, "note": pl.String},
        orient="row",
    )
    title = words.say(N_("From revenue to profit"))
    columns = (
        Column("title", words.say(N_("What")), note=lambda row: row["note"]),
        Column("amount", words.say(N_("Amount")), "money", currency=currency),
    )
    told = words.say(N_("Profit is what was received less the cost of what was sold and all expenses."))
    return card(table(rows, columns, words, caption=title), title=title, note=told)


def groups(page: SalesPage, words: Words) -> Markup:
    """The revenue by person, catalogue and brand: those with the most."""
    if page.period is None:
        return Markup("")
    several = words.say(N_("not known, or several"))
    kinds: tuple[tuple[str, Groups, Mapping[Any, str]], ...] = (
        (N_("By person"), page.now.people, page.names),
        (N_("By catalogue"), page.now.catalogues, page.titles),
        (N_("By brand"), page.now.brands, {}),
    )
    cards = [
        _group_card(words.say(title), known, {**names, None: several}, page.now.currency, words=words)
        for title, known, names in kinds
    ]
    return grid(*cards, columns=3) if any(cards) else Markup("")


def _group_card(title: str, groups: Groups, names: Mapping[Any, str], currency: str, *, words: Words) -> Markup | None:
    sold = [(key, known) for key, known in groups.items() if known.sales]
    if len(sold) < 2:
        return None
    sold.sort(key=lambda one: (-(_number(one[1].revenue) or 0), -one[1].sales))
    rows = pl.DataFrame(
        [(names.get(key, str(key)), _number(known.revenue), known.sales) for key, known in sold[:MOST_GROUPS]],
        schema={"title": pl.String, "amount": pl.Float64, "sales": pl.Int64},
        orient="row",
    )
    note = words.say(N_("Revenue of completed sales."))
    if len(sold) > MOST_GROUPS:
        note = words.say(N_("Revenue of completed sales; {shown} of {n}."), shown=MOST_GROUPS, n=len(sold))
    return card(shown(amounts_by_group(rows, words, currency=currency)), title=title, note=note)


def today(page: SalesPage, words: Words) -> Markup:
    """What is in stock and how old it is, and what marketplaces count of each person."""
    if page.period is None:
        return Markup("")
    return grid(_stock_card(page, words), _reported_card(page, words))


def _stock_card(page: SalesPage, words: Words) -> Markup | None:
    stock, currency = page.stock, page.now.currency
    if not stock.things:
        return None
    rows = pl.DataFrame(
        [(age_words(age, words), age.things, _number(age.asked)) for age in stock.ageing],
        schema={"age": pl.String, "things": pl.Int64, "asked": pl.Float64},
        orient="row",
    )
    columns = (
        Column("age", words.say(N_("On sale for"))),
        Column("things", words.say(N_("Things")), "count"),
        Column("asked", words.say(N_("Asked")), "money", currency=currency),
    )
    title = words.say(N_("In stock today"))
    told = words.say(
        N_("{things}, {asked} as asked, {cost} at cost"),
        things=words.count(N_("{n} thing"), N_("{n} things"), stock.things),
        asked=amount_words(stock.stock_at_asked, currency, words),
        cost=amount_words(stock.stock_at_cost, currency, words),
    )
    if stock.stock_at_cost.missing:
        lacking = words.count(N_("{n} without a cost"), N_("{n} without a cost"), stock.stock_at_cost.missing)
        told = f"{told}, {lacking}"
    return card(table(rows, columns, words, caption=title), title=title, note=f"{told}.")


def _reported_card(page: SalesPage, words: Words) -> Markup | None:
    if not page.reported:
        return None
    counts = [
        progress(f"{plain(one.person, 60)}, {one.channel.capitalize()}: {_counted(one, words)}", share=one.share)
        for one in page.reported
    ]
    note = words.say(
        N_("Completed sales of {year}. From either limit on, marketplaces tell the tax office (DAC7)."),
        year=str(page.reported[0].year),
    )
    return card(together(counts), title=words.say(N_("What marketplaces report")), note=note)


def _counted(one: Reported, words: Words) -> str:
    told = reported_words(one, words)
    return f"{told}, {missing_words(Total(missing=one.missing), words)}" if one.missing else told


def listed(page: SalesPage, filters: SalesFilters, words: Words) -> Markup:
    """The sales one by one, the newest first, page by page."""
    if page.period is None:
        return Markup("")
    money = {"kind": "money", "currency": page.now.currency}
    columns = [
        Column("title", words.say(N_("Sold")), note=lambda row: _others(row, words)),
        Column("day", words.say(N_("Day")), "day"),
        *([Column("person", words.say(N_("Person")))] if len(page.people) > 1 else []),
        Column("state", words.say(N_("State"))),
        Column("amount", words.say(N_("Price")), **money),  # type: ignore[arg-type]
        Column("received", words.say(N_("Received")), **money),  # type: ignore[arg-type]
        Column("gain", words.say(N_("Received less cost")), **money),  # type: ignore[arg-type]
    ]
    labels = {state: words.say(label) for state, label in STATE_LABELS.items()}
    untitled = words.say(N_("a sale whose things are not known"))
    rows = page.rows.with_columns(
        pl.col("title").fill_null(untitled), pl.col("state").replace_strict(labels, return_dtype=pl.String)
    )
    title = words.say(N_("Sales one by one"))
    note = words.count(N_("{n} sale."), N_("{n} sales."), page.fitting)
    nothing = tag("p", words.say(N_("No sale of these days is like that.")))
    made = table(rows, columns, words, caption=title, empty=nothing)
    above = tag("div", _states(filters, words), class_="vopt-above")
    return card(above, made, title=title, note=note, foot=_pages(page, filters, words))


def _others(row: Mapping[str, Any], words: Words) -> str | None:
    """What else was in the parcel."""
    more = row["things"] - 1
    return words.count(N_("and {n} more thing"), N_("and {n} more things"), more) if more > 0 else None


def _states(filters: SalesFilters, words: Words) -> Markup:
    titles = [(None, words.say(N_("All"))), *((state, words.say(STATE_LABELS[state])) for state in get_args(SaleState))]
    choices = ((title, query_of(filters.but(state=state)), state == filters.state) for state, title in titles)
    return segments(choices, words.say(N_("State")))


def _pages(page: SalesPage, filters: SalesFilters, words: Words) -> Markup | None:
    """The way to the pages of the list before and after this one; None where there is but one."""
    last = max(1, -(-page.fitting // ROWS_ON_A_PAGE))
    if last == 1 and filters.page == 1:
        return None
    links = []
    if filters.page > 1:
        links.append(button_link(words.say(N_("Newer")), query_of(filters.but(page=min(filters.page - 1, last)))))
    if filters.page < last:
        links.append(button_link(words.say(N_("Older")), query_of(filters.but(page=filters.page + 1))))
    where = tag("span", words.say(N_("page {page} of {last}"), page=filters.page, last=last))
    return tag("nav", where, links, class_="vopt-actions", aria_label=words.say(N_("Pages of the list")))


def done(page: SalesPage, words: Words) -> Markup:
    """What was done in the shop lately, where something was sold."""
    return activity_card(page.activities, words) if page.period else Markup("")


def query_of(filters: SalesFilters) -> str:
    """The filters as a link of the page."""
    return "?" + filters.as_query()


def _number(total: Total) -> float | None:
    return None if total.amount is None else float(total.amount)
