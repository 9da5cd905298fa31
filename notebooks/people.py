import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def head(draw, show, words):
    show(draw.head(words))
    return


@app.cell(hide_code=True)
def answered(draw, get_moment, show):
    show(draw.told_shown(get_moment().told))
    return


@app.cell(hide_code=True)
def people(draw, fields, found, held, saving, show, words):
    form = draw.form_shown(found, fields, saving, words)
    show(draw.people_shown(found, held, form, words))
    return


@app.cell(hide_code=True)
def buttons(fields, found, hold, on_save):
    saving = hold({"": found.acts.get("", ())}, lambda act, thing: on_save(act, fields.value, found))
    return (saving,)


@app.cell(hide_code=True)
def writing(draw, found, words):
    fields = draw.fields(found, words)
    return (fields,)


@app.cell(hide_code=True)
def looking(desk, get_moment, hold, household, on_press, visitor):
    found = household.people_page(desk, visitor, get_moment())
    held = hold({thing: acts for thing, acts in found.acts.items() if thing}, on_press)
    return found, held


@app.cell(hide_code=True)
def start(PeopleMoment, failed, household, mo, open_desk, show, visitor_of):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    trouble = household.trouble_of(desk, visitor)
    mo.stop(trouble, show(failed(trouble, words)) if trouble else None)
    get_moment, set_moment = mo.state(PeopleMoment(), allow_self_loops=True)

    def on_press(act, thing):
        set_moment(household.press(desk, visitor, act, thing))

    def on_save(act, written, page):
        set_moment(household.save(desk, visitor, act, written, page=page))

    return desk, get_moment, on_press, on_save, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop import people_page as household
    from vopt_lib.schema.people_page import PeopleMoment
    from vopt_lib.ui import people as draw
    from vopt_lib.ui.buttons import buttons as hold
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.states import failed
    from vopt_lib.ui.visitor import visitor_of

    return PeopleMoment, draw, failed, hold, household, mo, open_desk, show, visitor_of


if __name__ == "__main__":
    app.run()
