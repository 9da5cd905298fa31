import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(page, price, show, words):
    show(price.head(page, words))
    return


@app.cell(hide_code=True)
def thing(asked, page, price_bar, set_query, words):
    fields = price_bar(page, asked, words, set_query)
    fields
    return (fields,)


@app.cell(hide_code=True)
def nothing(page, price, show, words):
    show(price.missing(page, words))
    return


@app.cell(hide_code=True)
def worth(page, price, show, words):
    show(price.answer(page, words))
    return


@app.cell(hide_code=True)
def offered(page, price, show, words):
    show(price.offer(page, words))
    return


@app.cell(hide_code=True)
def over_price(page, price, show, words):
    show(price.curves(page, words))
    return


@app.cell(hide_code=True)
def why(page, price, show, words):
    show(price.why(page, words))
    return


@app.cell(hide_code=True)
def others(page, price, show, words):
    show(price.others(page, words))
    return


@app.cell(hide_code=True)
def place(address, asked, look, set_query):
    here = address(asked.as_query(), set_query, look)
    here
    return (here,)


@app.cell(hide_code=True)
def looking(PriceFilters, desk, get_published, get_query, price_page, visitor):
    _ = get_published()
    asked = PriceFilters.from_query(get_query())
    page = price_page(desk, visitor, asked)
    return asked, page


@app.cell(hide_code=True)
def start(mo, open_desk, visitor_of):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    get_query, set_query = mo.state(mo.query_params().to_dict())
    get_published, set_published = mo.state(desk.lake.published())

    def look():
        if desk.lake.published() != get_published():
            set_published(desk.lake.published())

    return desk, get_published, get_query, look, set_query, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.price_page import price_page
    from vopt_lib.schema.filters import PriceFilters
    from vopt_lib.ui import price
    from vopt_lib.ui.address import address
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.price_bar import price_bar
    from vopt_lib.ui.visitor import visitor_of

    return (
        PriceFilters,
        address,
        mo,
        open_desk,
        price,
        price_bar,
        price_page,
        show,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
