import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def answered(draw, page, show, words):
    show(draw.head(page, words))
    return


@app.cell(hide_code=True)
def judged(draw, page, show, words):
    show(draw.answer(page, words))
    return


@app.cell(hide_code=True)
def figures(draw, page, show, words):
    show(draw.known(page, words))
    return


@app.cell(hide_code=True)
def searched(draw, page, show, words):
    show(draw.searched(page, words))
    return


@app.cell(hide_code=True)
def missing(draw, page, show, words):
    show(draw.gaps(page, words))
    return


@app.cell(hide_code=True)
def checked(draw, page, show, words):
    show(draw.checks(page, words))
    return


@app.cell(hide_code=True)
def against_last_week(draw, page, show, words):
    show(draw.drifts(page, words))
    return


@app.cell(hide_code=True)
def last_weeks(draw, page, show, words):
    show(draw.rounds(page, words))
    return


@app.cell(hide_code=True)
def how_right(draw, page, show, words):
    show(draw.rightness(page, words))
    return


@app.cell(hide_code=True)
def place(address, look, set_query):
    here = address("", set_query, look)
    here
    return (here,)


@app.cell(hide_code=True)
def known(desk, get_mark, get_query, quality_page, words):
    _ = get_mark(), get_query()
    page = quality_page(desk, words)
    return (page,)


@app.cell(hide_code=True)
def start(mark_of, mo, open_desk, visitor_of):
    words = visitor_of(mo.app_meta().request).words
    desk = open_desk()
    get_query, set_query = mo.state("")
    get_mark, set_mark = mo.state(mark_of(desk))

    def look():
        if mark_of(desk) != get_mark():
            set_mark(mark_of(desk))

    return desk, get_mark, get_query, look, set_query, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.home import mark_of
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.quality_page import quality_page
    from vopt_lib.ui import quality as draw
    from vopt_lib.ui.address import address
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.visitor import visitor_of

    return address, draw, mark_of, mo, open_desk, quality_page, show, visitor_of


if __name__ == "__main__":
    app.run()
