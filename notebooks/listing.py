import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(listing, page, show, words):
    show(listing.head(page, words))
    return


@app.cell(hide_code=True)
def nothing(listing, page, show, words):
    show(listing.missing(page, words))
    return


@app.cell(hide_code=True)
def known(listing, page, show, words):
    show(listing.facts(page, words))
    return


@app.cell(hide_code=True)
def worth(listing, page, show, words):
    show(listing.fair_price(page, words))
    return


@app.cell(hide_code=True)
def over_time(listing, page, show, words):
    show(listing.history(page, words))
    return


@app.cell(hide_code=True)
def how_fast(listing, page, show, words):
    show(listing.selling(page, words))
    return


@app.cell(hide_code=True)
def others(listing, page, show, words):
    show(listing.comparables(page, words))
    return


@app.cell(hide_code=True)
def place(address, asked, look, set_query):
    here = address(asked.as_query(), set_query, look)
    here
    return (here,)


@app.cell(hide_code=True)
def looking(ListingAddress, desk, get_published, get_query, listing_page):
    _ = get_published()
    asked = ListingAddress.from_query(get_query())
    page = listing_page(desk, asked)
    return asked, page


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

    from vopt_lib.desk.comparables import listing_page
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.schema.filters import ListingAddress
    from vopt_lib.ui import listing
    from vopt_lib.ui.address import address
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.visitor import visitor_of

    return (
        ListingAddress,
        address,
        listing,
        listing_page,
        mo,
        open_desk,
        show,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
