import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(draw, now, page, show, words):
    show(draw.head(page, now, words))
    return


@app.cell(hide_code=True)
def told(answer_buttons, answered, draw, moves, show, words):
    undoing = {
        "on_undo": moves.undo,
        "on_restore": lambda gone: moves.press("restore", str(gone)),
        "on_photo": moves.bring_photo_back,
    }
    back = answer_buttons(answered, words, **undoing)
    show(draw.told(answered, back))
    return (back,)


@app.cell(hide_code=True)
def nothing(draw, page, show, words):
    show(draw.missing(page, words))
    return


@app.cell(hide_code=True)
def beginning(draw, moves, page, words):
    begun = draw.beginning(page, words, moves.begin, moves.press)
    begun
    return (begun,)


@app.cell(hide_code=True)
def waiting(draw, page, show, words):
    show(draw.drafts(page, words))
    return


@app.cell(hide_code=True)
def photographed(draw, moves, page, words):
    photos = draw.photos(page, moves.phone_shown(), words, on_told=moves.photo, on_press=moves.press)
    photos
    return (photos,)


@app.cell(hide_code=True)
def under_way(do, get_work, moves, words):
    do(get_work(), moves, words)
    return


@app.cell(hide_code=True)
def described(fields, moves, page, words):
    thing = fields(page, words, on_write=moves.write, on_press=moves.press)
    thing
    return (thing,)


@app.cell(hide_code=True)
def priced(finished, moves, now, price, pricing, words):
    _ = finished  # what takes longest comes last
    asking = price(now, pricing.page(now), words, on_press=moves.press)
    asking
    return (asking,)


@app.cell(hide_code=True)
def asked(asked_field, moves, page, words):
    asked = asked_field(page, words, on_write=moves.write)
    asked
    return (asked,)


@app.cell(hide_code=True)
def written(desk, health_line, health_of, moves, text, text_now, words):
    who = health_line(health_of(desk).states, words)
    writing = text(text_now, words, who=who, on_write=moves.write, on_press=moves.press)
    writing
    return (writing,)


@app.cell(hide_code=True)
def text_told(finished, now, show, told_of_text, words):
    show(told_of_text(now, finished, words))
    return


@app.cell(hide_code=True)
def ready_for_it(finished, publishing, ready, show, words):
    show(ready(finished, publishing, words))
    return


@app.cell(hide_code=True)
def done(draw, moves, page, words):
    ending = draw.foot(page, words, moves.press)
    ending
    return (ending,)


@app.cell(hide_code=True)
def place(address, moves, query):
    here = address(query, moves.go, moves.look)
    here
    return (here,)


@app.cell(hide_code=True)
def looking(get_drawn, get_query, moves):
    query, _ = get_query(), get_drawn()
    page = moves.page()
    return page, query


@app.cell(hide_code=True)
def looking_at_text(get_query, get_text, moves):
    _ = get_query(), get_text()
    text_now = moves.draft()
    return (text_now,)


@app.cell(hide_code=True)
def looking_now(get_mark, get_query, moves):
    _ = get_query(), get_mark()
    now = moves.draft()
    return (now,)


@app.cell(hide_code=True)
def publishing_it(moves, page, publishing_field, words):
    _ = page
    publishing = publishing_field(words, moves.publish)
    return (publishing,)


@app.cell(hide_code=True)
def looking_how_ready(desk, now, ready_of, visitor):
    finished = ready_of(desk, visitor, now)
    return (finished,)


@app.cell(hide_code=True)
def remembering(get_answered):
    answered = get_answered()
    return (answered,)


@app.cell(hide_code=True)
def start(PriceBeside, Remembered, StudioAddress, StudioMoves, mo, open_desk, visitor_of):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    get_query, set_query = mo.state(StudioAddress.from_query(mo.query_params().to_dict()).as_query())
    get_drawn, set_drawn = mo.state(0)
    get_text, set_text = mo.state(0)
    get_mark, set_mark = mo.state(0)
    get_work, set_work = mo.state(None, allow_self_loops=True)
    get_answered, set_answered = mo.state(None)
    moves = StudioMoves(
        desk,
        visitor,
        query=Remembered(get_query, set_query),
        drawn=Remembered(get_drawn, set_drawn),
        text=Remembered(get_text, set_text),
        mark=Remembered(get_mark, set_mark),
        work=Remembered(get_work, set_work),
        answered=Remembered(get_answered, set_answered),
    )
    pricing = PriceBeside(desk, visitor)
    return desk, get_answered, get_drawn, get_mark, get_query, get_text, get_work, moves, pricing, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.assistant_health import health_of
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.inventory_moves import Remembered
    from vopt_lib.desk.shop.studio_moves import StudioMoves
    from vopt_lib.desk.shop.studio_price import PriceBeside
    from vopt_lib.desk.shop.studio_ready import ready_of
    from vopt_lib.schema.filters import StudioAddress
    from vopt_lib.ui import studio as draw
    from vopt_lib.ui.address import address
    from vopt_lib.ui.assistant import health_line
    from vopt_lib.ui.bulk import answer_buttons
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.package import publishing_field
    from vopt_lib.ui.studio_fields import fields
    from vopt_lib.ui.studio_price import asked_field, price
    from vopt_lib.ui.studio_ready import ready
    from vopt_lib.ui.studio_text import text, told_of_text
    from vopt_lib.ui.studio_work import do
    from vopt_lib.ui.visitor import visitor_of

    return (
        PriceBeside,
        Remembered,
        StudioAddress,
        StudioMoves,
        address,
        answer_buttons,
        asked_field,
        do,
        draw,
        fields,
        health_line,
        health_of,
        mo,
        open_desk,
        price,
        publishing_field,
        ready,
        ready_of,
        show,
        text,
        told_of_text,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
