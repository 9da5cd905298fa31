import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(page, sales, show, words):
    show(sales.head(page, words))
    return


@app.cell(hide_code=True)
def narrowing(filters, page, sales, set_query, words):
    bar = sales.sales_bar(page, filters, words, set_query)
    bar
    return (bar,)


@app.cell(hide_code=True)
def nothing(filters, page, sales, show, words):
    show(sales.missing(page, filters, words), sales.warnings(page, words))
    return


@app.cell(hide_code=True)
def earned(page, sales, show, words):
    show(sales.figures(page, words))
    return


@app.cell(hide_code=True)
def when(page, sales, show, words):
    show(sales.over_time(page, words))
    return


@app.cell(hide_code=True)
def of_what(page, sales, show, words):
    show(sales.groups(page, words))
    return


@app.cell(hide_code=True)
def left(page, sales, show, words):
    show(sales.today(page, words))
    return


@app.cell(hide_code=True)
def one_by_one(filters, page, sales, show, words):
    show(sales.listed(page, filters, words))
    return


@app.cell(hide_code=True)
def taken_along(filters, page, sales_files, show, words):
    show(sales_files(page, filters, words))
    return


@app.cell(hide_code=True)
def done(page, sales, show, words):
    show(sales.done(page, words))
    return


@app.cell(hide_code=True)
def place(address, filters, look, set_query):
    here = address(filters.as_query(), set_query, look)
    here
    return (here,)


@app.cell(hide_code=True)
def looking(SalesFilters, desk, get_changed, get_query, sales_page, visitor):
    _ = get_changed()
    filters = SalesFilters.from_query(get_query())
    page = sales_page(desk, visitor, filters)
    return filters, page


@app.cell(hide_code=True)
def start(mo, newest_change, open_desk, visitor_of):
    visitor = visitor_of(mo.app_meta().request)
    words = visitor.words
    desk = open_desk()
    get_query, set_query = mo.state(mo.query_params().to_dict())
    get_changed, set_changed = mo.state(newest_change(desk))

    def look():
        if newest_change(desk) != get_changed():
            set_changed(newest_change(desk))

    return desk, get_changed, get_query, look, set_query, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.sales import newest_change, sales_page
    from vopt_lib.schema.filters import SalesFilters
    from vopt_lib.ui import sales
    from vopt_lib.ui.address import address
    from vopt_lib.ui.files import sales_files
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.visitor import visitor_of

    return (
        SalesFilters,
        address,
        mo,
        newest_change,
        open_desk,
        sales,
        sales_files,
        sales_page,
        show,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
