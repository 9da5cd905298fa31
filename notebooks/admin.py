import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def head(draw, show, words):
    show(draw.head(words))
    return


@app.cell(hide_code=True)
def answered(draw, get_moment, show):
    show(draw.told_shown(get_moment()))
    return


@app.cell(hide_code=True)
def well(admin, desk, draw, rest_is_drawn, show, visitor, words):
    _ = rest_is_drawn
    show(draw.health_shown(admin.health(desk, visitor), words))
    return


@app.cell(hide_code=True)
def people(draw, found, held, show, words):
    show(draw.people_shown(found, held, words))
    return


@app.cell(hide_code=True)
def ran(admin, desk, draw, found, show, visitor, words):
    show(draw.ran(found, admin.runs_of(desk, visitor), words))
    return


@app.cell(hide_code=True)
def kept_safe(draw, found, held, show, words):
    show(draw.kept_safe(found, held, words))
    return


@app.cell(hide_code=True)
def done(draw, found, show, words):
    rest_is_drawn = True
    show(draw.done_shown(found, words))
    return (rest_is_drawn,)


@app.cell(hide_code=True)
def room(desk, draw, rest_is_drawn, show, storage_of, words):
    _ = rest_is_drawn
    show(draw.storage_shown(storage_of(desk), words))
    return


@app.cell(hide_code=True)
def looking(admin, desk, get_moment, hold, on_press, visitor):
    _ = get_moment()
    found = admin.admin_page(desk, visitor)
    held = hold(found.acts, on_press)
    return found, held


@app.cell(hide_code=True)
def start(AdminMoment, admin, failed, mo, open_desk, show, visitor_of):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    trouble = admin.trouble_of(desk, visitor)
    mo.stop(trouble, show(failed(trouble, words)) if trouble else None)
    get_moment, set_moment = mo.state(AdminMoment(), allow_self_loops=True)

    def on_press(act, thing):
        set_moment(admin.press(desk, visitor, act, thing))

    return desk, get_moment, on_press, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk import admin_page as admin
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.storage import storage_of
    from vopt_lib.schema.admin_page import AdminMoment
    from vopt_lib.ui import admin as draw
    from vopt_lib.ui.buttons import buttons as hold
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.states import failed
    from vopt_lib.ui.visitor import visitor_of

    return AdminMoment, admin, draw, failed, hold, mo, open_desk, show, storage_of, visitor_of


if __name__ == "__main__":
    app.run()
