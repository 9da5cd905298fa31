import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def head(page, show, stock, words):
    fresh = {"published_at": stock.published_at, "newest_day": stock.newest_day, "share_seen": stock.share_seen}
    show(page.head(words, **fresh))
    return


@app.cell(hide_code=True)
def place(address, go, query):
    here = address(query, go)
    here
    return


@app.cell(hide_code=True)
def nothing(failed, mo, page, show, stock, words):
    mo.stop(not stock.is_empty)
    show(failed(stock.trouble, words) if stock.trouble else page.nothing_to_ask(words))
    return


@app.cell(hide_code=True)
def writing(editor, examples, page, run, show, words, written):
    show(page.writing(editor, run, written, words, examples=examples()))
    return


@app.cell(hide_code=True)
def answer(FILE_KINDS, VoptError, ask, asked, desk, failed, file_of, mo, page, show, visitor, words):
    mo.stop(asked is None)
    mo.output.replace(show(page.under_way(words)))
    try:
        result = ask(desk, asked, visitor)
        files = [file_of(result.frame, kind) for kind in FILE_KINDS]
        told = page.answer(result.frame, words, seconds=result.seconds, is_truncated=result.is_truncated, files=files)
    except VoptError as error:
        told = failed(error, words)
    show(told)
    return


@app.cell(hide_code=True)
def tables(page, show, stock, words):
    show(page.explained(stock.rows, words))
    return


@app.cell(hide_code=True)
def controls(draft, get_written, page, start_asking, words):
    written = get_written()
    editor = page.editor(written, draft.write, words)
    run = page.run_button(start_asking, words)
    return editor, run, written


@app.cell(hide_code=True)
def moves(draft, query_of, set_asked, set_query, set_written, sql_of):
    def go(query):
        set_written(draft.replaced_by(sql_of(query)))
        set_asked(None)
        set_query(query)

    def start_asking(_):
        set_asked(draft.text)
        set_query(query_of(draft.text))

    return go, start_asking


@app.cell(hide_code=True)
def files(desk, file_bytes, file_name, page, partial, visitor, words):
    def file_of(rows, kind):
        make, name = partial(file_bytes, rows, kind, visitor.language), file_name(desk, kind)
        return page.file_button(make, words, title=kind.title, name=name, media_type=kind.media_type)

    return (file_of,)


@app.cell(hide_code=True)
def now(desk, get_asked, get_query, shelf):
    query, asked = get_query(), get_asked()
    stock = shelf(desk)
    return asked, query, stock


@app.cell(hide_code=True)
def start(examples, mo, open_desk, page, query_of, sql_of, visitor_of):
    visitor = visitor_of(mo.app_meta().request)
    words = visitor.words
    desk = open_desk()
    given = sql_of(mo.query_params().to_dict())
    draft = page.Draft(given or page.asked(examples()[0], words))
    get_query, set_query = mo.state(query_of(given))
    get_written, set_written = mo.state(draft.shown)
    get_asked, set_asked = mo.state(None)
    return desk, draft, get_asked, get_query, get_written, set_asked, set_query, set_written, visitor, words


@app.cell(hide_code=True)
def loading():
    from functools import partial

    import marimo as mo

    from vopt_lib.desk.ask import ask
    from vopt_lib.desk.download import FILE_KINDS, file_bytes, file_name
    from vopt_lib.desk.examples import examples
    from vopt_lib.desk.explain import shelf
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.errors import VoptError
    from vopt_lib.schema.asking import query_of, sql_of
    from vopt_lib.ui import sql as page
    from vopt_lib.ui.address import address
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.states import failed
    from vopt_lib.ui.visitor import visitor_of

    return (
        FILE_KINDS,
        VoptError,
        address,
        ask,
        examples,
        failed,
        file_bytes,
        file_name,
        mo,
        open_desk,
        page,
        partial,
        query_of,
        shelf,
        show,
        sql_of,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
