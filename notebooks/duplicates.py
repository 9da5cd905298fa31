import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(draw, page, show, told, words):
    show(draw.head(page, words, told.summary(page.found, words)))
    return


@app.cell(hide_code=True)
def answered(draw, get_moment, held, page, show):
    show(draw.answered(get_moment(), page, held))
    return


@app.cell(hide_code=True)
def nothing(draw, page, show, told, words):
    show(draw.missing(page, words, told.nothing_waits(page.found, words)))
    return


@app.cell(hide_code=True)
def waiting(draw, held, page, show, told, words):
    show(draw.queue(page, held, words, what=told.what, next_step=told.next_step))
    return


@app.cell(hide_code=True)
def before(draw, held, page, show, told, words):
    show(draw.decided(page, held, words, next_step=told.next_step))
    return


@app.cell(hide_code=True)
def looking(desk, duplicates_page, get_moment, hold, on_press, visitor):
    page = duplicates_page(desk, visitor, get_moment())
    held = hold(page.acts, on_press)
    return held, page


@app.cell(hide_code=True)
def start(DuplicatesMoment, mo, open_desk, press, visitor_of):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    get_moment, set_moment = mo.state(DuplicatesMoment(), allow_self_loops=True)

    def on_press(act, thing):
        set_moment(lambda moment: press(desk, visitor, act, thing, moment=moment))

    return desk, get_moment, on_press, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk import duplicates_told as told
    from vopt_lib.desk.duplicates_page import duplicates_page, press
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.schema.duplicates_page import DuplicatesMoment
    from vopt_lib.ui import duplicates as draw
    from vopt_lib.ui.buttons import buttons as hold
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.visitor import visitor_of

    return (
        DuplicatesMoment,
        draw,
        duplicates_page,
        hold,
        mo,
        open_desk,
        press,
        show,
        told,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
