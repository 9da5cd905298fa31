import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def head(draw, show, words):
    show(draw.head(words))
    return


@app.cell(hide_code=True)
def now(beat, desk, draw, happening, page, see, show, words):
    _ = beat.value
    going_on = happening(desk)
    see(going_on.mark)
    show(draw.news(going_on, page, beat, words))
    return


@app.cell(hide_code=True)
def rungs(draw, held, page, show, words):
    show(draw.ladder(page, held, words))
    return


@app.cell(hide_code=True)
def used(draw, page, show, words):
    show(draw.usage(page, words))
    return


@app.cell(hide_code=True)
def looking(assistant_page, desk, get_moment, hold, on_press, visitor):
    page = assistant_page(desk, visitor, get_moment())
    held = hold(page.acts, on_press)
    return held, page


@app.cell(hide_code=True)
def start(first_moment, mo, noticed, open_desk, press, visitor_of):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    beat = mo.ui.refresh(default_interval="1s")
    get_moment, set_moment = mo.state(first_moment(desk), allow_self_loops=True)

    def see(mark):
        if mark != get_moment().seen:
            set_moment(noticed(get_moment(), mark))

    def on_press(act, thing):
        set_moment(press(desk, visitor, act, thing))

    return beat, desk, get_moment, on_press, see, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.assistant_page import assistant_page, first_moment, happening, noticed, press
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.ui import assistant as draw
    from vopt_lib.ui.buttons import buttons as hold
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.visitor import visitor_of

    return (
        assistant_page,
        draw,
        first_moment,
        happening,
        hold,
        mo,
        noticed,
        open_desk,
        press,
        show,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
