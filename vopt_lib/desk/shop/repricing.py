"""This is where we know which of her prices are worth changing today, and where one such change is looked at before."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.price_item import is_one_thing, priced_rows, with_likely_catalogues
from vopt_lib.desk.price_page import selling_of
from vopt_lib.desk.pricing_known import Model, Pricing, pricing_of
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.errors import VoptError
from vopt_lib.schema.bulk import BulkChange, Plan, PriceChange
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.price_page import OwnOffer, OwnThing, RepricingPage
from vopt_lib.schema.pricing import Repricing, Unlearnt
from vopt_lib.schema.searches import Told
from vopt_lib.schema.survival import Lack
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import bulk
from vopt_lib.shop.listings import find
from vopt_lib.shop.to_price import things_on_sale

_CENT = Decimal("0.01")


def repricing_page(
    desk: Desk, visitor: Visitor | None, *, market: str = "it", pricing: Pricing | None = None
) -> RepricingPage | None:
    """The changes of her prices that are worth making today, so many a day as the settings say; None: she offers
    nothing, or her shop cannot be read (the list beside it says so). pricing: as for `price_item`.
    """
    try:
        with shop_of(desk).reading() as session:
            things = things_on_sale(session, member_of(desk, visitor), now=desk.clock.now())
        known = pricing or pricing_of(desk, market)
    except VoptError:
        return None
    if not things:
        return None
    most = desk.settings.repricings_a_day
    if isinstance(known.model, Unlearnt):
        return RepricingPage(lack=known.model, most=most)
    if isinstance(known.adviser, Lack):
        return RepricingPage(lack=known.adviser, most=most)
    offers = priced_offers(desk, market, known.model, things)
    changes = known.adviser.best_changes(offers, most=most)
    return RepricingPage(tuple(changes), priced=len(offers), most=most)


def priced_offers(desk: Desk, market: str, model: Model, things: Iterable[OwnThing]) -> list[OwnOffer]:
    """Her things on sale with what they are worth; those that the model cannot price are left out."""
    listed = [thing for thing in things if thing.asked and is_one_thing(thing.subject.title)]
    if not listed:
        return []
    subjects = with_likely_catalogues(desk, market, [thing.subject for thing in listed])
    told = model.estimates(priced_rows(desk, subjects))
    pairs = zip(listed, told.select("middle_eur", "lack").iter_rows(), strict=True)
    return [_offer(desk, thing, middle) for thing, (middle, lack) in pairs if lack is None]


def preview_repricing(desk: Desk, visitor: Visitor, change: Repricing) -> Plan | Answered:
    """What would become of the listing at the advised price, or why it cannot be said; nothing is changed."""
    try:
        member = member_of(desk, visitor)
        with shop_of(desk).reading() as session:
            asked = find(session, member, change.listing_id).asked or Decimal(0)
            advised = Decimal(str(change.advised_eur)).quantize(_CENT)
            wanted = BulkChange(price=PriceChange(amount=advised - asked))
            return bulk.preview(session, member, [change.listing_id], wanted)
    except VoptError as error:
        return Answered(Told(visitor.words.error(error), "bad"))


def _offer(desk: Desk, thing: OwnThing, worth_eur: float) -> OwnOffer:
    asked = float(thing.asked or 0)
    return OwnOffer(
        listing_id=thing.listing_id,
        title=thing.subject.title,
        asked_eur=asked,
        worth_eur=worth_eur,
        days_listed=thing.days_listed,
        selling=selling_of(desk, thing.cost),
        first_eur=None if thing.first_asked is None else float(thing.first_asked),
        changed_days_ago=thing.changed_days_ago,
    )
