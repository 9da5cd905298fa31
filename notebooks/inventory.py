import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def named(draw, show, words):
    show(draw.head(words))
    return


@app.cell(hide_code=True)
def answered(bulk, draw, moment, moves, show, words):
    undoing = {"on_undo": moves.undo, "on_restore": moves.restore, "on_photo": moves.bring_photo_back}
    back = bulk.answer_buttons(moment.answered, words, **undoing)
    show(draw.told(moment.answered, back))
    return (back,)


@app.cell(hide_code=True)
def worth_changing(desk, get_mark, moves, repricing_card, repricing_page, visitor, words):
    _ = get_mark()
    advised = repricing_card(repricing_page(desk, visitor), words, on_look=moves.reprice)
    advised
    return (advised,)


@app.cell(hide_code=True)
def narrowing(draw, filters, moves, page, words):
    bar = draw.inventory_bar(page, filters, words, moves.go)
    bar
    return (bar,)


@app.cell(hide_code=True)
def picking(bulk, changes, moves, picked, words):
    together = bulk.bulk_card(picked, changes, words, on_preview=lambda: moves.preview(changes.value))
    together
    return (together,)


@app.cell(hide_code=True)
def looking_before(bulk, moment, moves, words):
    plan = bulk.plan_card(moment.plan, words, on_apply=moves.apply, on_leave=moves.leave)
    plan
    return (plan,)


@app.cell(hide_code=True)
def listed(draw, filters, page, show, words):
    show(draw.missing(page, filters, words), draw.listed(page, filters, words))
    return


@app.cell(hide_code=True)
def opened(beside, moves, own_listing, words):
    pressing = {"on_press": moves.press, "on_photo": moves.photo, "on_save": moves.save, "on_close": moves.close}
    pane = own_listing.pane(beside, words, **pressing)
    pane
    return (pane,)


@app.cell(hide_code=True)
def place(address, filters, moves):
    here = address(filters.as_query(), moves.go, moves.look)
    here
    return (here,)


@app.cell(hide_code=True)
def ticked(bulk, moves, words):
    changes = bulk.bulk_fields(words)
    picks = bulk.picks_channel(moves.picked.set)
    picks
    return changes, picks


@app.cell(hide_code=True)
def looking(InventoryFilters, desk, get_mark, get_query, inventory_page, visitor):
    _ = get_mark()
    filters = InventoryFilters.from_query(get_query())
    page = inventory_page(desk, visitor, filters)
    return filters, page


@app.cell(hide_code=True)
def looking_closer(InventoryFilters, desk, get_opened, moves, own_pane, visitor):
    _open = get_opened()
    _known = own_pane(desk, visitor, InventoryFilters(id=_open.listing_id, new=_open.is_new))
    beside = moves.with_moment(_known)
    return (beside,)


@app.cell(hide_code=True)
def remembering(get_moment, get_picked):
    moment, picked = get_moment(), get_picked()
    return moment, picked


@app.cell(hide_code=True)
def start(InventoryFilters, Moment, Moves, Opened, Remembered, inventory_mark, mo, open_desk, visitor_of):
    visitor, desk = visitor_of(mo.app_meta().request), open_desk()
    words = visitor.words
    _first = InventoryFilters.from_query(mo.query_params().to_dict())
    get_query, set_query = mo.state(_first.as_query())
    get_opened, set_opened = mo.state(Opened(_first.id, _first.new))
    get_picked, set_picked = mo.state(())
    get_moment, set_moment = mo.state(Moment())
    get_mark, set_mark = mo.state(inventory_mark(desk, visitor))
    moves = Moves(
        desk,
        visitor,
        query=Remembered(get_query, set_query),
        opened=Remembered(get_opened, set_opened),
        picked=Remembered(get_picked, set_picked),
        moment=Remembered(get_moment, set_moment),
        mark=Remembered(get_mark, set_mark),
    )
    return desk, get_mark, get_moment, get_opened, get_picked, get_query, moves, visitor, words


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.inventory import inventory_mark, inventory_page, own_pane
    from vopt_lib.desk.shop.inventory_moves import Moves, Opened, Remembered
    from vopt_lib.desk.shop.repricing import repricing_page
    from vopt_lib.schema.filters import InventoryFilters
    from vopt_lib.schema.inventory_page import Moment
    from vopt_lib.ui import bulk, own_listing
    from vopt_lib.ui import inventory as draw
    from vopt_lib.ui.address import address
    from vopt_lib.ui.markup import show
    from vopt_lib.ui.repricing import repricing_card
    from vopt_lib.ui.visitor import visitor_of

    return (
        InventoryFilters,
        Moment,
        Moves,
        Opened,
        Remembered,
        address,
        bulk,
        draw,
        inventory_mark,
        inventory_page,
        mo,
        open_desk,
        own_listing,
        own_pane,
        repricing_card,
        repricing_page,
        show,
        visitor_of,
    )


if __name__ == "__main__":
    app.run()
