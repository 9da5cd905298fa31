"""One of several processes that change the same shop: `python -m tests.shop.many_writers URL NUMBER WRITES`.

Every write raises the price of the same listing by a cent, and takes in a thing of its own.
"""

from __future__ import annotations

import sys
from decimal import Decimal

from sqlalchemy import select

from tests.shop.people import author, dress
from vopt_lib.shop.store import open_shop
from vopt_lib.shop.tables import Listing


def main(url: str, number: int, writes: int) -> None:
    """Change the shop so many times."""
    shop = open_shop(url)
    for place in range(writes):
        with shop.writing(author(f"writer {number}")) as session:
            listing = session.scalars(select(Listing).where(Listing.id == 1).with_for_update()).one()
            listing.asked = (listing.asked or Decimal(0)) + Decimal("0.01")
            session.add(dress(1_000_000 * (number + 1) + place))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
