import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(draw, page, show, words):
    show(draw.head(page, words))
    return


@app.cell(hide_code=True)
def dropping(draw, moves, words):
    box = draw.photo_box(words, moves.arrived, most_mb=moves.most_mb)
    box
    return (box,)


@app.cell(hide_code=True)
def answered(asked, draw, page, show, words):
    show(draw.answer(page, asked, words))
    return


@app.cell(hide_code=True)
def narrowing(asked, draw, page, set_query, words):
    bar = draw.similar_bar(page, asked, words, set_query)
    bar
    return (bar,)


@app.cell(hide_code=True)
def nothing(asked, draw, page, show, words):
    show(draw.missing(page, asked, words))
    return


@app.cell(hide_code=True)
def alike(asked, draw, page, show, words):
    show(draw.look_alikes(page, asked, words))
    return


@app.cell(hide_code=True)
def own_things(draw, page, show, words):
    show(draw.own(page, words))
    return


@app.cell(hide_code=True)
def place(address, asked, look, set_query):
    here = address(asked.as_query(), set_query, look)
    here
    return (here,)


@app.cell(hide_code=True)
def looking(
    SimilarAddress,
    desk,
    get_brought,
    get_published,
    get_query,
    similar_page,
    visitor,
):
    _ = get_published()
    asked = SimilarAddress.from_query(get_query())
    page = similar_page(desk, visitor, asked, get_brought())
    return asked, page


@app.cell(hide_code=True)
def start(Moves, Remembered, mo, open_desk, visitor_of):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    get_query, set_query = mo.state(mo.query_params().to_dict())
    get_brought, set_brought = mo.state(None)
    get_published, set_published = mo.state(desk.lake.published())
    moves = Moves(desk, visitor, brought=Remembered(get_brought, set_brought), query=Remembered(get_query, set_query))

    def look():
        if desk.lake.published() != get_published():
            set_published(desk.lake.published())

    return (
        desk,
        get_brought,
        get_published,
        get_query,
        look,
        moves,
        set_query,
        visitor,
        words,
    )


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.inventory_moves import Remembered
    from vopt_lib.desk.similar_page import Moves, similar_page
    from vopt_lib.schema.filters import SimilarAddress
    from vopt_lib.ui import similar as draw
    from vopt_lib.ui.address import address
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.visitor import visitor_of

    return (
        Moves,
        Remembered,
        SimilarAddress,
        address,
        draw,
        mo,
        open_desk,
        show,
        similar_page,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
