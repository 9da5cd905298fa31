"""This is where what lasts is turned into alerts, and ended when it is over: every quarter of an hour, and after flows.

A look that fails is itself an alert, and ends nothing that it could not look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from vopt_lib.desk.alerts import without_secrets
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.lasting import LOOKS, Look
from vopt_lib.desk.progress import progress_of
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.errors import ShopError, VoptError
from vopt_lib.files import read_json, write_json
from vopt_lib.schema.alerts import Alert
from vopt_lib.shop import alerts as room
from vopt_lib.shop.founding import HOUSEHOLD
from vopt_lib.words import N_

Looks = Mapping[str, tuple[Look, tuple[str, ...]]]

SLEPT: Final = timedelta(hours=1)
"""After so long without a look the computer was off or asleep: what waits to be caught up is not complained of yet."""

CATCHES_UP: Final = frozenset({"quiet", "prefect"})
"""Kinds that may be over in a moment after a sleep, or while something is collected: neither raised nor ended then."""

SAME_AS: Final = {"prefect": "program:prefect"}
"""{key: what is said of the same thing by whoever runs it}."""

_LOOK: Final = "look"


def watch(desk: Desk, looks: Looks = LOOKS) -> None:
    """Raise what lasts, and end what is over. Raises: ShopError, when the shop cannot be opened."""
    found: dict[str, Alert] = {}
    looked_at: set[str] = {_LOOK}
    unsure = CATCHES_UP if _catches_up(desk) else frozenset()
    for name, (look, kinds) in looks.items():
        try:
            found |= {one.key: one for one in look(desk)}
            looked_at |= {*kinds}
        except ShopError:
            raise
        except (VoptError, OSError) as error:
            found |= {f"{_LOOK}:{name}": _failed(f"{_LOOK}:{name}", error)}
    _keep(desk, [one for one in found.values() if kind_of(one.key) not in unsure], looked_at - unsure)
    write_json(desk.paths.watched, {"at": desk.clock.now().isoformat()})


def kind_of(key: str) -> str:
    """What kind of thing a key is about: quiet:it is quiet."""
    return key.partition(":")[0]


def _keep(desk: Desk, found: Iterable[Alert], looked_at: set[str]) -> None:
    """Open those that are found, end those of these kinds that are not: nothing is written where nothing changes."""
    with shop_of(desk).reading() as session:
        known = room.open_keys(session, HOUSEHOLD)
    lasting = {one.key: one for one in found if SAME_AS.get(one.key) not in known}
    over = [key for key in known if kind_of(key) in looked_at and key not in lasting]
    if not lasting and not over:
        return
    author = author_of(desk, None, "watch")
    with shop_of(desk).writing(author) as session:
        for alert in lasting.values():
            room.keep_one(session, HOUSEHOLD, without_secrets(desk.settings, alert), author.at)
        for key in over:
            room.end_one(session, HOUSEHOLD, key, author.at)


def _catches_up(desk: Desk) -> bool:
    """Whether something is collected now, or nobody has looked for a while: it may all be well in a moment."""
    told = (read_json(desk.paths.watched) or {}).get("at")
    slept = told is not None and desk.clock.now() - datetime.fromisoformat(told) > SLEPT
    return slept or progress_of(desk).is_moving


def _failed(key: str, error: VoptError | OSError) -> Alert:
    why = error if isinstance(error, VoptError) else error.strerror or type(error).__name__
    text, next_step = N_("vopt could not look after itself: {why}"), N_("`vopt doctor` looks closer.")
    return Alert(key, "bad", text, next_step, {"why": why})
