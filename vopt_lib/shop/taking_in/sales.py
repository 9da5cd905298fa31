"""This is where a sale or a purchase gets its figures from all that was told of it. What nothing tells stays unknown.

Money is booked by a completion alone. Shipping that the buyer paid is not the seller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from vopt_lib.schema.vinted_terms import folded
from vopt_lib.shop.states import State
from vopt_lib.shop.tables import ORDER_STATES
from vopt_lib.shop.taking_in.deals import Deal, shown
from vopt_lib.shop.taking_in.doubts import Choice, Doubt, DoubtReason, Told
from vopt_lib.shop.taking_in.facts import Fact, FactKind, Facts, digest, moment, money, title_key
from vopt_lib.shop.taking_in.telling import SALE
from vopt_lib.shop.taking_in.things import Offer, Standing

MEANS: Final[Mapping[str, str]] = {"order completed!": "completed", **{state: state for state in ORDER_STATES}}
"""What an archive's words on an order mean; others she is asked about once. Source: facts/seller-imports.md §1."""

_SHIPPED: Final = ("send_by", "tracking", "label", "label_name")


@dataclass(frozen=True)
class Line:
    """One thing of an order. listing: the key of hers that it is; None: nobody knows."""

    title: str
    price: Decimal | None
    listing: str | None = None


@dataclass(frozen=True)
class Sale:
    """An order as it is to be: its columns, its lines, its parcel (None: nothing is told of one)."""

    deal: Deal
    columns: Facts
    lines: tuple[Line, ...]
    shipment: Facts | None

    @property
    def is_open(self) -> bool:
        """Whether it keeps a thing of hers from being sold to others."""
        return (self.columns["kind"], self.columns["state"]) in ((SALE, "reserved"), (SALE, "shipped"))

    @property
    def is_done(self) -> bool:
        """Whether it sold a thing of hers."""
        return (self.columns["kind"], self.columns["state"]) == (SALE, "completed")


def sale_of(deal: Deal, meanings: Mapping[str, str], currency: str) -> Sale | None:
    """The order of a deal; None: nothing says yet whether she sold or bought."""
    side = next((side for side in (deal.first("side", kind) for kind in _SIDED) if side), None)
    if side is None or deal.until is None:
        return None
    state = _state(deal, meanings)
    columns = {
        "external_id": deal.first("number"),
        "kind": side,
        "state": state,
        "stranger_hash": deal.first("stranger"),
        "ordered_at": moment(deal.first("ordered_at")) or _agreed_at(deal),
        "completed_at": _completed_at(deal) if state == "completed" else None,
        "received": _received(deal) if state == "completed" and side == SALE else None,
        "currency": deal.last("currency") or currency,
        "source": deal.facts[0].source,
        **_amounts(deal, side),
    }
    return Sale(deal, columns, _lines(deal, columns["asked"]), _shipment(deal) if side == SALE else None)


_SIDED: Final = (FactKind.SOLD, FactKind.LABEL, FactKind.COMPLETED, FactKind.PURCHASE, FactKind.ORDER, FactKind.BOOKED)


def _state(deal: Deal, meanings: Mapping[str, str]) -> str:
    """How far it is: only as far as a source says."""
    if not deal.kinds.isdisjoint({FactKind.COMPLETED, FactKind.BOOKED}):
        return "completed"
    newest = _newest_row(deal)
    said = meaning(newest, meanings) if newest else None
    if said in ("completed", "cancelled"):
        return said
    return "shipped" if FactKind.SENT in deal.kinds else said or "reserved"


def meaning(row: Fact, meanings: Mapping[str, str]) -> str | None:
    """The state that a row's status means; None: unknown."""
    status = folded(row.facts.get("status", ""))
    return MEANS.get(status) or meanings.get(status)


def status_doubts(facts: Sequence[Fact], meanings: Mapping[str, str]) -> list[Doubt]:
    """The words on orders that vopt does not know: each is asked about once."""
    unknown = {folded(row.facts.get("status", "")) for row in facts if row.kind is FactKind.ORDER} - {*MEANS, *meanings}
    choices = tuple(Choice(state) for state in ORDER_STATES)
    return [Doubt(DoubtReason.STATUS, status_key(status), {"status": status}, choices) for status in sorted(unknown)]


def status_key(status: str) -> str:
    """What a decision on a status is known by."""
    return digest("status", status)


def _newest_row(deal: Deal) -> Fact | None:
    rows = [fact for fact in deal.facts if fact.kind is FactKind.ORDER]
    return max(rows, key=lambda row: (row.facts.get("changed_at", ""), row.key), default=None)


def _agreed_at(deal: Deal) -> Any:
    """When it was agreed, as near as anything says."""
    told = [fact.at for fact in deal.facts if fact.at]
    at_once = [fact.at for fact in deal.facts if fact.at and fact.kind in (FactKind.SOLD, FactKind.PURCHASE)]
    return min(at_once or told)


def _completed_at(deal: Deal) -> Any:
    mailed = next((fact for fact in deal.facts if fact.kind is FactKind.COMPLETED), None)
    if mailed:
        return moment(mailed.facts.get("completed_at")) or mailed.at
    row = _newest_row(deal)
    return moment(deal.first("completed_at", FactKind.BOOKED) or (row.facts.get("changed_at") if row else None))


def _received(deal: Deal) -> Decimal | None:
    """What became hers. Where Vinted paid her the shipping back, too, that is not income."""
    paid_out = money(deal.last("received", FactKind.COMPLETED))
    if paid_out is None:
        newest = _newest_row(deal)
        return money(deal.first("received", FactKind.BOOKED) or (newest.facts.get("received") if newest else None))
    price = money(deal.last("price", FactKind.COMPLETED))
    shipping = money(deal.last("shipping", FactKind.COMPLETED)) or Decimal(0)
    return price if price is not None and price + shipping == paid_out else paid_out


def _amounts(deal: Deal, side: str) -> Facts:
    row = _newest_row(deal)
    told = row.facts if row else {}
    total = told.get("total")
    return {
        "asked": money(deal.first("price") or (total if side == SALE else None)),
        "paid": money(told.get("paid") or (None if side == SALE else total)),
        "fee": money(told.get("fee")),
        "shipping": money(deal.last("shipping")),
    }


def _lines(deal: Deal, asked: Decimal | None) -> tuple[Line, ...]:
    """Its things: one by one where a row names them, else as many as it says."""
    row = _newest_row(deal)
    if row and row.facts.get("things"):
        named = [Line(title or deal.first("title") or "", money(price)) for title, price in row.facts["things"]]
        return (replace(named[0], price=named[0].price or asked),) if len(named) == 1 else tuple(named)
    count = deal.first("things", FactKind.SOLD) or 1
    title, listing = deal.first("title") or "", deal.first("listing", FactKind.BOOKED)
    return (Line(title, asked if count == 1 else None, listing),) * count


def _shipment(deal: Deal) -> Facts | None:
    """Its parcel: until when to send it, with what label, when it went."""
    told = {name: deal.last(name) for name in _SHIPPED}
    sent = next((fact.at for fact in deal.facts if fact.kind is FactKind.SENT), None)
    if sent is None and not any(told.values()):
        return None
    return {
        "send_by": moment(told["send_by"]),
        "tracking": told["tracking"],
        "label_sha256": told["label"],
        "label_name": told["label_name"],
        "sent_at": sent,
    }


def linked(
    sales: Sequence[Sale], offers: Sequence[Offer], decided: Mapping[str, Told]
) -> tuple[list[Sale], list[Doubt]]:
    """The sales with the listings that their lines are, and where several may be, a doubt."""
    taken: set[str] = set()
    settled: dict[tuple[str, int], str | None] = {}
    open_: dict[tuple[str, int], list[Offer]] = {}
    by_key = {key: offer.key for offer in offers for key in offer.keys}
    for sale in sales:
        for place, line in enumerate(sale.lines):
            said = _said(sale, place, decided)
            if said or line.listing:
                settled[sale.deal.key, place] = by_key.get(said.target if said else line.listing or "")
            elif sale.columns["kind"] == SALE:
                open_[sale.deal.key, place] = _candidates(sale, line, offers)
    while sure := {key: found[0].key for key, found in _left(open_, taken).items() if len(found) == 1}:
        settled |= sure
        taken |= set(sure.values())
        open_ = {key: found for key, found in open_.items() if key not in sure}
    unsure = {key: found for key, found in _left(open_, taken).items() if len(found) > 1}
    return _with_listings(sales, settled), [
        _which(sale, place, unsure[sale.deal.key, place])
        for sale in sales
        for place in range(len(sale.lines))
        if (sale.deal.key, place) in unsure
    ] + [doubt for sale in sales if (doubt := _which_thing(sale, settled))]


def _said(sale: Sale, place: int, decided: Mapping[str, Told]) -> Told | None:
    keys = (line_key(about, place) for about in sorted(sale.deal.abouts))
    return next((decided[key] for key in keys if key in decided), None)


def line_key(about: str, place: int) -> str:
    """What a decision on a line of an order is known by."""
    return digest("line", about, place)


def _candidates(sale: Sale, line: Line, offers: Sequence[Offer]) -> list[Offer]:
    """Her listings of this title; of several, not drafts, nor those that were on sale still after it was sold."""
    title = title_key(line.title)
    alike = [offer for offer in offers if title and title in offer.titles]
    alike = [offer for offer in alike if offer.now.get("state") != State.DRAFT] or alike
    if len(alike) < 2:
        return alike
    sold_at = sale.columns["ordered_at"].strftime("%Y-%m-%dT%H:%M:%SZ")
    before = [offer for offer in alike if (offer.now.get("listed_at") or "") <= sale.columns["ordered_at"].isoformat()]
    return [offer for offer in before if not offer.was_on_sale_after(sold_at)] or before or alike


def _left(open_: Mapping[tuple[str, int], Sequence[Offer]], taken: set[str]) -> dict[tuple[str, int], Sequence[Offer]]:
    """The listings that each line may still be: of several, those that no other line is."""
    return {
        key: found if len(found) == 1 else [offer for offer in found if offer.key not in taken]
        for key, found in open_.items()
    }


def _with_listings(sales: Sequence[Sale], settled: Mapping[tuple[str, int], str | None]) -> list[Sale]:
    return [
        replace(
            sale,
            lines=tuple(
                replace(line, listing=settled.get((sale.deal.key, place))) for place, line in enumerate(sale.lines)
            ),
        )
        for sale in sales
    ]


def _which(sale: Sale, place: int, may_be: Sequence[Offer]) -> Doubt:
    choices = [Choice("link", offer.key, {"title": offer.now["title"], "number": offer.number}) for offer in may_be]
    told = {**shown(sale.deal.facts[0]), "title": sale.lines[place].title}
    return Doubt(
        DoubtReason.WHICH_LISTING, line_key(sale.deal.about, place), told, (*choices, Choice("none")), sale.deal.key
    )


def _which_thing(sale: Sale, settled: Mapping[tuple[str, int], str | None]) -> Doubt | None:
    """A sale that names nothing: she may say which listing it was."""
    if sale.columns["kind"] != SALE or sale.lines[0].title or (sale.deal.key, 0) in settled:
        return None
    about = line_key(sale.deal.about, 0)
    choices = (Choice("link"), Choice("none"))
    return Doubt(DoubtReason.WHICH_THING, about, shown(sale.deal.facts[0]), choices, sale.deal.key)


def standing(offer: Offer, sales: Sequence[Sale]) -> Standing:
    """How a listing stands, by its sales, then by what was told of it."""
    mine = [sale for sale in sales for line in sale.lines if line.listing == offer.key]
    done, held = [sale for sale in mine if sale.is_done], [sale for sale in mine if sale.is_open]
    quantity = offer.now.get("quantity", 1)
    told = offer.now.get("state", State.PUBLISHED)
    if len(done) >= quantity or told == State.SOLD:
        ended = [sale.columns["completed_at"] for sale in done if sale.columns["completed_at"]]
        return Standing(State.SOLD, max(ended, default=moment(offer.now.get("sold_at"))))
    if len(done) + len(held) >= quantity:
        return Standing(State.RESERVED)
    return Standing(told)
