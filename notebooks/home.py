import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def answered(answer, as_of_line, button_link, now, page_head, show, waits, words):
    show(
        page_head(
            words.say("How is my market today?"),
            answer(now, words, len(waits.parcels)),
            as_of=as_of_line(
                words, published_at=now.published_at, newest_day=now.newest_day, share_seen=now.market.share_seen
            ),
            actions=None if now.is_empty else button_link(words.say("See prices"), "/market"),
        )
    )
    return


@app.cell(hide_code=True)
def noticed(failed, notices, now, show, words):
    show(failed(now.trouble, words) if now.trouble else None, notices(now.noticed))
    return


@app.cell(hide_code=True)
def shipping(draw, fields, held, sent, show, waits, words):
    show(draw.to_ship_shown(waits, held, sent, words, fields=fields))
    return


@app.cell(hide_code=True)
def begun(desk, first_steps, now, show, steps, words):
    show(first_steps(steps(desk, now, words), words))
    return


@app.cell(hide_code=True)
def week(figures, now, show, tiles, words):
    shown = figures(now, words)
    show(tiles(shown, words) if shown else None)
    return


@app.cell(hide_code=True)
def moved(movers, now, show, words):
    show(movers(now.market.fallen, now.market.risen, words) if now.market.has_movements else None)
    return


@app.cell(hide_code=True)
def ran_lately(lately, now, ran, show, words):
    show(lately(ran(now, words), words))
    return


@app.cell(hide_code=True)
def place(address, set_query):
    here = address("", set_query)
    here
    return (here,)


@app.cell(hide_code=True)
def known(desk, get_mark, get_query, home, visitor, words):
    _ = get_mark(), get_query()
    now = home(desk, words, visitor=visitor)
    return (now,)


@app.cell(hide_code=True)
def sending(buttons, desk, draw, fields, get_mark, on_press, sent, visitor, what_waits, words):
    _ = get_mark()
    waits = what_waits(desk, visitor)
    held = buttons(draw.shipping_acts(waits, sent, words), lambda act, thing: on_press(act, thing, fields.value))
    return held, waits


@app.cell(hide_code=True)
def writing(desk, draw, get_sent, visitor, what_waits, words):
    sent = get_sent()
    fields = draw.parcel_fields(what_waits(desk, visitor) if sent.writing else None, sent, words)
    return fields, sent


@app.cell(hide_code=True)
def looked_again(beat, desk, get_mark, mark_of, set_mark):
    _ = beat.value, mark_of(desk) == get_mark() or set_mark(mark_of(desk))
    return


@app.cell(hide_code=True)
def pulse(embedded, mo, show, tag):
    beat = mo.ui.refresh(options=["10s"], default_interval="10s")
    show(tag("div", embedded(beat), hidden=True))
    return (beat,)


@app.cell(hide_code=True)
def start(Sent, mark_of, mo, open_desk, press, visitor_of):
    visitor = visitor_of(mo.app_meta().request)
    words = visitor.words
    desk = open_desk()
    get_sent, set_sent = mo.state(Sent(), allow_self_loops=True)

    def on_press(act, thing, typed):
        set_sent(press(desk, visitor, act, thing, words=words, typed=typed))

    get_query, set_query = mo.state("")
    get_mark, set_mark = mo.state(mark_of(desk))
    return desk, get_mark, get_query, get_sent, on_press, set_mark, set_query, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.home import home, mark_of
    from vopt_lib.desk.home_told import answer, figures, ran, steps
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.shipping import press, what_waits
    from vopt_lib.schema.shipping import Sent
    from vopt_lib.ui import shipping as draw
    from vopt_lib.ui.address import address
    from vopt_lib.ui.buttons import buttons
    from vopt_lib.ui.home import first_steps, lately, movers, notices
    from vopt_lib.ui.layout import as_of_line, button_link, page_head
    from vopt_lib.ui.markup import embedded, show, tag
    from vopt_lib.ui.states import failed
    from vopt_lib.ui.tiles import tiles
    from vopt_lib.ui.visitor import visitor_of

    return (
        Sent,
        address,
        answer,
        as_of_line,
        button_link,
        buttons,
        draw,
        embedded,
        failed,
        figures,
        first_steps,
        home,
        lately,
        mark_of,
        mo,
        movers,
        notices,
        open_desk,
        page_head,
        press,
        ran,
        show,
        steps,
        tag,
        tiles,
        visitor_of,
        what_waits,
    )


if __name__ == "__main__":
    app.run()
