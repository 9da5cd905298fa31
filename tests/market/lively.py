"""This is where tests get a small market that sells: enough listings, ends and proofs for days to sell to be told."""

from __future__ import annotations

from tests.market.rows import covered, page, seen
from tests.market.worlds import Unit

BRANDS = ("Zara", "Mango", "Levi's")
SIZES = ("S", "M", "L")


def lively(days: int = 24, listings: int = 300) -> list[Unit]:
    """One unit a day: a whole query for each of two catalogues, and the pages of what left the day before.

    Listing n comes on day 1 + n·(days − 4)/listings and stays 1 to 12 days; three of four are sold, the others deleted.
    """
    units = []
    for number in range(1, days + 1):
        rows, shown = [], {3: 0, 4: 0}
        for n in range(listings):
            came, stays = 1 + n * (days - 4) // listings, 1 + n * 7 % 12
            facts = {"listing_id": n + 1, "brand": BRANDS[n % 3], "size": SIZES[n // 3 % 3]}
            catalogue = 3 + n // 9 % 2
            if came <= number < came + stays:
                asked = {"query_catalog_id": catalogue, "query_key": f"catalogue {catalogue}"}
                liked = (number - came) * (1 + n % 3)
                rows.append(seen(number, **facts, **asked, price=5 + n % 31, favourite_count=liked))
                shown[catalogue] += 1
            elif number == came + stays:
                rows.append(page(number, 12, **facts, state="deleted" if n % 4 == 0 else "sold"))
        coverage = [
            covered(number, query_catalog_id=one, query_key=f"catalogue {one}", listings=count, share_seen=0.9)
            for one, count in shown.items()
        ]
        units.append(Unit(tuple(rows), tuple(coverage)))
    return units
