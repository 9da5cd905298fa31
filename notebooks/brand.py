import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(brand, filters, page, show, words):
    show(brand.head(page, filters, words))
    return


@app.cell(hide_code=True)
def narrowing(brand_bar, filters, page, set_query, words):
    bar = brand_bar(filters, page, words, set_query)
    bar
    return (bar,)


@app.cell(hide_code=True)
def nothing(brand, filters, page, show, words):
    show(brand.missing(page, filters, words))
    return


@app.cell(hide_code=True)
def to_choose_from(brand, filters, page, show, words):
    show(brand.known_brands(page, filters, words))
    return


@app.cell(hide_code=True)
def by_catalogue(brand, filters, page, show, words):
    show(brand.shelves(page, filters, words))
    return


@app.cell(hide_code=True)
def in_one_catalogue(brand, filters, page, show, words):
    show(brand.figures(page, filters, words))
    return


@app.cell(hide_code=True)
def moving(brand, page, show, words):
    show(brand.moving(page, words))
    return


@app.cell(hide_code=True)
def demanded(brand, page, show, words):
    show(brand.wanted(page, words))
    return


@app.cell(hide_code=True)
def by_group(brand, page, show, words):
    show(brand.groups(page, words))
    return


@app.cell(hide_code=True)
def newest_listings(brand, filters, page, show, words):
    show(brand.newest(page, filters, words))
    return


@app.cell(hide_code=True)
def place(address, filters, look, set_query):
    here = address(filters.as_query(), set_query, look)
    here
    return (here,)


@app.cell(hide_code=True)
def looking(MarketFilters, brand_page, desk, get_published, get_query):
    _ = get_published()
    filters = MarketFilters.from_query(get_query())
    page = brand_page(desk, filters)
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

    from vopt_lib.desk.brands import brand_page
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.schema.filters import MarketFilters
    from vopt_lib.ui import brand
    from vopt_lib.ui.address import address
    from vopt_lib.ui.filters import brand_bar
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.visitor import visitor_of

    return (
        MarketFilters,
        address,
        brand,
        brand_bar,
        brand_page,
        mo,
        open_desk,
        show,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
