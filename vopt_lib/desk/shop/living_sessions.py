"""This is where whoever watches open pages learns who is still signed in."""

from __future__ import annotations

from vopt_lib.desk.clock import real_clock
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.schema.visitor import Role
from vopt_lib.shop import living_sessions as kept


def living_sessions(desk: Desk) -> dict[int, Role]:
    """{number of a session that has not ended: the role of whose it is now}, with one question to the shop."""
    with shop_of(desk).reading() as session:
        return kept.living_sessions(session, real_clock(desk.clock).now())
