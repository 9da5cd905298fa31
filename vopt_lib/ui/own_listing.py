"""This is where one listing of her own stands beside the list: its fields, what it may become, and its past."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.filters import InventoryFilters, PriceFilters, SimilarAddress
from vopt_lib.schema.inventory_page import Alike, Happened, OwnDetail, OwnPane, Remark
from vopt_lib.schema.own_states import State
from vopt_lib.ui.cells import MISSING, moment_cell
from vopt_lib.ui.charts import price_steps, shown
from vopt_lib.ui.inventory import query_of, state_chip, thumbnail
from vopt_lib.ui.layout import button_link, buttons_row
from vopt_lib.ui.links import is_web
from vopt_lib.ui.listings import shown_title
from vopt_lib.ui.markup import Content, embedded, plain, show, tag, together
from vopt_lib.ui.own_form import form_shown, listing_form, written
from vopt_lib.ui.own_words import FIELDS, deed_name, field_name, field_value, reason_said
from vopt_lib.ui.package import download_link
from vopt_lib.ui.photo_panel import photo_list, photo_panel
from vopt_lib.ui.qr_code import phone_card
from vopt_lib.ui.sparkline import sparkline
from vopt_lib.ui.states import failed
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

HISTORY_SHOWN: Final = 30

BECOMES: Final[Mapping[State, str]] = {
    State.DRAFT: N_("Begin anew"),
    State.PUBLISHED: N_("Put on sale"),
    State.RESERVED: N_("Reserve"),
    State.SOLD: N_("Mark as sold"),
    State.PAUSED: N_("Pause"),
    State.WITHDRAWN: N_("Withdraw"),
    State.ARCHIVED: N_("Archive"),
}
"""What a button says that lets a listing become so."""

Save = Callable[[OwnPane, Mapping[str, Any]], None]
Press = Callable[[str, str], None]
"""Is told an act and the text that goes with it: the reason of a change of state, or a note."""

OnPhoto = Callable[[OwnPane, str, Mapping[str, Any]], None]
"""Is told what to do with the photos, and what is written in the fields meanwhile."""


def pane(
    known: OwnPane | None,
    words: Words,
    *,
    on_save: Save,
    on_press: Press,
    on_photo: OnPhoto,
    on_close: Callable[[], None],
) -> mo.Html:
    """The listing that is open, or the fields of a new one; nothing where none is. Bind it to a name of its cell.

    on_press is told a state, `duplicate`, `relist`, `delete`, `restore`, `phone`, `phone-close` or `note`.
    """
    if known is None:
        return show("")
    close = _button(words.say(N_("Close")), on_close)
    if known.trouble is not None:
        return _held(_frame(words.say(N_("Listing")), close, failed(known.trouble, words)), close)
    if known.detail is not None and not known.detail.is_hers:
        return _held(_shared(known.detail, close, words), close)
    fields = listing_form(known, words)
    save = _button(words.say(N_("Save")), lambda: on_save(known, written(fields)), kind="success")
    keeping = together(form_shown(fields, words), buttons_row(embedded(save)))
    detail = known.detail
    if detail is None:
        return _held(_frame(words.say(N_("New listing")), close, keeping), close, fields, save)
    why = _reason(words)
    acts, note = _acts(detail, why, words, on_press), _note(words, on_press)
    panel = photo_panel(detail.photos, words, on_told=lambda told: on_photo(known, told, written(fields)))
    phone = _phone_button(known, words, on_press)
    body = (
        _figures(detail, words),
        photo_list(detail.photos) if detail.is_deleted else _photos(known, panel, phone, words),
        None if detail.is_deleted else keeping,
        _next(detail, None if detail.is_deleted else why, acts, words),
        _section(words.say(N_("Notes")), _notes(detail.notes, words), *(embedded(one) for one in note)),
        _prices(detail, words),
        _section(words.say(N_("What happened")), _history(detail.history, words)),
        _alike(detail.alike, words),
    )
    title = shown_title({"title": detail.row.title}, words)
    return _held(_frame(title, close, *body), close, fields, save, why, *acts, phone, panel.held, *note)  # type: ignore[attr-defined]


def _shared(detail: OwnDetail, close: Any, words: Words) -> Markup:
    """A listing of somebody else, to look at: nothing to press, nothing to write."""
    body = (
        _figures(detail, words),
        photo_list(detail.photos),
        _section(words.say(N_("Notes")), _notes(detail.notes, words)),
        _prices(detail, words),
        _section(words.say(N_("What happened")), _history(detail.history, words)),
        _alike(detail.alike, words),
    )
    return _frame(shown_title({"title": detail.row.title}, words), close, *body)


def _held(made: Markup, *controls: Any) -> mo.Html:
    shown_pane = show(made)
    shown_pane.held = controls  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return shown_pane


def _frame(title: str, close: Any, *body: Content) -> Markup:
    """The pane: its title, the way to close it, and what is in it."""
    head = tag("header", tag("h2", title, dir="auto"), tag("div", embedded(close), class_="vopt-close"))
    return tag("aside", head, tag("div", *body), class_="vopt-pane", aria_label=title)


def _section(title: str, *body: Content) -> Markup | None:
    return tag("section", tag("h3", title), *body) if any(body) else None


def _button(label: str, on_click: Callable[[], None], kind: Any = "neutral") -> mo.ui.button:
    import marimo as mo

    return mo.ui.button(label=label, on_click=lambda _: on_click(), kind=kind)


def _reason(words: Words) -> mo.ui.text:
    """Where she may write why, before she lets it become something else."""
    import marimo as mo

    return mo.ui.text("", label=words.say(N_("Why, if you want to note it")), full_width=True)


def _next(detail: OwnDetail, why: mo.ui.text | None, acts: Sequence[Any], words: Words) -> Markup | None:
    row = buttons_row(
        *(embedded(one) for one in acts),
        _worth(detail, words),
        _look_alikes(detail, words),
        _packed(detail, words),
        _out(detail, words),
    )
    return _section(words.say(N_("What next?")), tag("div", embedded(why), class_="vopt-why") if why else None, row)


def _acts(detail: OwnDetail, why: mo.ui.text, words: Words, on_press: Press) -> list[Any]:
    """What it may become, and what else can be done with it."""
    if detail.is_deleted:
        return [_button(words.say(N_("Bring back")), lambda: on_press("restore", ""), kind="success")]
    names = {state.value: words.say(BECOMES[state]) for state in detail.next_states}
    names |= {"relist": words.say(N_("List again"))} if detail.row.state in (State.SOLD, State.WITHDRAWN) else {}
    names |= {"duplicate": words.say(N_("Copy for another thing")), "delete": words.say(N_("Delete"))}

    def press(act: str) -> Callable[[], None]:
        return lambda: on_press(act, why.value)

    return [_button(label, press(act), "danger" if act == "delete" else "neutral") for act, label in names.items()]


def _phone_button(known: OwnPane, words: Words, on_press: Press) -> Any:
    if known.phone is None:
        return _button(words.say(N_("Add photos from your phone")), lambda: on_press("phone", ""))
    return _button(words.say(N_("Close the code and show the photos")), lambda: on_press("phone-close", ""))


def _photos(known: OwnPane, panel: mo.Html, button: Any, words: Words) -> Markup:
    """Its photos, and the way for others from her phone: a button, or the code while it is open."""
    card = None if known.phone is None else phone_card(words, known.phone)
    title = tag("h3", words.say(N_("Photos")))
    return tag("section", title, Markup(panel.text), card, buttons_row(embedded(button)), class_="vopt-shots-of")


def _note(words: Words, on_press: Press) -> list[Any]:
    import marimo as mo

    text = mo.ui.text_area("", label=words.say(N_("A new note")), rows=2, full_width=True)
    return [text, _button(words.say(N_("Keep the note")), lambda: on_press("note", text.value))]


def _figures(detail: OwnDetail, words: Words) -> Markup:
    """How it stands, what it asks, and how it is looked at."""
    row = detail.row
    days = None if row.days is None else words.count(N_("{n} day"), N_("{n} days"), row.days)
    facts = (
        (words.say(N_("Asked price")), None if row.asked is None else words.money(row.asked, row.currency)),
        (words.say(N_("On the market")), days),
        (words.say(N_("Views")), None if row.views is None else words.number(row.views)),
        (words.say(N_("Favourites")), None if row.favourites is None else words.number(row.favourites)),
        (words.say(N_("Code")), plain(row.sku, 40)),
        (words.say(N_("Account")), plain(row.account, 40)),
    )
    told = [tag("div", tag("dt", name), tag("dd", value or MISSING, dir="auto")) for name, value in facts]
    reason = tag("span", reason_said(detail.reason, words), dir="auto") if detail.reason else None
    gone = tag("span", words.say(N_("deleted")), class_="vopt-chip is-deleted") if detail.is_deleted else None
    return together(tag("p", gone or state_chip(row, words), reason, class_="vopt-stands"), tag("dl", told))


def _worth(detail: OwnDetail, words: Words) -> Markup | None:
    if detail.is_deleted or not detail.is_hers:
        return None
    address = f"/price?{PriceFilters(own=detail.row.listing_id).as_query()}"
    return button_link(words.say(N_("What is it worth?")), address)


def _look_alikes(detail: OwnDetail, words: Words) -> Markup | None:
    if detail.is_deleted or not detail.is_hers or not detail.photos:
        return None
    address = f"/similar?{SimilarAddress(own=detail.row.listing_id).as_query()}"
    return button_link(words.say(N_("What looks like it?")), address)


def _packed(detail: OwnDetail, words: Words) -> Markup | None:
    """The way of a draft to Vinted."""
    if detail.is_deleted or not detail.is_hers or detail.row.state != State.DRAFT:
        return None
    return download_link(words.say(N_("Package for Vinted (zip)")), detail.row.listing_id)


def _out(detail: OwnDetail, words: Words) -> Markup | None:
    address = detail.row.url
    return button_link(words.say(N_("See it on Vinted")), address) if address and is_web(address) else None


def _notes(notes: Sequence[Remark], words: Words) -> Markup | None:
    if not notes:
        return None
    told = [tag("li", tag("p", plain(one.text, 5000), dir="auto"), _when(one.at, one.who, words)) for one in notes]
    return tag("ul", told, class_="vopt-lines", role="list")


def _prices(detail: OwnDetail, words: Words) -> Markup | None:
    """What it asked over time, and how its views and favourites grew."""
    views = [None if day.views is None else float(day.views) for day in detail.days]
    grown = sparkline(views)
    seen = tag("p", words.say(N_("Views, day by day")), grown, class_="vopt-grown") if grown else None
    chart = None
    if len({one.asked for one in detail.prices}) > 1:
        until = max(detail.asked_until, detail.prices[-1].at)
        asked = [*((one.at, one.asked) for one in detail.prices), (until, detail.prices[-1].asked)]
        steps = [{"at": at, "amount": float(amount), "spell": 1} for at, amount in asked]
        chart = shown(price_steps(pl.DataFrame(steps), words, currency=detail.row.currency))
    return _section(words.say(N_("Price and views over time")), chart, seen)


def _history(history: Sequence[Happened], words: Words) -> Markup | None:
    if not history:
        return None
    told = [
        tag("li", _deed(one, words), _when(one.at, "vopt" if one.who is None else one.who, words))
        for one in history[:HISTORY_SHOWN]
    ]
    return tag("ul", told, class_="vopt-lines", role="list")


def _deed(one: Happened, words: Words) -> Markup:
    """What was done, and what became what; of what was made, only that."""
    deed = tag("b", deed_name(one.deed, words))
    names = [name for name in FIELDS if name in {**one.before, **one.after}]
    if not one.before and len(names) > 3:
        return tag("p", deed)
    changes = [
        tag(
            "span",
            f"{field_name(name, words)}: ",
            tag("s", field_value(name, one.before.get(name), words)),
            " → ",
            field_value(name, one.after.get(name), words),
            class_="vopt-line",
        )
        for name in names
    ]
    return tag("p", deed, *changes, dir="auto")


def _when(at: Any, who: str, words: Words) -> Markup:
    return tag("small", moment_cell(at, words), f" · {plain(who, 40)}" if who else None)


def _alike(alike: Sequence[Alike], words: Words) -> Markup | None:
    """Listings of her own like it, and why."""
    told = []
    for one in alike:
        row = one.row
        why = [words.say(reason) for reason in one.why] + [f"“{plain(word, 20)}”" for word in one.shared]
        href = query_of(InventoryFilters(id=row.listing_id))
        title = tag("a", shown_title({"title": row.title}, words), href=href, dir="auto", data_stay=True)
        asked = None if row.asked is None else f" {words.money(row.asked, row.currency)} "
        told.append(
            tag(
                "li", thumbnail(row.photo), tag("p", title, asked, state_chip(row, words), tag("small", ", ".join(why)))
            )
        )
    listed = tag("ul", told, class_="vopt-lines vopt-alike", role="list") if told else None
    return _section(words.say(N_("Yours that are like it")), listed)
