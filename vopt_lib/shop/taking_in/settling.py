"""This is where the rows of threads are worked out anew of all that was told, and the shop is brought to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from vopt_lib.shop.tables import ChannelAccount, Evidence
from vopt_lib.shop.taking_in.by_hand import is_by_hand, tell_anew, with_hers
from vopt_lib.shop.taking_in.deals import deals
from vopt_lib.shop.taking_in.doubts import Doubt, Told
from vopt_lib.shop.taking_in.facts import OF_ORDERS, Fact, FactKind
from vopt_lib.shop.taking_in.listing_rows import write_listings
from vopt_lib.shop.taking_in.order_rows import write_orders
from vopt_lib.shop.taking_in.review_rows import write_doubts
from vopt_lib.shop.taking_in.sales import Sale, line_key, linked, sale_of, standing, status_doubts
from vopt_lib.shop.taking_in.telling import SALE
from vopt_lib.shop.taking_in.things import Offer, Standing, after_relists, offers, things
from vopt_lib.shop.taking_in.threads import as_fact, facts_of

STATUSES = "statuses"
"""Where an account's settings keep what words on orders mean to her."""


@dataclass(frozen=True)
class Plan:
    """What the rows of a thread are to be."""

    things: list[list[Offer]]
    states: Mapping[str, Standing]
    sales: list[Sale]
    doubts: list[Doubt]


@dataclass(frozen=True)
class Scene:
    """Where and when rows are written: an account, and the import that asks what is doubtful.

    rows: {key: what was told} of the threads at hand; counts: how many rows of which kind are new or changed.
    """

    session: Session
    account: ChannelAccount
    import_id: int
    currency: str
    at: datetime
    rows: dict[str, Evidence] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def settle(scene: Scene, threads: Iterable[str]) -> None:
    """Bring the rows of these threads to what was told in them."""
    told = facts_of(scene.session, scene.account, threads)
    tell_anew(scene.session, told.values())
    meanings = scene.account.settings.get(STATUSES, {})
    plans = [plan([as_fact(row) for row in rows], meanings, scene.currency) for rows in told.values()]
    scene.rows.update({row.key: row for some in told.values() for row in some})
    listings = write_listings(scene, [group for one in plans for group in one.things], _states(plans))
    write_orders(scene, [sale for one in plans for sale in one.sales], listings)
    facts = scene.rows.keys() - _ignored(scene.rows.values())
    write_doubts(scene, [doubt for one in plans for doubt in one.doubts], facts)


def plan(facts: Sequence[Fact], meanings: Mapping[str, str], currency: str) -> Plan:
    """What rows follow from facts, whatever order they are in."""
    decided = {
        fact.facts["about"]: Told(fact.facts["decision"], fact.facts["target"])
        for fact in facts
        if fact.kind is FactKind.DECIDED
    }
    listings = [fact for fact in facts if fact.kind is FactKind.LISTING]
    told_of = offers((fact for fact in listings if not is_by_hand(fact)), decided)
    found, unpaired = with_hers(told_of, filter(is_by_hand, listings), decided)
    told = [_named(fact, found, decided) for fact in facts if fact.kind in OF_ORDERS]
    agreed, unsure = deals(told, decided)
    sales, unlinked = linked([s for deal in agreed if (s := sale_of(deal, meanings, currency))], found, decided)
    states = {offer.key: standing(offer, sales) for offer in found}
    groups, relists = things(found, states, decided)
    doubts = [*unpaired, *unsure, *unlinked, *relists, *status_doubts(told, meanings)]
    return Plan(groups, after_relists(groups, states), sales, doubts)


def _named(fact: Fact, found: Sequence[Offer], decided: Mapping[str, Told]) -> Fact:
    """A fact that names no thing, with the title of the listing that she said it was."""
    said = decided.get(line_key(fact.about, 0))
    if said is None or fact.facts.get("title") or fact.facts.get("side") != SALE:
        return fact
    return next((fact.telling(title=offer.now["title"]) for offer in found if said.target in offer.keys), fact)


def _ignored(rows: Iterable[Evidence]) -> set[str]:
    """What she left out: it answers no question."""
    decided = (row.facts for row in rows if row.kind == FactKind.DECIDED)
    return {facts["about"] for facts in decided if facts["decision"] == "ignore"}


def _states(plans: Iterable[Plan]) -> dict[str, Standing]:
    return {key: state for one in plans for key, state in one.states.items()}
