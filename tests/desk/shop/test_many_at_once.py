"""Many processes change one shop while its pages are looked at: nothing is lost, and nobody is turned away."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.desk.shop.clocks import at
from tests.shop.many_writers import (
    PRICE,
    SHARED,
    SHARED_BRAND,
    assert_nothing_is_lost,
    longest_waits_s,
    prepare,
    writing,
)
from tests.shop.postgres import programs, server
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.inventory import inventory_page
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.sales import newest_change, sales_page
from vopt_lib.desk.shop.shipping import what_waits
from vopt_lib.schema.filters import InventoryFilters, SalesFilters
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.tables import AuditEvent

WRITES = {"sqlite": 700, "postgresql": 300}
"""Of each process. A PostgreSQL server keeps writers apart by itself; with SQLite that is vopt's work."""

PAUSE_S = 0.1
LONGEST_WAIT_S = 15
"""Half of what a writer is given (store.BUSY_S), on a machine on which other tests run."""
OWNER = Visitor("anna", "it", role="admin")
POSTGRES = pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed here")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Looked:
    """What the pages said at one moment: numbers that only grow."""

    listings: int
    price_alone: Decimal
    price_together: Decimal
    sales: int
    parcels: int
    changes: int


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=POSTGRES)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    if request.param == "sqlite":
        yield open_desk(data=tmp_path / "data", clock=at())
        return
    with server() as address:
        desk = open_desk(data=tmp_path / "data", clock=at(), database_url=address)
        yield desk
        shop_of(desk).close()


def look(desk: Desk, changes_seen: int) -> Looked:
    """What inventory, sales and home ask. Each page agrees with itself, and no change is missing below the newest."""
    listed, of_brand = (
        inventory_page(desk, OWNER, filters) for filters in (InventoryFilters(), InventoryFilters(brand=SHARED_BRAND))
    )
    sales, waiting = sales_page(desk, OWNER, SalesFilters()), what_waits(desk, OWNER)
    assert (listed.trouble, of_brand.trouble, sales.trouble, waiting.trouble) == (None,) * 4
    prices = [row.asked or Decimal(0) for row in sorted(of_brand.found.rows, key=lambda row: row.listing_id)]
    assert (len(prices), len(set(prices[1:]))) == (SHARED, 1)
    assert sales.waiting.revenue.amount == sales.waiting.sales * PRICE
    assert [money.waiting for money in waiting.money] == [len(waiting.parcels) * PRICE][: len(waiting.parcels)]
    changes = newest_change(desk)
    with shop_of(desk).reading() as session:
        new = (AuditEvent.number > changes_seen, AuditEvent.number <= changes)
        told = session.scalars(select(AuditEvent.number).where(*new).order_by(AuditEvent.number)).all()
    assert told == list(range(changes_seen + 1, changes + 1))
    return Looked(listed.found.total, prices[0], prices[1], sales.waiting.sales, len(waiting.parcels), changes)


def test_while_four_processes_change_the_shop_its_pages_answer_and_nothing_is_lost(desk: Desk) -> None:
    shop = shop_of(desk)
    writes = WRITES[shop.engine.dialect.name]
    prepare(shop)
    looked, waits_s = [look(desk, 0)], []
    with writing(shop, writes) as writers:
        while working := [writer for writer in writers if writer.poll() is None]:
            began = time.monotonic()
            looked.append(look(desk, looked[-1].changes))
            waits_s.append(time.monotonic() - began)
            with suppress(subprocess.TimeoutExpired):
                working[0].wait(PAUSE_S)
        waits_s += longest_waits_s(writers)
    assert max(waits_s) < LONGEST_WAIT_S
    assert len(looked) > 20
    for numbers in zip(*map(astuple, looked), strict=True):
        assert list(numbers) == sorted(numbers)
    assert_nothing_is_lost(shop, writes)
