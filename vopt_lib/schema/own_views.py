"""This is where we say what a row of every `shop_*` view is: a person's own shop, as her questions in SQL see it.

Passwords and the pseudonyms of strangers are in none of them. Amounts are in `currency`, with two decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from vopt_lib.schema.gold import View
from vopt_lib.schema.tables import UTC_TIME, Column
from vopt_lib.words import N_

AMOUNT: Final = pl.Decimal(20, 2)
"""Every amount that the shop can hold: 64 bits of cents."""

SMALL_AMOUNT: Final = pl.Decimal(20, 6)
"""What is less than a cent: millionths."""

_UNIT = N_("currency")
_PERSON = Column("person", pl.String, N_("whose it is; null: the household's"))
_ACCOUNT = (
    _PERSON,
    Column("channel", pl.String, N_("where it is sold: vinted …")),
    Column("market", pl.String, N_("country site: it, fr, de, co.uk …")),
    Column("account", pl.String, N_("her login there")),
)
_ITEM_ID = Column("item_id", pl.Int64, N_("number of the thing"))
_LISTING_ID = Column("listing_id", pl.Int64, N_("number of the listing here, not the marketplace's"))
_ORDER_ID = Column("order_id", pl.Int64, N_("number of the order here, not the marketplace's"))
_CURRENCY = Column("currency", pl.String, N_("ISO 4217 code of the amounts"))

_VIEWS = (
    View(
        "shop_item",
        N_("Your things: where each lies, and what it cost."),
        "item_id",
        (
            _ITEM_ID,
            _PERSON,
            Column("sku", pl.String, N_("number on the thing's tag")),
            Column("place", pl.String, N_("where it lies")),
            Column("cost_amount", AMOUNT, N_("what was paid for it"), _UNIT),
            _CURRENCY,
            Column("bought_on", pl.Date, N_("when it was bought")),
            Column("tags", pl.List(pl.String), N_("what you marked it with")),
            Column("notes", pl.String, N_("what you wrote about it")),
            Column("added_at", UTC_TIME, N_("when vopt learned of it")),
        ),
    ),
    View(
        "shop_listing",
        N_("Your listings: what each offers, and how it stands."),
        "listed_at DESC",
        (
            *(_LISTING_ID, _ITEM_ID, *_ACCOUNT),
            Column("external_id", pl.Int64, N_("the marketplace's number")),
            Column("url", pl.String, N_("address of its page")),
            Column("state", pl.String, N_("draft, published, reserved, sold, paused, withdrawn or archived")),
            Column("reason", pl.String, N_("why it is in this state, where that is not plain")),
            Column("title", pl.String, N_("title in your words")),
            Column("description", pl.String, N_("description in your words")),
            Column("catalog_id", pl.Int64, N_("catalogue; null: not known")),
            Column("brand", pl.String, N_("brand")),
            Column("size", pl.String, N_("size")),
            Column(
                "condition_id",
                pl.Int64,
                N_("condition: 6 new with tag, 1 new, 2 very good, 3 good, 4 fair, 7 not fully working"),
            ),
            Column("colour", pl.String, N_("colour")),
            Column("second_colour", pl.String, N_("second colour")),
            Column("material", pl.String, N_("material")),
            Column("parcel_size", pl.String, N_("size of the parcel")),
            Column("quantity", pl.Int64, N_("how many there are")),
            Column("asked_amount", AMOUNT, N_("asked price now"), _UNIT),
            _CURRENCY,
            Column("listed_at", UTC_TIME, N_("when it came on sale")),
            Column("ended_at", UTC_TIME, N_("when it was sold or taken down")),
        ),
    ),
    View(
        "shop_listing_price",
        N_("Every price that your listings asked, from when on."),
        "listing_id, asked_from",
        (
            _LISTING_ID,
            Column("asked_from", UTC_TIME, N_("from when on it was asked")),
            Column("asked_amount", AMOUNT, N_("asked price"), _UNIT),
            _CURRENCY,
            Column("source", pl.String, N_("who says so: archive, crawl, a person …")),
        ),
    ),
    View(
        "shop_listing_stat_day",
        N_("Views and favourites of your listings, day by day."),
        "day DESC, listing_id",
        (
            _LISTING_ID,
            Column("day", pl.Date, N_("day of the figures")),
            Column("source", pl.String, N_("who says so: archive, crawl, a person …")),
            Column("views", pl.Int64, N_("views until then"), N_("views")),
            Column("favourites", pl.Int64, N_("people who marked it until then"), N_("people")),
            Column("asked_amount", AMOUNT, N_("asked price"), _UNIT),
            _CURRENCY,
        ),
    ),
    View(
        "shop_order",
        N_("Your sales and purchases: what was paid, and what you received."),
        "ordered_at DESC",
        (
            *(_ORDER_ID, *_ACCOUNT),
            Column("external_id", pl.String, N_("the marketplace's number of the transaction")),
            Column("kind", pl.String, N_("sale or purchase")),
            Column("state", pl.String, N_("reserved, shipped, completed or cancelled")),
            Column("ordered_at", UTC_TIME, N_("when it was bought")),
            Column("completed_at", UTC_TIME, N_("when the money was booked")),
            Column("asked_amount", AMOUNT, N_("what its listings asked together"), _UNIT),
            Column("paid_amount", AMOUNT, N_("what the buyer paid in all"), _UNIT),
            Column("fee_amount", AMOUNT, N_("of that, the marketplace's fee"), _UNIT),
            Column("shipping_amount", AMOUNT, N_("of that, for shipping"), _UNIT),
            Column("received_amount", AMOUNT, N_("what the seller received"), _UNIT),
            _CURRENCY,
            Column("source", pl.String, N_("who says so: archive, crawl, a person …")),
        ),
    ),
    View(
        "shop_order_line",
        N_("What was in each order: a bundle has several lines."),
        "order_id",
        (
            *(_ORDER_ID, _LISTING_ID),
            Column("title", pl.String, N_("title of the thing in the order")),
            Column("price_amount", AMOUNT, N_("price of this thing; null: not known"), _UNIT),
            _CURRENCY,
        ),
    ),
    View(
        "shop_shipment",
        N_("The parcels of your orders: until when, with whom, and where they are."),
        "send_by DESC",
        (
            _ORDER_ID,
            Column("send_by", UTC_TIME, N_("until when it must be sent")),
            Column("sent_at", UTC_TIME, N_("when it was sent")),
            Column("carrier", pl.String, N_("who carries it")),
            Column("tracking", pl.String, N_("number for tracking it")),
        ),
    ),
    View(
        "shop_expense",
        N_("What you spent for selling: packaging, a lamp, a fee."),
        "spent_on DESC",
        (
            Column("expense_id", pl.Int64, N_("number of the expense")),
            *(_PERSON, _ITEM_ID),
            Column("spent_on", pl.Date, N_("when it was spent")),
            Column("spent_amount", AMOUNT, N_("what was spent"), _UNIT),
            _CURRENCY,
            Column("purpose", pl.String, N_("what for")),
        ),
    ),
    View(
        "shop_assistant_use",
        N_("Every time that a language model was asked for you: by whom it was answered, what it used and cost."),
        "at DESC",
        (
            Column("use_id", pl.Int64, N_("number of the request")),
            Column("person", pl.String, N_("for whom; null: for somebody who was erased")),
            Column("at", UTC_TIME, N_("when it was asked")),
            Column("job", pl.String, N_("what for: write, look, compare or ask")),
            Column("backend", pl.String, N_("who runs the model: Ollama …")),
            Column("model", pl.String, N_("its name there")),
            Column("seconds", pl.Float64, N_("how long it took"), N_("seconds")),
            Column("tokens_read", pl.Int64, N_("tokens that it read; null: not told"), N_("tokens")),
            Column("tokens_written", pl.Int64, N_("tokens that it wrote; null: not told"), N_("tokens")),
            Column("cost_eur", SMALL_AMOUNT, N_("what it cost; null: its price is not known"), "EUR"),
            Column("trouble", pl.String, N_("why its answer was not taken: the name of the error; null: it was")),
        ),
    ),
    View(
        "shop_alert",
        N_("What vopt let you know of, as long as it is remembered: what lasts, and what was over within 90 days."),
        "begun_at DESC",
        (
            Column("alert_id", pl.Int64, N_("number of the alert")),
            Column("key", pl.String, N_("what it is about: disk, flow:collect …")),
            Column("level", pl.String, N_("how pressing it is: info, warn or bad")),
            Column("text", pl.String, N_("what happened, in English, with the names of facts in curly brackets")),
            Column("facts", pl.String, N_("the facts (JSON)")),
            Column("begun_at", UTC_TIME, N_("when it began")),
            Column("last_at", UTC_TIME, N_("when it was seen last")),
            Column("times", pl.Int64, N_("how often it was raised"), N_("times")),
            Column("ended_at", UTC_TIME, N_("when it was over; null: it lasts")),
            Column("sent_at", UTC_TIME, N_("when it was sent last; null: never")),
        ),
    ),
)

OWN_VIEWS: Final[Mapping[str, View]] = {view.name: view for view in _VIEWS}
"""Every view of the shop, by its name."""
