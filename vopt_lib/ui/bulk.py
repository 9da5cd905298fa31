"""This is where picked listings are changed together: the fields for it, the look before, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from vopt_lib.schema.bulk import ENDINGS, Plan, Planned
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.own_states import State
from vopt_lib.ui.layout import buttons_row
from vopt_lib.ui.listings import shown_title
from vopt_lib.ui.markup import embedded, show, tag, together
from vopt_lib.ui.own_words import field_name, field_value
from vopt_lib.ui.states import notice
from vopt_lib.ui.tables import framed
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

CHANNEL = "vopt-picks"
SHOWN = 100
LOOK = "vopt-table vopt-blocks vopt-plan"
SAID_STATES = (State.PUBLISHED, State.RESERVED, State.SOLD, State.PAUSED, State.WITHDRAWN, State.ARCHIVED, State.DRAFT)


def picks_channel(on_picks: Callable[[tuple[int, ...]], None]) -> mo.Html:
    """What inventory.js tells of the boxes she ticks: for a cell of its own, bound to a name that the cell keeps."""
    import marimo as mo

    def said(written: str) -> None:
        on_picks(tuple(int(one) for one in written.split(",") if one.isascii() and one.isdigit()))

    goes = mo.ui.text(label=CHANNEL, on_change=said)
    made = show(tag("div", embedded(goes), class_="vopt-address vopt-picks", hidden=True))
    made.goes = goes  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def bulk_fields(words: Words) -> mo.ui.dictionary:
    """What can be changed of many listings at once. Bind it to a name of its cell."""
    import marimo as mo

    same = words.say(N_("as it is"))
    endings = {words.say(N_("to the cent")): "", **{words.say(N_("to …{cents}"), cents=end): end for end in ENDINGS}}
    states = {same: "", **{words.say(state.label): state.value for state in SAID_STATES}}
    return mo.ui.dictionary(
        {
            "price": mo.ui.text("", label=words.say(N_("Price by")), placeholder="-10% / +1,50"),
            "ending": mo.ui.dropdown(endings, next(iter(endings)), label=words.say(N_("Rounded"))),
            "floor": mo.ui.text("1", label=words.say(N_("Not below, €"))),
            "state": mo.ui.dropdown(states, same, label=words.say(N_("State"))),
            "reason": mo.ui.text("", label=words.say(N_("Reason"))),
            "place": mo.ui.text("", label=words.say(N_("Place")), placeholder=words.say(N_("“-” for none"))),
            "add_tags": mo.ui.text("", label=words.say(N_("Add tags")), placeholder=words.say(N_("one, another"))),
            "remove_tags": mo.ui.text("", label=words.say(N_("Take tags away"))),
        }
    )


def bulk_card(
    picked: Sequence[int], fields: mo.ui.dictionary, words: Words, *, on_preview: Callable[[], None]
) -> mo.Html:
    """The fields for the picked listings, and the button to look before; a marker of what is picked where none is."""
    import marimo as mo

    marker = tag("span", class_="vopt-picked", data_picked=",".join(map(str, picked)), hidden=True)
    if not picked:
        return show(marker)
    look = mo.ui.button(
        label=words.say(N_("See what becomes of them")), on_click=lambda _: on_preview(), kind="success"
    )
    none = tag("button", words.say(N_("Pick none")), type="button", class_="vopt-button", data_pick_none=True)
    row = tag("div", (tag("div", embedded(one)) for one in fields.elements.values()), class_="vopt-fields")
    title = words.count(N_("{n} listing picked"), N_("{n} listings picked"), len(picked))
    change = tag("summary", tag("b", title), tag("span", words.say(N_("Change them together")), class_="vopt-clear"))
    note = tag("p", words.say(N_("What you leave empty stays as it is. Nothing changes before you have seen it.")))
    unfolded = tag("details", change, tag("div", note, row, buttons_row(embedded(look))))
    made = show(marker, tag("div", unfolded, none, class_="vopt-dock", role="region", aria_label=title))
    made.held = look  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def plan_card(
    plan: Plan | None, words: Words, *, on_apply: Callable[[], None], on_leave: Callable[[], None]
) -> mo.Html:
    """What would become of each, before and after; what cannot, and why; the buttons to do it or to leave it."""
    import marimo as mo

    if plan is None:
        return show("")
    n = len(plan.changing)
    label = words.count(N_("Change {n} listing"), N_("Change {n} listings"), n)
    do = mo.ui.button(label=label, kind="success", on_click=lambda _: on_apply())
    leave = mo.ui.button(label=words.say(N_("Leave it")), on_click=lambda _: on_leave())
    nothing = notice(words.say(N_("Nothing would change."))) if not n else None
    buttons = buttons_row(embedded(do) if n else None, embedded(leave))
    shown = together(nothing, _changes(plan.changing, words), _refusals(plan.refused, words), buttons)
    title = words.say(N_("Before and after"))
    made = show(tag("aside", tag("header", tag("h2", title)), tag("div", shown), class_="vopt-pane", aria_label=title))
    made.held = (do, leave)  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def answer_buttons(
    answered: Answered | None,
    words: Words,
    *,
    on_undo: Callable[[str], None],
    on_restore: Callable[[int], None],
    on_photo: Callable[[int], None],
) -> list[Any]:
    """The button that takes the last deed back, where it can be. Bind it to a name of its cell."""
    import marimo as mo

    if answered is not None and answered.undo is not None:
        batch = answered.undo
        return [mo.ui.button(label=words.say(N_("Undo")), on_click=lambda _: on_undo(batch))]
    if answered is not None and answered.restore is not None:
        gone = answered.restore
        return [mo.ui.button(label=words.say(N_("Bring back")), on_click=lambda _: on_restore(gone))]
    if answered is not None and answered.photo is not None:
        photo = answered.photo
        return [mo.ui.button(label=words.say(N_("Undo")), on_click=lambda _: on_photo(photo))]
    return []


def _changes(rows: Sequence[Planned], words: Words) -> Markup | None:
    if not rows:
        return None
    titles = (words.say(N_("Listing")), words.say(N_("What")), words.say(N_("Before")), words.say(N_("After")))
    body = [_change(row, words) for row in rows[:SHOWN]]
    table = framed(_heads(titles), body, caption=words.say(N_("Before and after")), class_=LOOK)
    return together(table, _more(len(rows), words))


def _change(row: Planned, words: Words) -> Markup:
    names, before, after = zip(*((name, *pair) for name, pair in row.changes), strict=True)
    cells = (
        ("", shown_title({"title": row.title}, words)),
        (words.say(N_("What")), _lines(field_name(name, words) for name in names)),
        (words.say(N_("Before")), _lines(field_value(*one, words) for one in zip(names, before, strict=True))),
        (words.say(N_("After")), tag("b", _lines(field_value(*one, words) for one in zip(names, after, strict=True)))),
    )
    made = [tag("td", told, role="cell", data_label=label or None, dir="auto") for label, told in cells]
    return tag("tr", made, role="row")


def _refusals(rows: Sequence[Planned], words: Words) -> Markup | None:
    if not rows:
        return None
    titles = (words.say(N_("These stay as they are")), words.say(N_("Why")))
    body = [
        tag(
            "tr",
            tag("td", shown_title({"title": row.title}, words), role="cell", dir="auto"),
            tag("td", words.error(row.refusal) if row.refusal else "", role="cell", data_label=titles[1]),
            role="row",
        )
        for row in rows[:SHOWN]
    ]
    table = framed(_heads(titles), body, caption=titles[0], class_=LOOK)
    return together(table, _more(len(rows), words))


def _heads(titles: Sequence[str]) -> list[Markup]:
    return [tag("th", title, scope="col", role="columnheader") for title in titles]


def _lines(told: Any) -> Markup:
    return together(tag("span", one, class_="vopt-line") for one in told)


def _more(rows: int, words: Words) -> Markup | None:
    if rows <= SHOWN:
        return None
    return tag("p", words.say(N_("and {n} more"), n=rows - SHOWN), class_="vopt-table-foot")
