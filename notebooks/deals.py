import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(deals, page, show, words):
    show(deals.head(page, words))
    return


@app.cell(hide_code=True)
def narrowing(deals, filters, page, set_query, words):
    bar = deals.deals_bar(page, filters, words, set_query)
    bar
    return (bar,)


@app.cell(hide_code=True)
def nothing(deals, filters, page, show, words):
    show(deals.missing(page, filters, words))
    return


@app.cell(hide_code=True)
def found(deals, page, show, words):
    show(deals.ranking(page, words))
    return


@app.cell(hide_code=True)
def place(address, filters, look, set_query):
    here = address(filters.as_query(), set_query, look)
    here
    return (here,)


@app.cell(hide_code=True)
def looking(DealFilters, deals_page, desk, get_published, get_query):
    _ = get_published()
    filters = DealFilters.from_query(get_query())
    page = deals_page(desk, filters)
    return filters, page


@app.cell(hide_code=True)
def start(mo, open_desk, visitor_of):
    words = visitor_of(mo.app_meta().request).words
    desk = open_desk()
    get_query, set_query = mo.state(mo.query_params().to_dict())
    get_published, set_published = mo.state(desk.lake.published())

    def look():
        if desk.lake.published() != get_published():
            set_published(desk.lake.published())

    return desk, get_published, get_query, look, set_query, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.deals import deals_page
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.schema.filters import DealFilters
    from vopt_lib.ui import deals
    from vopt_lib.ui.address import address
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.visitor import visitor_of

    return (
        DealFilters,
        address,
        deals,
        deals_page,
        mo,
        open_desk,
        show,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
