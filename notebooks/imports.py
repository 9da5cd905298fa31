import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(draw, get_told, show, words):
    show(draw.head(words), draw.answer(get_told()))
    return


@app.cell(hide_code=True)
def dropping(Chosen, desk, draw, set_chosen, set_told, upload_box, words):
    def arrived(upload_id, name):
        set_told(None)
        set_chosen(Chosen(upload_id, name))

    box = upload_box(
        words, arrived, most_mb=desk.settings.upload_max_mb, hint=draw.brought(words), accept=draw.ACCEPTED
    )
    box
    return (box,)


@app.cell(hide_code=True)
def holds(columns, desk, draw, get_chosen, hold, login, looked, member, said, show, take_in, words):
    def on_press(act, thing):
        said(take_in(desk, member, get_chosen(), words))

    taking = hold(looked.acts if looked else {}, on_press)
    shown = looked and draw.looked_shown(looked, get_chosen(), taking, login=login, columns=columns, words=words)
    show(shown or None)
    return (taking,)


@app.cell(hide_code=True)
def asked(answering, draw, page, picks, show, words):
    show(draw.questions(page, answering, picks, words))
    return


@app.cell(hide_code=True)
def before(draw, page, show, words):
    show(draw.below(page.earlier, words))
    return


@app.cell(hide_code=True)
def columns_changed(columns, get_chosen, login, looked, replace, set_chosen):
    _mapping = {name: head for name, head in columns.value.items() if head}
    if looked and looked.table and _mapping != dict(looked.table.columns):
        set_chosen(replace(get_chosen(), columns=_mapping))
    if looked and looked.needs_login and login.value:
        set_chosen(replace(get_chosen(), login=login.value.strip()))
    return


@app.cell(hide_code=True)
def fields(Chosen, draw, get_chosen, looked, page, words):
    chosen_now = get_chosen() or Chosen("", "")
    login = draw.login_field(page.logins, chosen_now, words)
    columns = draw.column_fields(looked)
    return columns, login


@app.cell(hide_code=True)
def looking_into(desk, get_chosen, look_into, member, words):
    looked = look_into(desk, member, get_chosen(), words) if get_chosen() else None
    return (looked,)


@app.cell(hide_code=True)
def answering_back(desk, draw, hold, member, page, press, set_told, set_turn, words):
    picks = draw.listing_picks(page, words)

    def on_answer(act, review_id):
        picked = picks[review_id].value if act == "link" and review_id in picks.elements else ""
        set_told(press(desk, member, f"{act} {picked or ''}".strip(), review_id, words=words))
        set_turn(lambda turn: turn + 1)

    answering = hold(page.acts, on_answer)
    return answering, picks


@app.cell(hide_code=True)
def looking(desk, get_turn, imports_page, member, words):
    _ = get_turn()
    page = imports_page(desk, member, words)
    return (page,)


@app.cell(hide_code=True)
def start(member_of, mo, open_desk, visitor_of):
    visitor = visitor_of(mo.app_meta().request)
    words, desk = visitor.words, open_desk()
    member = member_of(desk, visitor)
    get_chosen, set_chosen = mo.state(None)
    get_told, set_told = mo.state(None)
    get_turn, set_turn = mo.state(0)

    def said(told):
        set_told(told)
        if told.kind != "bad":
            set_chosen(None)
        set_turn(lambda turn: turn + 1)

    return desk, get_chosen, get_told, get_turn, member, said, set_chosen, set_told, set_turn, words


@app.cell(hide_code=True)
def loading():
    from dataclasses import replace

    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.imports_page import imports_page, look_into, press, take_in
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.schema.imports_page import Chosen
    from vopt_lib.ui import imports as draw
    from vopt_lib.ui.buttons import buttons as hold
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.upload import upload_box
    from vopt_lib.ui.visitor import visitor_of

    return (
        Chosen,
        draw,
        hold,
        imports_page,
        look_into,
        member_of,
        mo,
        open_desk,
        press,
        replace,
        show,
        take_in,
        upload_box,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
