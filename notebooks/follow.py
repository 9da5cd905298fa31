import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def head(draw, found, held, show, words):
    show(draw.head(found, held, words))
    return


@app.cell(hide_code=True)
def happening(beat, desk, draw, get_moment, hold, may, news, on_press, see, show, words):
    _ = beat.value
    now = news.news(desk, words, get_moment().told, may_change=may)
    offered = hold(now.acts, on_press)
    see(now.mark)
    show(draw.news_shown(now, offered, beat, words))
    return (offered,)


@app.cell(hide_code=True)
def searches(draw, found, get_moment, held, show, words):
    show(draw.searches_shown(found, held, get_moment().sure, words))
    return


@app.cell(hide_code=True)
def choosing(adding, catalogue, draft, draw, may, others, reading, show, sizes, words):
    chosen = draw.fields(draft.way, catalogue, sizes, others)
    show(draw.chooser(draft, reading, adding, words, fields=chosen) if may else None)
    return


@app.cell(hide_code=True)
def place(address, draft, set_start):
    here = address(draft.as_query(), set_start)
    here
    return (here,)


@app.cell(hide_code=True)
def reading_back(begun, catalogue, desk, drafts, get_moment, hold, on_follow, others, sizes, words):
    get_moment()
    draft = drafts.draft_of(begun.way, {**others.value, "catalog": catalogue.value, "size": sizes.value})
    reading = drafts.read_back(desk, draft, words)
    adding = hold(reading.acts, lambda act, thing: on_follow(draft))
    return adding, draft, reading


@app.cell(hide_code=True)
def sizing(begun, catalogue, desk, draw, suggest, words):
    sizes = draw.size_field(begun, catalogue.value, suggest.sizes(desk, catalogue.value), words)
    return (sizes,)


@app.cell(hide_code=True)
def beginning(desk, draw, drafts, get_start, suggest, words):
    begun = drafts.draft_at(get_start())
    catalogue = draw.catalogue_field(begun, suggest.catalogues(desk), words)
    others = draw.other_fields(begun, suggest.brands(desk), suggest.conditions(words), words)
    return begun, catalogue, others


@app.cell(hide_code=True)
def looking(desk, get_moment, hold, may, on_press, watched, words):
    found = watched.searches(desk, words, may_change=may, sure=get_moment().sure)
    held = hold(found.acts, on_press)
    return found, held


@app.cell(hide_code=True)
def start(failed, mo, open_desk, pressed, show, visitor_of, watched):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words, may = visitor.words, visitor.role == "admin"
    trouble = watched.trouble_of(desk, words)
    mo.stop(trouble, show(failed(trouble, words)) if trouble else None)
    beat = mo.ui.refresh(default_interval="1s")
    get_start, set_start = mo.state(mo.query_params().to_dict())
    get_moment, set_moment = mo.state(pressed.first_moment(desk), allow_self_loops=True)

    def see(mark):
        if mark != get_moment().seen:
            set_moment(pressed.noticed(mark))

    def on_press(act, thing):
        set_moment(pressed.press(desk, visitor, act, thing))

    def on_follow(draft):
        goes_on, left = pressed.press_follow(desk, visitor, draft)
        set_moment(goes_on)
        set_start(left)

    return beat, desk, get_moment, get_start, may, on_follow, on_press, see, set_start, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk import draft as drafts
    from vopt_lib.desk import news, pressed, suggest, watched
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.ui import searches as draw
    from vopt_lib.ui.address import address
    from vopt_lib.ui.buttons import buttons as hold
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.states import failed
    from vopt_lib.ui.visitor import visitor_of

    return address, draw, drafts, failed, hold, mo, news, open_desk, pressed, show, suggest, visitor_of, watched


if __name__ == "__main__":
    app.run()
