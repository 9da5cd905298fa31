"""This is where we count what a person's listings can be narrowed by: brands, sizes, places, tags, accounts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from vopt_lib.schema.inventory_page import OwnChoices
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.vinted_terms import folded
from vopt_lib.shop.sight import listings_of
from vopt_lib.shop.states import State
from vopt_lib.shop.tables import ChannelAccount, Household, Item, Listing, Person

MOST_CHOICES: Final = 300


def choices_of(session: Session, member: Member) -> OwnChoices:
    """What her listings can be narrowed by, each with how many have it."""
    states, accounts = _counted(session, member, Listing.state), _counted(session, member, Listing.account_id)
    places, tags = _of_things(session, member)
    people, named = _of_accounts(session, accounts)
    return OwnChoices(
        states=tuple(Choice(state.value, state.label, states[state.value]) for state in State if states[state.value]),
        catalogues=_in_order(_counted(session, member, Listing.catalog_id)),
        brands=_in_order(_counted(session, member, Listing.brand)),
        sizes=_in_order(_counted(session, member, Listing.size)),
        conditions=_in_order(_counted(session, member, Listing.condition_id)),
        places=_in_order(places),
        tags=_in_order(tags),
        people=people,
        accounts=named,
        total=states.total(),
    )


def changes_so_far(session: Session, member: Member) -> int:
    """The number of the newest change of her household: as long as it is the same, so are the choices."""
    return session.scalars(select(Household.audited).where(Household.id == member.household_id)).one()


def _counted(session: Session, member: Member, column: InstrumentedAttribute[Any]) -> Counter[Any]:
    asked = listings_of(member).with_only_columns(column, func.count()).group_by(column)
    return Counter({row[0]: row[1] for row in session.execute(asked)})


def _of_things(session: Session, member: Member) -> tuple[Counter[Any], Counter[Any]]:
    """How many lie in each place, and how many have each tag."""
    described = (Item.place, cast(Item.tags, Text))
    hers = listings_of(member).join(Item, Listing.item_id == Item.id)
    places: Counter[Any] = Counter()
    tags: Counter[Any] = Counter()
    for place, written, count in session.execute(hers.with_only_columns(*described, func.count()).group_by(*described)):
        places[place] += count
        tags.update(dict.fromkeys(json.loads(written), count))
    return places, tags


def _of_accounts(session: Session, counted: Mapping[int, int]) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The people whose listings they are, and their accounts."""
    asked = select(ChannelAccount.id, ChannelAccount.name, Person.id, Person.name).join(Person)
    known = session.execute(asked.where(ChannelAccount.id.in_(counted)).order_by(ChannelAccount.id)).all()
    people: Counter[tuple[int, str]] = Counter()
    for account, _, person, name in known:
        people[person, name] += counted[account]
    return (
        tuple(Choice(person, name, count) for (person, name), count in people.items()),
        tuple(Choice(account, name, counted[account]) for account, name, *_ in known),
    )


def _in_order(counted: Counter[Any]) -> tuple[Choice, ...]:
    """By name, those with most listings where there are too many."""
    known = [(value, count) for value, count in counted.most_common() if value not in (None, "")][:MOST_CHOICES]
    return tuple(Choice(value, None, count) for value, count in sorted(known, key=lambda one: folded(str(one[0]))))
