import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(draw, page, show, words):
    show(draw.head(page, words))
    return


@app.cell(hide_code=True)
def nothing(draw, page, show, words):
    show(draw.missing(page, words))
    return


@app.cell(hide_code=True)
def how_good(draw, page, show, words):
    show(draw.answer(page, words))
    return


@app.cell(hide_code=True)
def told_beside_asked(draw, page, show, words):
    show(draw.agreement(page, words))
    return


@app.cell(hide_code=True)
def where_wrong(draw, page, show, words):
    show(draw.where_wrong(page, words))
    return


@app.cell(hide_code=True)
def learnt_from(draw, page, show, words):
    show(draw.model_card(page, words))
    return


@app.cell(hide_code=True)
def kept(draw, page, use, words):
    models = draw.versions(page, words, on_use=use)
    models
    return (models,)


@app.cell(hide_code=True)
def looking(desk, get_told, price_model_page, visitor):
    page = price_model_page(desk, visitor, told=get_told())
    return (page,)


@app.cell(hide_code=True)
def start(mo, open_desk, take_model, visitor_of):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    get_told, set_told = mo.state(None)

    def use(version):
        set_told(take_model(desk, visitor, version))

    return desk, get_told, use, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.price_model_page import price_model_page, take_model
    from vopt_lib.ui import price_model as draw
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.visitor import visitor_of

    return draw, mo, open_desk, price_model_page, show, take_model, visitor_of


if __name__ == "__main__":
    app.run()
