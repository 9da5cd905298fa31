import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(draw, get_told, show, words):
    show(draw.head(words), draw.answer(get_told()))
    return


@app.cell(hide_code=True)
def happening(beat, draw, get_work, moves, show, words):
    _ = beat.value
    moves.notice()
    show(draw.reading(get_work(), beat, words))
    return


@app.cell(hide_code=True)
def dropping(desk, draw, moves, upload_box, words):
    box = upload_box(
        words, moves.arrived, most_mb=desk.settings.upload_max_mb, hint=draw.brought(words), accept=draw.ACCEPTED
    )
    box
    return (box,)


@app.cell(hide_code=True)
def holds(columns, draw, hold, moves, said, show, shown, words):
    taking = hold(shown.looked.acts if shown else {}, moves.press)
    show(draw.looked_shown(shown, taking, said=said, columns=columns, words=words))
    return (taking,)


@app.cell(hide_code=True)
def asked(draw, held, page, picks, show, words):
    show(draw.questions(page, held, picks, words))
    return


@app.cell(hide_code=True)
def other_ways(channel, closet, draw, held, mailbox, page, show, words):
    show(draw.other_ways(page, held, closet, words, mailbox=mailbox.mailbox_card(page, held, channel, words)))
    return


@app.cell(hide_code=True)
def before(draw, page, show, words):
    show(draw.earlier(page.earlier, words))
    return


@app.cell(hide_code=True)
def saying_more(columns, moves, said):
    moves.say(said.value["login"] or "", columns.value, said.value["mail_server"])
    return


@app.cell(hide_code=True)
def fields(draw, get_seen, get_work, page, words):
    shown = None if get_work() else get_seen()
    said = draw.said_fields(page.logins, shown.chosen if shown else None, words)
    columns = draw.column_fields(shown.looked if shown else None)
    return columns, said, shown


@app.cell(hide_code=True)
def typing(draw, mailbox, moves, words):
    closet = draw.closet_field(words)
    channel = mailbox.told_channel(moves.kept)
    return channel, closet


@app.cell(hide_code=True)
def answering_back(closet, draw, hold, moves, page, words):
    picks = draw.listing_picks(page, words)

    def on_press(act, thing):
        picked = picks[thing].value if act == "link" and thing in picks.elements else ""
        moves.visit(closet.value) if act == "visit" else moves.press(f"{act} {picked or ''}".strip(), thing)

    held = hold(page.acts, on_press)
    return held, picks


@app.cell(hide_code=True)
def looking(desk, get_turn, imports_page, member, words):
    _ = get_turn()
    page = imports_page(desk, member, words)
    return (page,)


@app.cell(hide_code=True)
def start(
    Moves,
    Remembered,
    failed,
    member_of,
    mo,
    open_desk,
    show,
    trouble_of,
    under_way,
    visitor_of,
):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    trouble = trouble_of(desk, visitor)
    mo.stop(trouble, show(failed(trouble, words)) if trouble else None)
    member = member_of(desk, visitor)
    beat = mo.ui.refresh(default_interval="1s")
    get_work, set_work = mo.state(under_way(desk, member))
    get_seen, set_seen = mo.state(None)
    get_told, set_told = mo.state(None)
    get_turn, set_turn = mo.state(0)
    moves = Moves(
        desk,
        member,
        words,
        work=Remembered(get_work, set_work),
        seen=Remembered(get_seen, set_seen),
        told=Remembered(get_told, set_told),
        turn=Remembered(get_turn, set_turn),
    )
    return beat, desk, get_seen, get_told, get_turn, get_work, member, moves, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.imports_moves import Moves, Remembered
    from vopt_lib.desk.shop.imports_page import imports_page, trouble_of
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.desk.shop.under_way import under_way
    from vopt_lib.ui import imports as draw
    from vopt_lib.ui import mailbox
    from vopt_lib.ui.buttons import buttons as hold
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.states import failed
    from vopt_lib.ui.upload import upload_box
    from vopt_lib.ui.visitor import visitor_of

    return (
        Moves,
        Remembered,
        draw,
        failed,
        hold,
        imports_page,
        mailbox,
        member_of,
        mo,
        open_desk,
        show,
        trouble_of,
        under_way,
        upload_box,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
