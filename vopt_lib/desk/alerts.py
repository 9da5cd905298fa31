"""This is where what happens or lasts becomes an alert: told once while it lasts, put aside by each reader for herself.

What a fact holds of a secret setting, or of an address with a password in it, is left out before it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from numbers import Number
from typing import Any

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.masking import masked, secrets_of
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import VoptError
from vopt_lib.schema.alerts import Alert, KnownAlert
from vopt_lib.schema.visitor import Visitor
from vopt_lib.settings import Settings
from vopt_lib.shop import alerts as room
from vopt_lib.shop.founding import HOUSEHOLD


def raise_alert(desk: Desk, alert: Alert) -> None:
    """Let it be known; raised while it lasts, it is the same one. Raises: ShopError."""
    author = author_of(desk, None, "raise alert")
    with shop_of(desk).writing(author) as session:
        room.raise_one(session, HOUSEHOLD, without_secrets(desk.settings, alert), author.at)


def end_alert(desk: Desk, key: str) -> None:
    """It is over; where it does not last, nothing changes. Raises: ShopError."""
    with shop_of(desk).reading() as session:
        if key not in room.open_keys(session, HOUSEHOLD):
            return
    author = author_of(desk, None, "end alert")
    with shop_of(desk).writing(author) as session:
        room.end_one(session, HOUSEHOLD, key, author.at)


def alerts_of(desk: Desk, visitor: Visitor | None = None) -> list[KnownAlert]:
    """What whoever looks may see: what lasts, the worst first, then what was over within a week. None: the owner."""
    member = member_of(desk, visitor)
    with shop_of(desk).reading() as session:
        return room.known_alerts(session, member, desk.clock.now())


def unseen(desk: Desk, visitor: Visitor | None = None) -> int:
    """How many that last she has not put aside."""
    member = member_of(desk, visitor)
    with shop_of(desk).reading() as session:
        return room.count_unseen(session, member)


def see_alerts(desk: Desk, visitor: Visitor | None, ids: Iterable[int]) -> None:
    """Put these aside for her. Numbers of what she may not see are passed over. Raises: ShopError."""
    member = member_of(desk, visitor)
    author = author_of(desk, member, "see alerts")
    with shop_of(desk).writing(author) as session:
        room.see(session, member, ids, author.at)


def without_secrets(settings: Settings, alert: Alert) -> Alert:
    """The alert with every secret of the settings, and every password in an address, left out of its facts."""
    return replace(alert, facts=_shown(alert.facts, secrets_of(settings)))


def _shown(facts: Mapping[str, Any], secrets: Sequence[str]) -> dict[str, Any]:
    return {name: _hidden(fact, secrets) for name, fact in facts.items()}


def _hidden(fact: Any, secrets: Sequence[str]) -> Any:
    if isinstance(fact, VoptError):
        return type(fact)(**_shown(fact.facts, secrets))
    if fact is None or isinstance(fact, Number) or hasattr(fact, "isoformat"):
        return fact
    return masked(str(fact), secrets)
