"""One of several processes that change the same shop: `python -m tests.shop.many_writers URL NUMBER WRITES`.

Of twenty writes sixteen raise the price of the same listing by a cent, two those of the same five at once, one takes in
a new thing under the next free code, and one sells something. At the end it says how long its longest write took.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.shop.people import FAMILY, NOW, author
from vopt_lib.schema.bulk import BulkChange, PriceChange
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop import bulk, listings
from vopt_lib.shop.states import State
from vopt_lib.shop.store import Shop, open_shop
from vopt_lib.shop.tables import AuditEvent, Household, Item, Listing, ListingPrice, Order, OrderLine, Shipment

REPOSITORY = Path(__file__).parents[2]
WRITERS = 4
CENT = Decimal("0.01")
PRICE = Decimal("12.00")
SHARED_BRAND = "Insieme"
SHARED = 6
Deed = Callable[[Session, Sequence[int]], None]
OWNER = Member(FAMILY, 1, "Anna", "admin")


def prepare(shop: Shop) -> None:
    """What all of them change."""
    with shop.writing(author("prepare", person_id=1)) as session:
        for number in range(SHARED):
            fields = {"title": f"Abito {number}", "asked": PRICE, "brand": SHARED_BRAND}
            listings.change_state(session, listings.create(session, OWNER, fields), State.PUBLISHED)


@contextmanager
def writing(shop: Shop, writes: int) -> Iterator[list[subprocess.Popen[str]]]:
    """All of them at once, so many writes each (a multiple of twenty); none outlives the block."""
    url = shop.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.shop.many_writers", url]
    writers = [
        subprocess.Popen([*command, str(number), str(writes)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        for number in range(WRITERS)
    ]
    try:
        yield writers
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()


def longest_waits_s(writers: Sequence[subprocess.Popen[str]]) -> list[float]:
    """How long the longest write of each took, once all have ended well."""
    said = [writer.communicate()[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    return [float(json.loads(one)) for one in said]


def assert_nothing_is_lost(shop: Shop, writes: int) -> None:
    """All that they wrote is there, once, and written down in the order in which it became true."""
    turns = WRITERS * writes // len(DEEDS)
    with shop.reading() as session:
        alone, *together = shared(session)
        asked = [session.get_one(Listing, one).asked for one in (alone, *together)]
        assert asked == [PRICE + 16 * turns * CENT, *[PRICE + 2 * turns * CENT] * len(together)]
        raises = select(func.count()).where(ListingPrice.listing_id == alone)
        assert session.scalars(raises).one() == 1 + 16 * turns
        codes = session.scalars(select(Item.sku).order_by(Item.id)).all()
        assert codes == [f"A-{number:04d}" for number in range(1, 1 + SHARED + turns)]
        assert session.scalars(select(func.count(Order.id))).one() == turns
        numbers = session.scalars(select(AuditEvent.number).order_by(AuditEvent.number)).all()
        assert numbers == list(range(1, len(numbers) + 1))
        assert session.get_one(Household, FAMILY).audited == len(numbers)


def shared(session: Session) -> list[int]:
    """The numbers of what all of them change: one that is changed alone, and five together."""
    return list(session.scalars(select(Listing.id).where(Listing.brand == SHARED_BRAND).order_by(Listing.id)))


def raise_one(session: Session, numbers: Sequence[int]) -> None:
    """A cent more for the one."""
    listing = listings.find(session, OWNER, numbers[0])
    assert listing.asked
    listings.edit(session, listing, {"asked": listing.asked + CENT})


def raise_together(session: Session, numbers: Sequence[int]) -> None:
    """A cent more for the five."""
    plan = bulk.preview(session, OWNER, numbers[1:], BulkChange(price=PriceChange(CENT)))
    made = bulk.apply(session, OWNER, plan)
    assert len(made.changing) == SHARED - 1


def take_in(session: Session, _: Sequence[int]) -> None:
    """A new thing."""
    listings.create(session, OWNER, {"title": "Gonna", "asked": PRICE})


def sell(session: Session, _: Sequence[int]) -> None:
    """A sale that waits to be sent."""
    facts = {"account_id": 1, "kind": "sale", "state": "reserved", "ordered_at": NOW, "currency": "EUR", "source": "me"}
    line = OrderLine(household_id=FAMILY, title="Borsa", price=PRICE)
    session.add(Shipment(household_id=FAMILY, order=Order(household_id=FAMILY, lines=[line], **facts)))


DEEDS: Sequence[Deed] = (*[raise_one] * 16, raise_together, raise_together, take_in, sell)


def main(url: str, number: int, writes: int) -> None:
    """Change the shop so many times."""
    shop = open_shop(url)
    with shop.reading() as session:
        numbers = shared(session)
    longest_s = 0.0
    for place in range(writes):
        deed = DEEDS[place % len(DEEDS)]
        began = time.monotonic()
        at = NOW + timedelta(microseconds=1 + WRITERS * place + number)
        with shop.writing(replace(author(deed.__name__, person_id=1), at=at)) as session:
            deed(session, numbers)
        longest_s = max(longest_s, time.monotonic() - began)
    sys.stdout.write(json.dumps(longest_s))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
