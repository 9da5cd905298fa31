"""This is where what waits to be sent is drawn: until when, its label, and what money is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from vopt_lib.schema.searches import Acts
from vopt_lib.schema.shipping import Layout, Money, Parcel, Sent, ToShip
from vopt_lib.ui.buttons import buttons_of
from vopt_lib.ui.layout import card
from vopt_lib.ui.links import link
from vopt_lib.ui.markup import embedded, plain, tag, together
from vopt_lib.ui.states import notice
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

SHEETS = {
    Layout.A4_1: N_("one on a sheet"),
    Layout.A4_2: N_("two on a sheet"),
    Layout.A4_4: N_("four on a sheet"),
    Layout.THERMAL: N_("label printer"),
}


def shipping_acts(waits: ToShip, sent: Sent, words: Words) -> Acts:
    """What can be pressed: for every parcel, for those too old to wait, and to take back what was just pressed."""
    write, send = ("write", words.say(N_("Details"))), ("sent", words.say(N_("Mark as sent")))
    keep, leave = ("keep", words.say(N_("Save"))), ("leave", words.say(N_("Close")))
    acts = {
        str(parcel.order_id): [keep, leave, send] if parcel.order_id == sent.writing else [write, send]
        for parcel in waits.parcels
    }
    if waits.old:
        acts[_thing(waits.old)] = [("sent", words.say(N_("Mark them as sent")))]
    if sent.order_ids:
        acts[_thing(sent.order_ids)] = [("undo", words.say(N_("Undo")))]
    if sent.batch:
        acts[sent.batch] = [("undo-written", words.say(N_("Undo")))]
    return acts


def parcel_fields(waits: ToShip | None, sent: Sent, words: Words) -> mo.ui.dictionary:
    """What she may write of the parcel that is open: {"carrier 4": …}. Bind it to a name of its cell.

    waits: None where none is open: nothing needs to be looked up.
    """
    import marimo as mo

    labels = {"carrier": N_("Carrier"), "tracking": N_("Tracking number"), "send_by": N_("Send it by")}
    hint = words.say(N_("day/month/year"))
    known: dict[str, str] = {}
    for one in waits.parcels if waits else ():
        if one.order_id == sent.writing:
            day = "" if one.is_estimated else f"{one.send_by.astimezone():%d/%m/%Y}"
            known = {"carrier": one.carrier or "", "tracking": one.tracking or "", "send_by": day}
    return mo.ui.dictionary(
        {
            (key := f"{name} {sent.writing}"): mo.ui.text(
                sent.typed.get(key, text),
                label=words.say(labels[name]),
                placeholder=hint if name == "send_by" else "",
            )
            for name, text in known.items()
        }
    )


def to_ship_shown(
    waits: ToShip, held: mo.ui.dictionary, sent: Sent, words: Words, *, fields: mo.ui.dictionary | None = None
) -> Markup:
    """What waits, the most urgent first; where she has no shop yet, how she gets one; nothing where nothing waits.

    fields: of the parcel that is open.
    """
    if waits.trouble:
        return Markup("")  # the page says above what is wrong
    if not waits.has_shop:
        return _invitation(words)
    acts = shipping_acts(waits, sent, words)
    undo = buttons_of(held, acts, sent.batch or _thing(sent.order_ids)) if sent.batch or sent.order_ids else None
    told = notice(sent.text, kind="bad" if sent.is_bad else "good", action=undo) if sent.text else None
    acts_of = {one.order_id: buttons_of(held, acts, str(one.order_id)) for one in waits.parcels}
    opened = {sent.writing: _fields(fields)} if fields is not None else {}
    parcels = [
        _parcel(one, acts_of[one.order_id], waits.at, words, fields=opened.get(one.order_id)) for one in waits.parcels
    ]
    sheet = card(
        tag("ul", parcels, class_="vopt-parcels") if parcels else None,
        _forgotten(waits, buttons_of(held, acts, _thing(waits.old)), words) if waits.old else None,
        title=words.say(N_("To ship")),
        note=_all_labels(waits.labels, words) if waits.labels else None,
        foot=_money(waits.money, words),
    )
    return tag("div", told, sheet if parcels or waits.old else None, class_="vopt-stack")


def countdown(parcel: Parcel, now: datetime, words: Words) -> str:
    """How long she has: "2 days left", "late by 1 day"."""
    days = parcel.days_left(now)
    if parcel.is_late(now):
        if days == 0:
            return words.say(N_("late since today"))
        return words.count(N_("late by {n} day"), N_("late by {n} days"), -days)
    if days == 0:
        return words.say(N_("today is the last day"))
    return words.count(N_("{n} day left"), N_("{n} days left"), days)


def _parcel(
    parcel: Parcel, actions: Markup | None, now: datetime, words: Words, *, fields: Markup | None = None
) -> Markup:
    until = words.say(N_("send it by {at}"), at=parcel.send_by)
    if parcel.is_estimated:
        until = words.say(N_("about {day}: five days after the sale, as usual"), day=parcel.send_by.astimezone().date())
    titles = [tag("b", plain(title), dir="auto") for title in parcel.titles]
    things = words.count(N_("{n} thing in one parcel"), N_("{n} things in one parcel"), parcel.things)
    way = [told for told in (parcel.carrier, parcel.tracking) if told]
    facts = (
        tag("span", things) if parcel.things > 1 else None,
        tag("span", words.money(parcel.amount, parcel.currency)) if parcel.amount is not None else None,
        tag("span", until),
        tag("span", plain(" ".join(way), 60), dir="auto") if way else None,
    )
    style = "is-late" if parcel.is_late(now) else "is-soon" if parcel.days_left(now) <= 1 else None
    return tag(
        "li",
        tag("strong", countdown(parcel, now, words), class_=style),
        tag("div", tag("p", Markup(", ").join(titles)), tag("p", facts, class_="vopt-as-of")),
        tag("div", _label(parcel, words), actions, class_="vopt-actions"),
        fields,
    )


def _fields(fields: mo.ui.dictionary) -> Markup:
    return tag("div", (tag("div", embedded(one)) for one in fields.elements.values()), class_="vopt-fields")


def _label(parcel: Parcel, words: Words) -> Markup:
    if parcel.shipment_id is None:
        return tag("span", words.say(N_("no label yet")))
    name = words.say(N_("Print the label of {title}"), title=plain(parcel.titles[0] if parcel.titles else "", 60))
    href = _address([parcel.shipment_id], Layout.A4_1)
    return _beside(words.say(N_("Print label")), href, class_="vopt-button", aria_label=name)


def _all_labels(shipments: Sequence[int], words: Words) -> Markup:
    links = [_beside(words.say(title), _address(shipments, layout)) for layout, title in SHEETS.items()]
    return together(words.say(N_("Print all labels:")), " ", Markup(" · ").join(links))


def _forgotten(waits: ToShip, actions: Markup | None, words: Words) -> Markup:
    said = words.count(
        N_("{n} older sale was never marked as sent."), N_("{n} older sales were never marked as sent."), len(waits.old)
    )
    return tag("div", tag("p", said), actions, class_="vopt-forgotten")


def _money(money: Sequence[Money], words: Words) -> Markup | None:
    """One line for each currency: what is on its way, and what has come."""
    return together(tag("p", _one_currency(one, words), class_="vopt-as-of") for one in money) or None


def _one_currency(one: Money, words: Words) -> Markup:
    waiting = words.say(N_("{amount} on its way"), amount=words.money(one.waiting, one.currency))
    received = words.say(N_("{amount} received"), amount=words.money(one.received, one.currency))
    parts = [words.say(N_("Sales of the last 30 days")), waiting + _unknown(one.waiting_unknown, words)]
    return together(tag("span", part) for part in [*parts, received + _unknown(one.received_unknown, words)])


def _unknown(sales: int, words: Words) -> str:
    if not sales:
        return ""
    return " " + words.count(N_("(and {n} sale of unknown amount)"), N_("(and {n} sales of unknown amount)"), sales)


def _invitation(words: Words) -> Markup:
    way = link(words.say(N_("Bring them in")), "/imports")
    said = words.say(N_("Your own listings and sales can stand here, too: what to send, and until when."))
    return tag("p", tag("span", said), tag("span", way), class_="vopt-as-of")


def _beside(text: str, href: str, **attributes: object) -> Markup:
    """A link that opens beside the page."""
    return tag("a", text, href=href, target="_blank", rel="noopener", **attributes)


def _address(shipments: Sequence[int], layout: Layout) -> str:
    return f"/own/label/{','.join(map(str, shipments))}.pdf?layout={layout}"


def _thing(order_ids: Sequence[int]) -> str:
    return ",".join(map(str, order_ids))
