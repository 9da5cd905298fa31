import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(filters, market, page, show, words):
    show(market.head(page, filters, words))
    return


@app.cell(hide_code=True)
def narrowing(filters, market_bar, page, set_query, words):
    bar = market_bar(filters, page.choices, words, set_query)
    bar
    return (bar,)


@app.cell(hide_code=True)
def nothing(filters, market, page, show, words):
    show(market.missing(page, filters, words))
    return


@app.cell(hide_code=True)
def everything(filters, market, page, show, words):
    show(market.overview(page, filters, words))
    return


@app.cell(hide_code=True)
def moving(market, page, show, words):
    show(market.figures(page, words))
    return


@app.cell(hide_code=True)
def trending(desk, filters, page, show, trend_of, trend_section, words):
    show(trend_section(trend_of(desk, filters), words) if page.prices else None)
    return


@app.cell(hide_code=True)
def asked_today(chart, embedded, filters, market, page, show, words):
    show(market.spread(page, filters, None if chart is None else embedded(chart), words))
    return


@app.cell(hide_code=True)
def how_fast(desk, filters, page, selling, selling_section, show, words):
    show(selling_section(selling(desk, filters), page, filters, words))
    return


@app.cell(hide_code=True)
def on_sale(between, embedded, filters, market, more, page, show, shown_listings, words):
    fields = [embedded(field) for field in between]
    show(market.listings(page, filters, words, most=shown_listings, more=embedded(more), between=fields))
    return


@app.cell(hide_code=True)
def by_brand(filters, market, page, show, words):
    show(market.brands(page, filters, words))
    return


@app.cell(hide_code=True)
def by_group(market, page, show, words):
    show(market.groups(page, words))
    return


@app.cell(hide_code=True)
def over_time(market, page, show, words):
    show(market.history(page, words))
    return


@app.cell(hide_code=True)
def place(address, filters, look, set_query):
    here = address(filters.as_query(), set_query, look)
    here
    return (here,)


@app.cell(hide_code=True)
def picking(filters, market, page, price_fields, set_query, words):
    chart = market.spread_chart(page, filters, words, set_query)
    between = price_fields(filters, words, set_query)
    return between, chart


@app.cell(hide_code=True)
def offering(filters, more_button, set_more, shown_listings, words):
    more = more_button(shown_listings, filters, words, set_more)
    return (more,)


@app.cell(hide_code=True)
def counting(filters, get_more, listings_shown):
    shown_listings = listings_shown(get_more(), filters)
    return (shown_listings,)


@app.cell(hide_code=True)
def looking(MarketFilters, desk, get_published, get_query, market_page):
    _ = get_published()
    filters = MarketFilters.from_query(get_query())
    page = market_page(desk, filters)
    return filters, page


@app.cell(hide_code=True)
def start(mo, open_desk, visitor_of):
    words = visitor_of(mo.app_meta().request).words
    desk = open_desk()
    get_query, set_query = mo.state(mo.query_params().to_dict())
    get_more, set_more = mo.state(None)
    get_published, set_published = mo.state(desk.lake.published())

    def look():
        if desk.lake.published() != get_published():
            set_published(desk.lake.published())

    return desk, get_more, get_published, get_query, look, set_more, set_query, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.prices import market_page
    from vopt_lib.desk.selling import selling
    from vopt_lib.desk.trends import trend_of
    from vopt_lib.schema.filters import MarketFilters
    from vopt_lib.ui import market
    from vopt_lib.ui.address import address
    from vopt_lib.ui.filters import listings_shown, market_bar, more_button, price_fields
    from vopt_lib.ui.markup import embedded, show
    from vopt_lib.ui.selling import section as selling_section
    from vopt_lib.ui.trends import section as trend_section
    from vopt_lib.ui.visitor import visitor_of

    return (
        MarketFilters,
        address,
        embedded,
        listings_shown,
        market,
        market_bar,
        market_page,
        mo,
        more_button,
        open_desk,
        price_fields,
        selling,
        selling_section,
        show,
        trend_of,
        trend_section,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
